//! The client gate against a server whose flights are changed on the way.

use std::sync::{Arc, LazyLock};

use arbitrary::{Arbitrary, Unstructured};
use countersign::{
    ClientGate, HandshakeLimits, Peer,
    record::{DecisionRecord, Stage},
    rustls::{
        HandshakeKind, ServerConfig,
        client::{ResolvesClientCert, WebPkiServerVerifier},
        sign::SingleCertAndKey,
    },
};

use super::{
    TIMEOUT,
    outcome::{Published, check_agreement, read_to_end},
    peer::server::{Server, connection},
    pki::{PKI, server_name},
    policies::Policies,
    provider,
    spoken::client::Spoken,
    transport::{Line, Way, transport},
};

/// One connection, after one without damage if it shall find a session to resume.
#[derive(Arbitrary, Debug)]
struct Case {
    server: Server,
    gate: Gate,
    resumes: bool,
    way: Way,
}

/// What the connections of a case share.
struct Setting {
    gate: ClientGate,
    published: Published,
    server: Arc<ServerConfig>,
}

/// The gate's own settings.
#[derive(Arbitrary, Debug)]
struct Gate {
    policies: Policies,
    accepts_invalid_certificates: bool,
    has_certificate: bool,
    limits: Option<(u16, u8)>,
}

static VERIFIER: LazyLock<Arc<WebPkiServerVerifier>> = LazyLock::new(|| PKI.server_verifier());

/// The client's certificate, for any server that asks.
static CERTIFICATE: LazyLock<Arc<dyn ResolvesClientCert>> = LazyLock::new(|| {
    let chain = vec![PKI.client().der().to_vec()];
    Arc::new(SingleCertAndKey::from(PKI.client().showing(chain)))
});

/// One case.
///
/// # Panics
///
/// If the gate breaks a rule.
pub fn run(data: &[u8]) {
    if let Ok(case) = Case::arbitrary_take_rest(Unstructured::new(data)) {
        super::run(case.run());
    }
}

impl Case {
    async fn run(&self) {
        let published = Published::default();
        let setting = Setting {
            gate: self.gate.build(&published),
            published,
            server: self.server.config(),
        };
        if self.resumes {
            self.connect(&setting, &Way::default()).await;
        }
        self.connect(&setting, &self.way).await;
    }

    async fn connect(&self, setting: &Setting, way: &Way) {
        let (io, witness) = transport(connection(&setting.server), None, way);
        let peer = Peer::new(server_name()).port(443);
        let result = setting.gate.connect(peer, io).await;
        let record = setting.published.one(&result);
        self.gate.policies.check(&record);
        if record.stage < Stage::Finish {
            check_unapproved(&witness.line(), &record);
        }
        match result {
            Ok(approved) => {
                check_agreement(&record, &witness.line().peer);
                read_to_end(approved).await;
            }
            Err(error) => assert!(!self.is_right(way), "{error}: {self:?}"),
        }
    }

    /// Whether nothing speaks against a connection that goes this way.
    fn is_right(&self, way: &Way) -> bool {
        let refuses = self.gate.policies.refuses();
        refuses.is_silent(self.resumes, self.server.asks_again)
            && way.is_right()
            && self.server.is_right(self.gate.has_certificate)
            && self.gate.limits.is_none()
    }
}

impl Gate {
    fn build(&self, published: &Published) -> ClientGate {
        let published = published.clone();
        let mut builder = ClientGate::builder(self.policies.chain(), VERIFIER.clone())
            .provider(provider::GATE.clone())
            .timeout(TIMEOUT)
            .alpn(vec![b"h2".to_vec(), b"http/1.1".to_vec()])
            .accept_invalid_certificates(self.accepts_invalid_certificates)
            .observer(move |record: &Arc<DecisionRecord>| published.add(record));
        if self.has_certificate {
            builder = builder.client_certificate(Arc::clone(&CERTIFICATE));
        }
        if let Some((bytes_max, records_max)) = self.limits {
            builder = builder.handshake_limits(HandshakeLimits {
                bytes_max: bytes_max.into(),
                records_max: records_max.into(),
            });
        }
        builder.build()
    }
}

/// Nothing has left but hellos and the alert of the record, and the server has learnt nothing.
fn check_unapproved(line: &Line, record: &DecisionRecord) {
    let spoken = Spoken::read(&line.written, line.is_broken());
    if !line.is_broken() {
        assert_eq!(spoken.alert, record.alert.map(|alert| alert.code()));
    }
    assert!(line.peer.is_handshaking());
    // A server that resumes knows the certificate of the first time.
    let resumes = line.peer.handshake_kind() == Some(HandshakeKind::Resumed);
    assert!(line.peer.peer_certificates().is_none() || resumes);
}
