//! Clients one of whose flights is damaged, and what holds whatever they did.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use countersign::{
    HandshakeLimits,
    policy::Policy,
    record::{Answer, Decision, Stage},
    rustls::ClientConfig,
};

use super::{
    client::{Kind, TlsClient, in_need_of_retry, kinds},
    gate::failure,
    gate::{Met, Server, calls, server_with},
    pki::pki,
    puppet::{Edit, Puppet},
    said::{before_server_hello, is_one_sealed_alert},
    wire::{Item, Manner, wire},
};

/// Short, so that silence costs little; long enough for a handshake on a busy machine.
pub const TIMEOUT: Duration = Duration::from_millis(400);

/// What a goodbye may add, and then some for a busy machine.
pub const SLACK: Duration = Duration::from_secs(10);

/// A server and a client with one flight of its to damage.
#[derive(Clone)]
pub struct Target {
    /// The client.
    pub kind: Kind,
    /// The number of its flight, from 0.
    pub flight: usize,
}

impl Target {
    /// Every flight of clients with and without a certificate, in both versions, and after a HelloRetryRequest.
    pub fn all() -> Vec<Self> {
        let [tls13, tls12] = kinds();
        let known = |kind: &Kind| kind.clone().with_identity(&pki().client);
        let target = |kind: Kind, flights: usize| {
            (0..flights).map(move |flight| Self {
                kind: kind.clone(),
                flight,
            })
        };
        [
            target(known(&tls13), 2),
            target(known(&tls12), 2),
            target(known(&in_need_of_retry()), 3),
            target(tls13, 2),
            target(tls12, 2),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// Which flight of the client follows the server's.
    pub fn answer(&self) -> usize {
        1 + usize::from(self.kind.groups.is_some())
    }

    /// Whether the client is asked who it is.
    pub fn authenticates(&self) -> bool {
        self.kind.identity.is_some()
    }

    /// A policy that approves everything, and wants a second hello where this target is about one.
    pub fn puppet(&self) -> Puppet {
        match self.kind.groups {
            Some(_) => Puppet::new().offering(Edit::Groups(vec![0x0018])),
            None => Puppet::new(),
        }
    }

    /// A server that approves everything.
    pub fn server(&self, limits: HandshakeLimits) -> Server {
        self.server_of(self.puppet().policy(), limits)
    }

    /// A server with this policy.
    pub fn server_of(&self, policy: Policy, limits: HandshakeLimits) -> Server {
        server_with(policy, |builder| {
            let builder = builder.timeout(TIMEOUT).handshake_limits(limits);
            match self.authenticates() {
                true => builder.client_certificates(pki().client_verifier()),
                false => builder,
            }
        })
    }

    /// A client whose flight is replaced.
    pub fn client(
        &self,
        config: &Arc<ClientConfig>,
        replaced: impl Fn(Vec<u8>) -> Vec<Item> + Send + 'static,
    ) -> TlsClient {
        let target = self.flight;
        TlsClient::new(config).tampered(Box::new(move |flight, bytes| match flight == target {
            true => replaced(bytes),
            false => vec![Item::Bytes(bytes)],
        }))
    }

    /// What the client says in that flight, if nobody interferes.
    pub async fn sample(&self) -> Vec<u8> {
        let (send, receive) = std::sync::mpsc::channel();
        let client = self.client(&self.kind.config(), move |bytes| {
            let _ = send.send(bytes.clone());
            vec![Item::Bytes(bytes)]
        });
        let server = self.server(HandshakeLimits::default());
        server.meet(client).await.approved("undisturbed");
        receive.recv().expect("the flight")
    }

    /// Meets such a client, and checks everything that holds whatever it did.
    pub async fn meet(
        &self,
        what: &str,
        replaced: impl Fn(Vec<u8>) -> Vec<Item> + Send + 'static,
    ) -> Met<TlsClient> {
        let client = self.client(&self.kind.config(), replaced);
        let server = self.server(HandshakeLimits::default());
        let (io, witness) = wire(client, Manner::default());
        let began = Instant::now();
        let result = server.accept(io).await;
        let what = format!("{what}: flight {} of {:?}", self.flight, self.kind);
        assert!(began.elapsed() < TIMEOUT + SLACK, "{what}");
        let met = Met {
            received: None,
            record: Arc::clone(&server.published()[0]),
            refused: result.err(),
            witness,
        };
        assert_contained(&met, self, &what);
        met
    }
}

/// The server's flight could leave: its parameters were approved, and the client was asked who it is.
pub fn flight_may_leave(met: &Met<TlsClient>, target: &Target) -> bool {
    let approved = ("judge-parameters", Answer::Approve);
    target.authenticates() && calls(&met.record, 0).contains(&approved)
}

/// Without an approval, nothing of the server's left but what may.
pub fn assert_contained(met: &Met<TlsClient>, target: &Target, what: &str) {
    let record = &met.record;
    match &met.refused {
        None => return assert_eq!(record.decision, Decision::Approved, "{what}"),
        Some(_) => assert_ne!(record.decision, Decision::Approved, "{what}"),
    }
    if record.stage >= Stage::Finish {
        return;
    }
    met.witness
        .script(|client| assert!(client.received.is_empty(), "{what}"));
    let alert = record.alert.map(|alert| alert.code());
    match (
        before_server_hello(&met.witness.written()),
        flight_may_leave(met, target),
    ) {
        (Ok(said), _) => return assert_eq!(said.alert, alert, "{what}"),
        (Err(other), false) => panic!("{what}: {other}"),
        (Err(_), true) => {}
    }
    let answered = met
        .witness
        .script(|client| client.heard_before.len() > target.answer());
    let words = match answered {
        true => met.words_after(target.answer()),
        false => return,
    };
    match alert {
        // The TLS library's own alert, which it encrypts without a word about it.
        None if target.kind.is_tls13() && is_one_sealed_alert(&words) => {
            assert_eq!(failure(record), Some("tls"), "{what}");
        }
        None => assert!(words.is_empty(), "{what}: {words:02x?}"),
        Some(_) if target.kind.is_tls13() => {
            assert!(is_one_sealed_alert(&words), "{what}: {words:02x?}");
            assert_eq!(met.alert_heard(), alert, "{what}");
        }
        Some(alert) => assert_eq!(words, [21, 3, 3, 0, 2, 2, alert], "{what}"),
    }
}
