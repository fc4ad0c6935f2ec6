//! Servers, and client gates for them.

use std::sync::Arc;

use countersign::{
    Refused,
    record::{DecisionRecord, Stage},
    rustls::{NamedGroup, ServerConfig},
};
use tokio::io::{AsyncRead, AsyncWrite};

use super::{
    encounter::{Output, promise},
    ends::{
        client_gate::{Client, client_with, peer},
        puppet::approving,
        records::{CHANGE_CIPHER_SPEC, unapproved},
        server::{Kind, Tamper, TlsServer, tls12, tls13},
    },
    scene::{Peer, Scene, Shape, Talk, Terms, converse},
};

/// What a server says of its own accord.
const GREETING: &[u8] = b"welcome";

/// All that it says: an echo of what it hears, and a word when the client closes.
const SAYS: &str = "welcomepongbye";

/// The longest record where a flight comes in many.
const RECORD_MAX: Option<usize> = Some(200);

/// A kind of server, and whether its clients come back with a session.
#[derive(Clone, Copy, Debug)]
pub(super) struct Servers {
    kind: Kind,
    is_resumed: bool,
}

/// Every kind of handshake that a client gate has.
pub(super) fn servers() -> Vec<Servers> {
    let full = |kind| Servers {
        kind,
        is_resumed: false,
    };
    let resumed = |kind| Servers {
        kind,
        is_resumed: true,
    };
    let retrying = Kind {
        group: Some(NamedGroup::secp384r1),
        ..tls13()
    };
    vec![
        full(tls13()),
        full(in_records(tls13())),
        full(in_records(demanding(tls13()))),
        full(in_records(demanding(retrying))),
        full(Kind {
            half_rtt: true,
            ..tls13()
        }),
        resumed(tls13()),
        resumed(demanding(tls13())),
        full(in_records(tls12())),
        full(in_records(demanding(tls12()))),
        resumed(tls12()),
        resumed(Kind {
            tickets: false,
            ..tls12()
        }),
    ]
}

fn in_records(kind: Kind) -> Kind {
    Kind {
        record_max: RECORD_MAX,
        ..kind
    }
}

fn demanding(kind: Kind) -> Kind {
    Kind {
        client_auth: true,
        ..kind
    }
}

/// A client gate, and what its servers share.
pub(super) struct Set {
    client: Client,
    config: Arc<ServerConfig>,
}

impl Scene for Servers {
    type Peer = TlsServer;
    type Set = Set;

    fn shape(&self) -> Shape {
        let is_tls13 = self.kind.version_code() == 0x0304;
        let is_retried = self.kind.group.is_some();
        Shape {
            gate_is_client: true,
            is_tls13,
            is_resumed: self.is_resumed,
            is_retried,
            has_early_data: false,
            // In a full TLS 1.2 handshake the server has the last word.
            last_flight: usize::from(is_retried || !is_tls13 && !self.is_resumed),
            behind_finished: usize::from(self.kind.half_rtt || !is_tls13 && !self.is_resumed),
            says: SAYS,
        }
    }

    fn set(&self, terms: Terms) -> Set {
        let client = client_with(approving(), |builder| {
            let builder = builder.timeout(terms.timeout);
            builder.handshake_limits(terms.limits)
        });
        let config = self.kind.config();
        Set { client, config }
    }

    fn peer(&self, set: &Set, tamper: Tamper) -> TlsServer {
        TlsServer::tampered(&set.config, tamper).saying(GREETING)
    }

    async fn connect<S>(&self, set: &Set, io: S) -> Result<Talk, Refused>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send,
    {
        let approved = set.client.gate.connect(peer(), io).await?;
        Ok(Talk {
            record: approved.record,
            delivered: converse(approved.stream).await,
        })
    }

    fn published(&self, set: &Set) -> Vec<Arc<DecisionRecord>> {
        set.client.published()
    }

    /// Before the verdict only hellos and one alert leave, and nobody learns who the client is. After it, the client's
    /// last flight may have left.
    fn check_reserve(
        &self,
        record: &DecisionRecord,
        output: &Output,
        server: &mut TlsServer,
    ) -> Result<(), String> {
        if record.stage >= Stage::Finish {
            return Ok(());
        }
        let mut said = &output.bytes[..];
        if output.is_cut {
            // The second hello, which it announces, can be missing.
            said = said.strip_suffix(&CHANGE_CIPHER_SPEC).unwrap_or(said);
        }
        output.check_alert(unapproved(said)?.alert, record)?;
        // A session that is resumed says who it is from the first hello on, under the server's own key.
        let is_known = server.knows_client() && !self.is_resumed;
        promise(!is_known, "the server knows the client")?;
        promise(server.is_handshaking(), "the client's Finished left")
    }
}

impl Peer for TlsServer {
    fn received(&self) -> &[u8] {
        &self.received
    }

    fn is_handshaking(&self) -> bool {
        self.is_handshaking()
    }
}
