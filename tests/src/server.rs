//! Servers: gates that serve a page behind TLS, for clients that others wrote.

use std::{
    io,
    sync::{
        Arc,
        mpsc::{self, Receiver},
    },
    time::Duration,
};

use countersign::{
    Origin, ServerGate, ServerGateBuilder, ServerStream,
    policy::Chain,
    record::DecisionRecord,
    rustls::{
        RootCertStore,
        server::{
            ClientCertVerifierBuilder, ClientHello, ResolvesServerCert, WebPkiClientVerifier,
            danger::ClientCertVerifier,
        },
        sign::CertifiedKey,
    },
};
use rustls::crypto::aws_lc_rs;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    runtime::Runtime,
};

use crate::{
    pki::{Identity, PKI},
    process::PATIENCE,
};

/// What a client gets to see only after approval.
pub const PAGE: &str = "hello from behind the gate";

/// A running server.
#[derive(Debug)]
pub struct Server {
    /// Where it listens, on 127.0.0.1.
    pub port: u16,
    records: Receiver<Arc<DecisionRecord>>,
    runtime: Runtime,
}

impl Server {
    /// Starts a server with this gate.
    pub fn start(gate: ServerGateBuilder) -> Self {
        let (sender, records) = mpsc::channel();
        let gate = gate.observer(move |record: &Arc<DecisionRecord>| {
            // A test that has ended wants no more of them.
            let _ = sender.send(Arc::clone(record));
        });
        let gate = gate.build().expect("a gate");
        let runtime = Runtime::new().expect("threads");
        let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", 0)));
        let listener = listener.expect("loopback has a free port");
        let port = listener.local_addr().expect("a bound port").port();
        runtime.spawn(serve(listener, gate));
        Self {
            port,
            records,
            runtime,
        }
    }

    /// The record of the connection that was decided next.
    pub fn record(&self) -> Arc<DecisionRecord> {
        let record = self.records.recv_timeout(PATIENCE);
        record.expect("every connection leaves a record")
    }

    /// The record of the only connection that there was.
    pub fn only_record(self) -> Arc<DecisionRecord> {
        let record = self.record();
        // Connections that are not decided now never will be.
        drop(self.runtime);
        assert_eq!(
            self.records.try_iter().count(),
            0,
            "one record a connection"
        );
        record
    }
}

/// A gate with certificates for clients that take ECDSA, and for those that only take RSA.
pub fn builder(chain: impl Into<Chain>) -> ServerGateBuilder {
    let gate = ServerGate::builder(chain, Arc::new(BothKeys::new()));
    gate.timeout(Duration::from_secs(20))
}

/// Accepts clients' certificates of the test authority.
pub fn required() -> Arc<dyn ClientCertVerifier> {
    let verifier = client_verifier().build();
    verifier.expect("a verifier")
}

/// The same, and clients without a certificate.
pub fn optional() -> Arc<dyn ClientCertVerifier> {
    let verifier = client_verifier().allow_unauthenticated().build();
    verifier.expect("a verifier")
}

fn client_verifier() -> ClientCertVerifierBuilder {
    let mut roots = RootCertStore::empty();
    roots.add(PKI.ca.certificate.clone()).expect("a root");
    let provider = Arc::new(aws_lc_rs::default_provider());
    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
}

async fn serve(listener: TcpListener, gate: ServerGate) {
    while let Ok((tcp, _)) = listener.accept().await {
        tokio::spawn(meet(gate.clone(), tcp));
    }
}

/// What became of the connection, its record says, and its client.
async fn meet(gate: ServerGate, tcp: TcpStream) {
    if let Ok(approved) = gate.accept(Origin::of(&tcp), tcp).await {
        let _ = serve_page(approved.stream).await;
    }
}

/// Answers a request, which ends with an empty line, and waits until the client has gone, so that nothing is reset.
async fn serve_page(stream: ServerStream<TcpStream>) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut line = String::from("GET");
    while !line.trim_end().is_empty() {
        line.clear();
        stream.read_line(&mut line).await?;
    }
    let bytes = PAGE.len();
    let page = format!("HTTP/1.0 200 OK\r\nContent-Length: {bytes}\r\n\r\n{PAGE}");
    stream.write_all(page.as_bytes()).await?;
    stream.shutdown().await?;
    stream.read_to_end(&mut Vec::new()).await?;
    Ok(())
}

/// Two certificates: the first whose key the client can verify is shown.
#[derive(Debug)]
struct BothKeys([Arc<CertifiedKey>; 2]);

impl BothKeys {
    fn new() -> Self {
        Self([&PKI.ecdsa, &PKI.rsa].map(certified))
    }
}

fn certified(identity: &Identity) -> Arc<CertifiedKey> {
    let provider = aws_lc_rs::default_provider();
    let chain = vec![identity.certificate.clone()];
    let key = CertifiedKey::from_der(chain, identity.key(), &provider);
    Arc::new(key.expect("a fitting key"))
}

impl ResolvesServerCert for BothKeys {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let schemes = hello.signature_schemes();
        let mut keys = self.0.iter();
        let known = keys.find(|certified| certified.key.choose_scheme(schemes).is_some());
        known.cloned()
    }
}
