//! A gate on one end of a pipe, and on the other a server, or somebody who only listens.

use std::sync::Arc;

use countersign::{
    Approved, ClientGate, Peer, Refused,
    policy::Policy,
    record::DecisionRecord,
    rustls::{
        RootCertStore, ServerConfig,
        client::WebPkiServerVerifier,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, PrivateKeyDer, ServerName},
    },
};
use rcgen::{CertificateParams, KeyPair};
use tokio::io::{AsyncReadExt, DuplexStream};
use tokio_rustls::TlsAcceptor;

/// What a pipe holds.
const PIPE_BYTES: usize = 64 * 1024;

/// A server's key and certificate.
pub(crate) struct Identity {
    pub(crate) key: KeyPair,
    pub(crate) certificate: CertificateDer<'static>,
}

impl Identity {
    pub(crate) fn new(params: &CertificateParams, key: KeyPair) -> Self {
        let certificate = params
            .self_signed(&key)
            .expect("the certificate can be signed");
        Self {
            certificate: certificate.der().clone(),
            key,
        }
    }

    /// For `localhost`, with a P-256 key.
    pub(crate) fn plain() -> Self {
        let params =
            CertificateParams::new(vec!["localhost".to_owned()]).expect("the name is good");
        Self::new(&params, KeyPair::generate().expect("keys can be made"))
    }

    fn server(&self) -> TlsAcceptor {
        let key = PrivateKeyDer::try_from(self.key.serialize_der()).expect("it is a key");
        let provider = Arc::new(aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the provider has them")
            .with_no_client_auth()
            .with_single_cert(vec![self.certificate.clone()], key)
            .expect("key and certificate fit");
        TlsAcceptor::from(Arc::new(config))
    }

    /// A gate that trusts this identity, and offers two protocols.
    pub(crate) fn gate(&self, policy: Policy) -> ClientGate {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone()).expect("it is a root");
        let provider = Arc::new(aws_lc_rs::default_provider());
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
            .build()
            .expect("there are roots");
        ClientGate::builder(policy, verifier)
            .alpn(vec![b"h2".to_vec(), b"http/1.1".to_vec()])
            .accept_invalid_certificates(true)
            .build()
    }

    /// Makes a connection to a server with this identity. What the server thinks of it does not matter.
    pub(crate) async fn connect(
        &self,
        policy: Policy,
        peer: Peer,
    ) -> Result<Arc<DecisionRecord>, Refused> {
        let (ours, theirs) = tokio::io::duplex(PIPE_BYTES);
        let (gate, server) = (self.gate(policy), self.server());
        let (connected, _) = tokio::join!(gate.connect(peer, ours), server.accept(theirs));
        connected.map(|Approved { record, .. }| record)
    }
}

/// `localhost`, where the server is.
pub(crate) fn localhost() -> Peer {
    Peer::new(ServerName::try_from("localhost").expect("it is a name")).port(4433)
}

/// What a gate with this policy sends to a server that closes after the first record, and how the gate sees that.
pub(crate) async fn overheard(policy: Policy) -> (Vec<u8>, Refused) {
    let (ours, mut theirs) = tokio::io::duplex(PIPE_BYTES);
    let gate = Identity::plain().gate(policy);
    let (connected, sent) = tokio::join!(gate.connect(localhost(), ours), async move {
        let record = first_record(&mut theirs).await;
        drop(theirs);
        record
    });
    (sent, connected.expect_err("nobody answered"))
}

/// RFC 8446, section 5.1: five bytes of header, of which the last two are the length. Empty if nothing comes.
async fn first_record(io: &mut DuplexStream) -> Vec<u8> {
    let mut record = vec![0; 5];
    if io.read_exact(&mut record[..1]).await.is_err() {
        return Vec::new();
    }
    io.read_exact(&mut record[1..])
        .await
        .expect("a record has a header");
    let len = usize::from(u16::from_be_bytes([record[3], record[4]]));
    record.resize(5 + len, 0);
    io.read_exact(&mut record[5..])
        .await
        .expect("a record has a body");
    record
}
