//! Clients, and server gates for them.

use std::sync::Arc;

use countersign::{
    Refused,
    record::{DecisionRecord, Stage},
    rustls::ClientConfig,
};
use tokio::io::{AsyncRead, AsyncWrite};

use super::{
    encounter::{Output, promise},
    ends::{
        client::{Kind, TlsClient, in_need_of_retry, tls12, tls13},
        gate::{Server, origin, server_with},
        pki::pki,
        puppet::{Edit, Puppet},
        records::split,
        said::{before_server_hello, is_one_sealed_alert, plain_alert},
        server::Tamper,
    },
    scene::{Peer, Scene, Shape, Talk, Terms, converse},
};

/// What a client says as soon as it may: right behind its Finished, if that ends the handshake.
const SAYS: &str = "what is asked of the server";

/// The longest record where a flight comes in many.
const RECORD_MAX: Option<usize> = Some(200);

/// How strictly a server asks who its clients are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asks {
    Nobody,
    Everybody,
    /// They may be silent, and are.
    InVain,
}

/// A kind of client, and how it is received.
#[derive(Clone, Debug)]
pub(super) struct Clients {
    kind: Kind,
    asks: Asks,
    record_max: Option<usize>,
    is_resumed: bool,
}

/// Every kind of handshake that a server gate has. Early data is elsewhere.
pub(super) fn clients() -> Vec<Clients> {
    let full = |kind| Clients {
        kind,
        asks: Asks::Nobody,
        record_max: None,
        is_resumed: false,
    };
    let kinds = [tls13(), in_need_of_retry(), tls12()];
    let plain = kinds.clone().map(full).map(in_records);
    let known = kinds.map(full).map(authenticating);
    let resumed = [tls13(), tls12()].map(|kind| Clients {
        is_resumed: true,
        ..full(kind)
    });
    let mut all = vec![
        full(tls13()),
        Clients {
            asks: Asks::InVain,
            ..full(tls13())
        },
    ];
    all.extend(plain);
    all.extend(known.clone().map(in_records));
    all.extend(known);
    all.extend(resumed.clone().map(authenticating));
    all.extend(resumed);
    all
}

fn in_records(clients: Clients) -> Clients {
    Clients {
        record_max: RECORD_MAX,
        ..clients
    }
}

fn authenticating(clients: Clients) -> Clients {
    Clients {
        kind: clients.kind.with_identity(&pki().client),
        asks: Asks::Everybody,
        ..clients
    }
}

/// A server gate, and what its clients share if they come back.
pub(super) struct Set {
    server: Server,
    config: Arc<ClientConfig>,
}

impl Clients {
    fn is_retried(&self) -> bool {
        self.kind.groups.is_some()
    }

    fn config(&self) -> Arc<ClientConfig> {
        let mut config = Arc::unwrap_or_clone(self.kind.config());
        config.max_fragment_size = self.record_max;
        Arc::new(config)
    }
}

/// A server gate on these terms. Some retry every client, by wanting a group for which it has no share.
pub(super) fn server_gate(terms: Terms, retries: bool, asks_everybody: Option<bool>) -> Server {
    const SECP384R1: u16 = 0x0018;
    let puppet = match retries {
        true => Puppet::new().offering(Edit::Groups(vec![SECP384R1])),
        false => Puppet::new(),
    };
    server_with(puppet.policy(), |builder| {
        let builder = builder
            .timeout(terms.timeout)
            .handshake_limits(terms.limits);
        match asks_everybody {
            None => builder,
            Some(true) => builder.client_certificates(pki().client_verifier()),
            Some(false) => builder.client_certificates(pki().optional_client_verifier()),
        }
    })
}

/// Accepts over `io`.
pub(super) async fn accept<S>(server: &Server, io: S) -> Result<Talk, Refused>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let approved = server.gate.accept(origin(), io).await?;
    Ok(Talk {
        record: approved.record,
        delivered: converse(approved.stream).await,
    })
}

impl Scene for Clients {
    type Peer = TlsClient;
    type Set = Set;

    fn shape(&self) -> Shape {
        let is_tls13 = self.kind.is_tls13();
        Shape {
            gate_is_client: false,
            is_tls13,
            is_resumed: self.is_resumed,
            is_retried: self.is_retried(),
            has_early_data: false,
            last_flight: 1 + usize::from(self.is_retried()),
            // In a full TLS 1.2 handshake the server has the last word.
            behind_finished: usize::from(is_tls13 || self.is_resumed),
            says: SAYS,
        }
    }

