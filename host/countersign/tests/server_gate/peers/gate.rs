//! The server under test.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use countersign::{
    Approved, Origin, Refused, ServerGate, ServerGateBuilder, ServerStream,
    policy::CurrentChain,
    record::{Answer, Decision, DecisionRecord, Stage},
    rustls::{ClientConfig, server::ResolvesServerCertUsingSni},
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{
    client::TlsClient,
    pki::{ELSEWHERE, SERVER, pki},
    said::{Said, before_server_hello},
    wire::{Manner, Script, Wire, Witness, wire},
};

/// The port that tests say they accepted on.
pub const PORT: u16 = 8443;

/// What the server says once it may.
pub const PONG: &[u8] = b"pong";

/// A gate, and every record that it published.
pub struct Server {
    /// The gate.
    pub gate: ServerGate,
    published: Arc<Mutex<Vec<Arc<DecisionRecord>>>>,
}

/// A server with these policies, certificates for two names, and a timeout that no honest test comes near.
pub fn server(chain: impl Into<CurrentChain>) -> Server {
    server_with(chain, |builder| builder)
}

/// The same with changes.
pub fn server_with(
    chain: impl Into<CurrentChain>,
    change: impl FnOnce(ServerGateBuilder) -> ServerGateBuilder,
) -> Server {
    let published = Arc::new(Mutex::new(Vec::new()));
    let observer = {
        let published = Arc::clone(&published);
        move |record: &Arc<DecisionRecord>| {
            let mut published = published.lock().expect("not poisoned");
            published.push(Arc::clone(record));
        }
    };
    let builder = ServerGate::builder(chain, certificates())
        .alpn(vec![b"h2".to_vec(), b"http/1.1".to_vec()])
        .listener("tests")
        .timeout(Duration::from_secs(20))
        .observer(observer);
    Server {
        gate: change(builder).build().expect("randomness"),
        published,
    }
}

/// A certificate for each of the two names, none for others.
pub fn certificates() -> Arc<ResolvesServerCertUsingSni> {
    let mut resolver = ResolvesServerCertUsingSni::new();
    for (name, identity) in [(SERVER, &pki().good), (ELSEWHERE, &pki().misnamed)] {
        let added = resolver.add(name, identity.certified_key());
        added.expect("it is for that name");
    }
    Arc::new(resolver)
}

/// Where all tests connect from, and on which port.
pub fn origin() -> Origin {
    Origin::unknown().address(address()).port(PORT)
}

/// Where all tests connect from.
pub fn address() -> SocketAddr {
    SocketAddr::from(([192, 0, 2, 7], 50_000))
}

impl Server {
    /// Accepts over a wire. Exactly one record comes of it, and it is the one that is returned.
    pub async fn accept<T: Script>(
        &self,
        wire: Wire<T>,
    ) -> Result<Approved<ServerStream<Wire<T>>>, Refused> {
        self.accept_from(origin(), wire).await
    }

    /// The same from elsewhere.
    pub async fn accept_from<T: Script>(
        &self,
        origin: Origin,
        wire: Wire<T>,
    ) -> Result<Approved<ServerStream<Wire<T>>>, Refused> {
        let before = self.published().len();
        let result = self.gate.accept(origin, wire).await;
        let published = self.published();
        assert_eq!(published.len(), before + 1, "one record a connection");
        let returned = record_of(&result);
        assert!(Arc::ptr_eq(returned, &published[before]), "the same record");
        if let Err(Refused::Veto(veto)) = &result {
            assert_eq!((veto.stage, veto.alert), (returned.stage, returned.alert));
        }
        result
    }

    /// Every record that was published so far.
    pub fn published(&self) -> Vec<Arc<DecisionRecord>> {
        self.published.lock().expect("not poisoned").clone()
    }

    /// A whole connection with this client: see [`Met`].
    pub async fn meet(&self, client: TlsClient) -> Met<TlsClient> {
        self.meet_as(origin(), client, Manner::default()).await
    }

    /// The same with a client of this kind and of the usual server.
    pub async fn visit(&self, config: &Arc<ClientConfig>) -> Met<TlsClient> {
        self.meet(TlsClient::new(config)).await
    }

    /// The same with any other end, from anywhere, over any transport.
    pub async fn meet_as<T: Script>(&self, origin: Origin, script: T, manner: Manner) -> Met<T> {
        let (io, witness) = wire(script, manner);
        let result = self.accept_from(origin, io).await;
        Met::of(result, witness).await
    }

    /// The same with a client whose hello this server reads, and another answers. The record is the other's.
    pub async fn hand_over(&self, to: &Self, client: TlsClient) -> Met<TlsClient> {
        let (io, witness) = wire(client, Manner::default());
        let before = (self.published().len(), to.published().len());
        let greeted = self.gate.greet(origin(), io).await.expect("a hello");
        let result = greeted.accept_by(&to.gate).await;
        let after = (self.published().len(), to.published().len());
        assert_eq!(after, (before.0, before.1 + 1), "one record a connection");
        let returned = record_of(&result);
        assert!(Arc::ptr_eq(returned, &to.published()[before.1]));
        Met::of(result, witness).await
    }
}

