//! The server gate against a client whose flights are changed on the way.

use std::sync::{Arc, LazyLock};

use arbitrary::{Arbitrary, Unstructured};
use countersign::{
    HandshakeLimits, Origin, ServerGate,
    hello::HelloLimits,
    record::{Answer, Decision, DecisionRecord, Stage},
    rustls::{
        ClientConfig, Connection, Error,
        server::{ResolvesServerCert, danger::ClientCertVerifier},
        sign::SingleCertAndKey,
    },
};

use super::{
    TIMEOUT,
    outcome::{Published, check_agreement, read_to_end},
    peer::client::{Client, connection},
    pki::PKI,
    policies::Policies,
    provider, spoken,
    transport::{Line, Way, transport},
};
use crate::hello::Description;

/// One connection, after one without damage if it shall have a ticket.
#[derive(Arbitrary, Debug)]
struct Case<'a> {
    client: Client,
    gate: Gate,
    resumes: bool,
    /// What comes instead of the client's own hello.
    opening: Option<Description<'a>>,
    way: Way,
}

/// What the connections of a case share.
struct Setting {
    gate: ServerGate,
    published: Published,
    client: Arc<ClientConfig>,
}

/// The gate's own settings.
#[derive(Arbitrary, Debug)]
struct Gate {
    policies: Policies,
    certificates: Certificates,
    limits: Option<(u16, u8)>,
}

/// Whether clients are asked for certificates.
#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
enum Certificates {
    Unwanted,
    Requested,
    Required,
}

const TLS12: u16 = 0x0303;

static CERTIFICATE: LazyLock<Arc<dyn ResolvesServerCert>> = LazyLock::new(|| {
    let chain = vec![PKI.server().der().to_vec()];
    Arc::new(SingleCertAndKey::from(PKI.server().showing(chain)))
});

static REQUIRES: LazyLock<Arc<dyn ClientCertVerifier>> =
    LazyLock::new(|| PKI.client_verifier(true));
static REQUESTS: LazyLock<Arc<dyn ClientCertVerifier>> =
    LazyLock::new(|| PKI.client_verifier(false));

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

impl Case<'_> {
    async fn run(&self) {
        let published = Published::default();
        let setting = Setting {
            gate: self.gate.build(&published),
            published,
            client: self.client.config(),
        };
        if self.resumes {
            self.accept(&setting, None, &Way::default()).await;
        }
        let opening = self.opening.as_ref().map(Description::stream);
        self.accept(&setting, opening, &self.way).await;
    }

    async fn accept(&self, setting: &Setting, opening: Option<Vec<u8>>, way: &Way) {
        let is_right = opening.is_none() && self.is_right(way);
        let (io, witness) = transport(connection(&setting.client), opening, way);
        let result = setting.gate.accept(Origin::unknown().port(443), io).await;
        let record = setting.published.one(&result);
        self.gate.policies.check(&record);
        if record.stage < Stage::Finish {
            self.gate.check_unapproved(&witness.line(), &record);
        }
        match result {
            Ok(approved) => {
                check_agreement(&record, &witness.line().peer);
                read_to_end(approved).await;
            }
            Err(error) => assert!(!is_right, "{error}: {self:?}"),
        }
    }

    /// Whether nothing speaks against a connection that goes this way.
    fn is_right(&self, way: &Way) -> bool {
        let asks = self.gate.certificates != Certificates::Unwanted;
        let requires = self.gate.certificates == Certificates::Required;
        let refuses = self.gate.policies.refuses();
        refuses.is_silent(self.resumes, self.client.is_asked_again)
            && way.is_right()
            && self.client.is_right(asks, requires)
            && self.gate.limits.is_none()
    }
}

impl Gate {
    fn build(&self, published: &Published) -> ServerGate {
        let published = published.clone();
        let mut builder = ServerGate::builder(self.policies.chain(), CERTIFICATE.clone())
            .provider(provider::GATE.clone())
            .timeout(TIMEOUT)
            .alpn(vec![b"h2".to_vec(), b"http/1.1".to_vec()])
            .observer(move |record: &Arc<DecisionRecord>| published.add(record));
        builder = match self.certificates {
            Certificates::Unwanted => builder,
            Certificates::Requested => builder.client_certificates(REQUESTS.clone()),
            Certificates::Required => builder.client_certificates(REQUIRES.clone()),
        };
        if let Some((bytes_max, records_max)) = self.limits {
            let (bytes_max, records_max) = (bytes_max.into(), records_max.into());
            builder = builder
                .hello_limits(HelloLimits {
                    bytes_max,
                    records_max,
                })
                .handshake_limits(HandshakeLimits {
                    bytes_max,
                    records_max,
                });
        }
        builder.build().expect("the system has randomness")
    }

    /// Nothing has left but what may, and the client was told what the record says.
    fn check_unapproved(&self, line: &Line, record: &DecisionRecord) {
        let broke = line.is_broken();
        let alert = record.alert.map(|alert| alert.code());
        let Connection::Client(client) = &line.peer else {
            unreachable!("it is a client");
        };
        assert_eq!(client.tls13_tickets_received(), 0);
        let flight_left = self.lets_flight_leave(record);
        let in_clear = match version(record) {
            _ if !flight_left => Some(spoken::server::unapproved(&line.written, broke)),
            Some(TLS12) => Some(spoken::server::before_peer_tls12(&line.written, broke)),
            _ => None,
        };
        if let Some(said) = in_clear {
            assert!(client.is_handshaking());
            assert!(said == alert || broke, "{said:?} {alert:?}");
        }
        match &line.error {
            // Under encryption it is the TLS library that says what went wrong, and the record may not know.
            Some(Error::AlertReceived(heard))
                if in_clear.is_none() && record.decision == Decision::Failed =>
            {
                assert!(alert.is_none_or(|alert| alert == u8::from(*heard)));
            }
            Some(Error::AlertReceived(heard)) => assert_eq!(Some(u8::from(*heard)), alert),
            // It may have been changed beyond understanding before.
            Some(_) => {}
            None => assert!(alert.is_none() || broke, "{alert:?} is not heard"),
        }
    }

    /// Whether the client was to say who it is, on parameters that were approved.
    fn lets_flight_leave(&self, record: &DecisionRecord) -> bool {
        let approved = record.policies.first().is_some_and(|policy| {
            let mut calls = policy.calls.iter();
            calls.any(|call| call.function == "judge-parameters" && call.answer == Answer::Approve)
        });
        let session = record.session.as_ref();
        let resumes = session.is_some_and(|session| session.resumed);
        self.certificates != Certificates::Unwanted && approved && !resumes
    }
}

fn version(record: &DecisionRecord) -> Option<u16> {
    let session = record.session.as_ref();
    session.map(|session| session.version.code())
}