    fn set(&self, terms: Terms) -> Set {
        let asks_everybody = match self.asks {
            Asks::Nobody => None,
            asks => Some(asks == Asks::Everybody),
        };
        let server = server_gate(terms, self.is_retried(), asks_everybody);
        let config = self.config();
        Set { server, config }
    }

    fn peer(&self, set: &Set, tamper: Tamper) -> TlsClient {
        // Who comes back knows the server; the others must not learn of each other what it wants.
        let fresh = (!self.is_resumed).then(|| self.config());
        let config = fresh.as_ref().unwrap_or(&set.config);
        TlsClient::new(config)
            .tampered(tamper)
            .saying(SAYS.as_bytes())
    }

    async fn connect<S>(&self, set: &Set, io: S) -> Result<Talk, Refused>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send,
    {
        accept(&set.server, io).await
    }

    fn published(&self, set: &Set) -> Vec<Arc<DecisionRecord>> {
        set.server.published()
    }

    fn check_reserve(
        &self,
        record: &DecisionRecord,
        output: &Output,
        client: &mut TlsClient,
    ) -> Result<(), String> {
        // Which alert the TLS library has encrypted is not always known.
        if record.stage < Stage::Finish
            && let (Some(came), Some(recorded)) = (client.alert(), record.alert)
        {
            let is_the_same = came == recorded.code();
            promise(is_the_same, "the recorded alert is not the one that came")?;
        }
        let answered = client.heard_before.get(self.shape().last_flight);
        match record.stage {
            Stage::Finish => Ok(()),
            Stage::Parameters | Stage::Peer if self.kind.is_tls13() => {
                promise(client.tickets() == 0, "a ticket left")?;
                // A client without an answer has not heard all of the server's flight.
                let rest = answered.and_then(|&start| output.bytes.get(start..));
                only_alert(rest.unwrap_or_default())
            }
            Stage::Parameters | Stage::Peer => only_flight(&output.bytes),
            _ => only_before_server_hello(record, output),
        }
    }
}

/// Perhaps a HelloRetryRequest, and perhaps the alert that is recorded.
pub(super) fn only_before_server_hello(
    record: &DecisionRecord,
    output: &Output,
) -> Result<(), String> {
    let said = before_server_hello(&output.bytes)?;
    output.check_alert(said.alert, record)
}

/// Nothing, or one alert.
fn only_alert(bytes: &[u8]) -> Result<(), String> {
    let is_plain = bytes
        .last()
        .is_some_and(|alert| *bytes == plain_alert(*alert));
    promise(
        bytes.is_empty() || is_plain || is_one_sealed_alert(bytes),
        "more than an alert left",
    )
}

/// What a TLS 1.2 server says before its ChangeCipherSpec (RFC 5246, section 7.3), and perhaps an alert: no
/// NewSessionTicket (RFC 5077, section 3.3), and no Finished.
fn only_flight(written: &[u8]) -> Result<(), String> {
    const HANDSHAKE: u8 = 22;
    const SERVER_HELLO_TO_DONE: [u8; 6] = [2, 11, 22, 12, 13, 14];
    let records = split(written);
    let flight = records.iter().take_while(|record| record[0] == HANDSHAKE);
    let flight: Vec<u8> = flight.flat_map(|record| &record[5..]).copied().collect();
    let others = records.iter().skip_while(|record| record[0] == HANDSHAKE);
    let others: Vec<u8> = others.copied().flatten().copied().collect();
    let mut rest = &flight[..];
    while let [kind, a, b, c, body @ ..] = rest {
        promise(SERVER_HELLO_TO_DONE.contains(kind), "a wrong message left")?;
        let length = u32::from_be_bytes([0, *a, *b, *c]) as usize;
        rest = body.get(length..).ok_or("a message is cut off")?;
    }
    promise(rest.is_empty(), "a message is cut off")?;
    only_alert(&others)
}

impl Peer for TlsClient {
    fn received(&self) -> &[u8] {
        &self.received
    }

    fn is_handshaking(&self) -> bool {
        self.is_handshaking()
    }
}