fn record_of<T>(result: &Result<Approved<T>, Refused>) -> &Arc<DecisionRecord> {
    match result {
        Ok(approved) => &approved.record,
        Err(refused) => refused.record(),
    }
}

/// Says [`PONG`], closes its half, and reads to the end.
async fn talked<S: AsyncReadExt + AsyncWriteExt + Unpin>(mut stream: S) -> Vec<u8> {
    stream.write_all(PONG).await.expect("writes");
    stream.shutdown().await.expect("closes its half");
    let mut received = Vec::new();
    let end = stream.read_to_end(&mut received).await;
    end.expect("reads what comes after its own close");
    received
}

/// What became of a connection.
pub struct Met<T> {
    /// What the stream gave, if there was one. [`PONG`] was said on it.
    pub received: Option<Vec<u8>>,
    /// Why there was none.
    pub refused: Option<Refused>,
    /// The record.
    pub record: Arc<DecisionRecord>,
    /// What went over the wire.
    pub witness: Witness<T>,
}

impl<T: Script> Met<T> {
    async fn of(
        result: Result<Approved<ServerStream<Wire<T>>>, Refused>,
        witness: Witness<T>,
    ) -> Self {
        let record = Arc::clone(record_of(&result));
        let (received, refused) = match result {
            Ok(approved) => (Some(talked(approved.stream).await), None),
            Err(refused) => (None, Some(refused)),
        };
        Self {
            received,
            refused,
            record,
            witness,
        }
    }

    /// Demands that it became a stream.
    pub fn approved(self, what: &str) -> Self {
        if let Some(refused) = &self.refused {
            panic!("{what}: {refused}");
        }
        assert_eq!(self.record.decision, Decision::Approved, "{what}");
        assert_eq!(self.record.stage, Stage::Established, "{what}");
        assert_eq!((self.record.alert, &self.record.failure), (None, &None));
        self
    }

    /// Demands that a veto ended it.
    pub fn vetoed(self, what: &str) -> Self {
        match &self.refused {
            Some(Refused::Veto(veto)) => assert!(!veto.findings.is_empty(), "{what}"),
            other => panic!("{what}: {other:?}"),
        }
        assert_eq!(self.record.decision, Decision::Vetoed, "{what}");
        self.assert_closed(what);
        self
    }

    /// Demands that something else than policy ended it: a failure of this kind.
    pub fn failed(self, kind: &str, what: &str) -> Self {
        match &self.refused {
            Some(Refused::Failed(failure)) => assert_eq!(failure.error.kind(), kind, "{what}"),
            other => panic!("{what}: {other:?}"),
        }
        assert_eq!(self.record.decision, Decision::Failed, "{what}");
        assert_eq!(failure(&self.record), Some(kind), "{what}");
        self.assert_closed(what);
        self
    }

    fn assert_closed(&self, what: &str) {
        assert!(self.witness.seen(|seen| seen.dropped), "{what}");
    }

    /// Demands that no ServerHello left, and says what did. The record knows of the alert.
    pub fn said(&self, what: &str) -> Said {
        let written = self.witness.written();
        let said = before_server_hello(&written).unwrap_or_else(|other| panic!("{what}: {other}"));
        let alert = self.record.alert.map(|alert| alert.code());
        assert_eq!(said.alert, alert, "{what}");
        said
    }

    /// The session in the record.
    pub fn session(&self) -> &countersign::session::Session {
        self.record.session.as_ref().expect("it was negotiated")
    }

    /// Whether a session was resumed, says the record.
    pub fn resumed(&self) -> bool {
        self.session().resumed
    }

    /// The codes of what was found.
    pub fn codes(&self) -> Vec<&str> {
        let findings = self.record.findings.iter();
        findings.map(|finding| finding.code.as_str()).collect()
    }
}

impl Met<TlsClient> {
    /// What the gate said after the client's last flight.
    pub fn last_words(&self) -> Vec<u8> {
        let last = |client: &mut TlsClient| client.heard_before.len() - 1;
        self.words_after(self.witness.script(last))
    }

    /// What the gate said after the client's flight of this number, from 0.
    pub fn words_after(&self, flight: usize) -> Vec<u8> {
        let start = self.witness.script(|client| client.heard_before[flight]);
        self.witness.written().split_off(start)
    }

    /// The alert that the client made out.
    pub fn alert_heard(&self) -> Option<u8> {
        self.witness.script(|client| client.alert())
    }
}

/// The functions that the policy at this place of the chain was asked, with its answers.
pub fn calls(record: &DecisionRecord, at: usize) -> Vec<(&'static str, Answer)> {
    let calls = record.policies[at].calls.iter();
    calls.map(|call| (call.function, call.answer)).collect()
}

/// The kind of the failure, if one is recorded.
pub fn failure(record: &DecisionRecord) -> Option<&'static str> {
    record.failure.as_ref().map(|failure| failure.kind)
}
