//! The client under test.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use countersign::{
    Approved, ClientGate, ClientGateBuilder, ClientStream, Peer, Refused,
    policy::CurrentChain,
    record::{Answer, DecisionRecord},
};

use super::{
    pki::{pki, server_name},
    wire::{Script, Wire},
};

/// The port that tests say they connect to.
pub const PORT: u16 = 4433;

/// A gate, and every record that it published.
pub struct Client {
    /// The gate.
    pub gate: ClientGate,
    published: Arc<Mutex<Vec<Arc<DecisionRecord>>>>,
}

/// A client with these policies, a client certificate, and a timeout that no honest test comes near.
pub fn client(chain: impl Into<CurrentChain>) -> Client {
    client_with(chain, |builder| builder)
}

/// The same with changes.
pub fn client_with(
    chain: impl Into<CurrentChain>,
    change: impl FnOnce(ClientGateBuilder) -> ClientGateBuilder,
) -> Client {
    let published = Arc::new(Mutex::new(Vec::new()));
    let observer = {
        let published = Arc::clone(&published);
        move |record: &Arc<DecisionRecord>| {
            let mut published = published.lock().expect("not poisoned");
            published.push(Arc::clone(record));
        }
    };
    let builder = ClientGate::builder(chain, pki().server_verifier())
        .client_certificate(pki().client_resolver())
        .alpn(vec![b"h2".to_vec(), b"http/1.1".to_vec()])
        .listener("tests")
        .timeout(Duration::from_secs(20))
        .observer(observer);
    Client {
        gate: change(builder).build(),
        published,
    }
}

/// Whom all tests connect to.
pub fn peer() -> Peer {
    Peer::new(server_name()).port(PORT)
}

impl Client {
    /// Connects over a wire. Exactly one record comes of it, and it is the one that is returned.
    pub async fn connect<T: Script>(
        &self,
        wire: Wire<T>,
    ) -> Result<Approved<ClientStream<Wire<T>>>, Refused> {
        self.connect_to(peer(), wire).await
    }

    /// The same to another peer.
    pub async fn connect_to<T: Script>(
        &self,
        peer: Peer,
        wire: Wire<T>,
    ) -> Result<Approved<ClientStream<Wire<T>>>, Refused> {
        let before = self.published().len();
        let result = self.gate.connect(peer, wire).await;
        let returned = match &result {
            Ok(approved) => &approved.record,
            Err(refused) => refused.record(),
        };
        let published = self.published();
        assert_eq!(published.len(), before + 1, "one record a connection");
        assert!(Arc::ptr_eq(returned, &published[before]), "the same record");
        result
    }

    /// Every record that was published so far.
    pub fn published(&self) -> Vec<Arc<DecisionRecord>> {
        self.published.lock().expect("not poisoned").clone()
    }
}

/// The functions that the policy was asked, with its answers.
pub fn calls(record: &DecisionRecord) -> Vec<(&'static str, Answer)> {
    let calls = record.policies.iter().flat_map(|policy| &policy.calls);
    calls.map(|call| (call.function, call.answer)).collect()
}

/// The codes of what was found.
pub fn findings(record: &DecisionRecord) -> Vec<&str> {
    record
        .findings
        .iter()
        .map(|finding| finding.code.as_str())
        .collect()
}

/// The kind of the failure, if one is recorded.
pub fn failure(record: &DecisionRecord) -> Option<&'static str> {
    record.failure.as_ref().map(|failure| failure.kind)
}
