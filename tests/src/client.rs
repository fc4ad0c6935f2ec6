//! Clients: gates that trust the test authority, and what they do with a server.

use std::sync::Arc;

use countersign::{
    Approved, ClientGate, ClientGateBuilder, ClientStream, Peer, Refused,
    policy::Policy,
    record::DecisionRecord,
    rustls::{
        RootCertStore,
        client::{ResolvesClientCert, WebPkiServerVerifier},
        pki_types::ServerName,
        sign::{CertifiedKey, SingleCertAndKey},
    },
};
use rustls::crypto::aws_lc_rs;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    pki::{PKI, SERVER_NAME},
    policy::policy,
};

/// An approved connection over TCP.
pub type Connected = Approved<ClientStream<TcpStream>>;

/// A gate under the default policy that trusts the test authority.
pub fn gate(settings: &str) -> ClientGate {
    builder(policy(settings)).build()
}

/// The same, to go on with.
pub fn builder(policy: Policy) -> ClientGateBuilder {
    let mut roots = RootCertStore::empty();
    roots.add(PKI.ca.certificate.clone()).expect("a root");
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider);
    ClientGate::builder(policy, verifier.build().expect("a verifier"))
        .timeout(std::time::Duration::from_secs(20))
}

/// The test client's certificate.
pub fn client_certificate() -> Arc<dyn ResolvesClientCert> {
    let provider = aws_lc_rs::default_provider();
    let chain = vec![PKI.client.certificate.clone()];
    let key = CertifiedKey::from_der(chain, PKI.client.key(), &provider).expect("a fitting key");
    Arc::new(SingleCertAndKey::from(key))
}

/// The server on this port.
pub fn peer(port: u16) -> Peer {
    Peer::new(ServerName::try_from(SERVER_NAME).expect("a name")).port(port)
}

/// Connects to a server on 127.0.0.1.
pub async fn dial(port: u16) -> std::io::Result<TcpStream> {
    TcpStream::connect(("127.0.0.1", port)).await
}

/// Makes a connection.
pub async fn connect(gate: &ClientGate, port: u16) -> Result<Connected, Refused> {
    let io = dial(port).await.expect("the server listens");
    gate.connect(peer(port), io).await
}

/// Makes a connection that must come through.
pub async fn connected(gate: &ClientGate, port: u16) -> Connected {
    let connected = connect(gate, port).await;
    connected.unwrap_or_else(|refused| panic!("refused: {refused}\n{:#?}", refused.record()))
}

/// Asks whether a server is acceptable, and what it would choose if it is not.
pub async fn check(gate: &ClientGate, port: u16) -> Arc<DecisionRecord> {
    gate.check(peer(port), async || dial(port).await).await
}

/// Gets a page over an approved connection, up to the server's goodbye.
pub async fn get(approved: &mut Connected, path: &str) -> Vec<u8> {
    let request = format!("GET {path} HTTP/1.0\r\n\r\n");
    let stream = &mut approved.stream;
    let mut answer = Vec::new();
    let sent = stream.write_all(request.as_bytes()).await;
    sent.expect("a server that reads");
    let read = stream.read_to_end(&mut answer).await;
    read.expect("an answer that ends with close_notify");
    answer
}

/// Connects, gets the server's page about the session, and returns both sides' view of it.
pub async fn visit(gate: &ClientGate, port: u16) -> (Arc<DecisionRecord>, String) {
    let mut approved = connected(gate, port).await;
    let page = get(&mut approved, "/").await;
    let page = String::from_utf8_lossy(&page).into_owned();
    (approved.record, page)
}

/// Sends a line, and returns the line that comes back.
pub async fn echo(approved: &mut Connected, line: &str) -> String {
    let stream = &mut approved.stream;
    let sent = stream.write_all(format!("{line}\n").as_bytes()).await;
    sent.expect("a server that reads");
    let mut back = vec![0; line.len() + 1];
    let read = stream.read_exact(&mut back).await;
    read.expect("a server that answers");
    String::from_utf8_lossy(&back).trim_end().to_owned()
}

/// Says goodbye.
pub async fn close(mut approved: Connected) {
    let closed = approved.stream.shutdown().await;
    closed.expect("an open connection");
}
