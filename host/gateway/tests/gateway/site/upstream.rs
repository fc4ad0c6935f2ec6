//! Upstreams.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

use rustls::{
    ServerConfig, SupportedProtocolVersion,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::WebPkiClientVerifier,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

use super::Site;

/// A server that the gateway leads to.
pub(crate) struct Upstream {
    pub(crate) address: SocketAddr,
    connections: Arc<AtomicUsize>,
}

impl Upstream {
    /// How many connections have come.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(SeqCst)
    }
}

/// One that says back what it hears.
pub(crate) async fn echo() -> Upstream {
    naming("").await
}

/// One that says a name, then back what it hears.
pub(crate) async fn naming(name: &'static str) -> Upstream {
    serve(move |tcp| answer(tcp, name)).await
}

/// One that says back what it hears, over TLS, with a certificate of the site. It asks for a certificate, but lets in who has none,
/// and says the chosen protocol and whether there was a certificate first.
pub(crate) async fn echo_tls(
    site: &Site,
    certificate: &str,
    versions: &[&'static SupportedProtocolVersion],
    alpn: &[&str],
) -> Upstream {
    let chain = CertificateDer::from_pem_file(site.path(&format!("{certificate}.pem")));
    let key = PrivateKeyDer::from_pem_file(site.path(&format!("{certificate}.key")));
    let clients = WebPkiClientVerifier::builder(site.roots()).allow_unauthenticated();
    let mut config = ServerConfig::builder_with_protocol_versions(versions)
        .with_client_cert_verifier(clients.build().expect("roots"))
        .with_single_cert(vec![chain.expect("PEM")], key.expect("PEM"))
        .expect("they fit");
    config.alpn_protocols = alpn.iter().map(|it| it.as_bytes().to_vec()).collect();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    serve(move |tcp| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(stream) = acceptor.accept(tcp).await else {
                return;
            };
            let session = stream.get_ref().1;
            let alpn = session.alpn_protocol().map(String::from_utf8_lossy);
            let known = session.peer_certificates().is_some();
            let name = format!("{} {known}\n", alpn.unwrap_or_default());
            answer(stream, name).await;
        }
    })
    .await
}

async fn serve<F: Future<Output = ()> + Send + 'static>(
    answer: impl Fn(tokio::net::TcpStream) -> F + Send + 'static,
) -> Upstream {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("it is bound");
    let connections = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((tcp, _)) = listener.accept().await {
            count.fetch_add(1, SeqCst);
            tokio::spawn(answer(tcp));
        }
    });
    Upstream {
        address,
        connections,
    }
}

async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin, name: impl AsRef<[u8]>) {
    let mut room = vec![0; 10_000];
    let _ = stream.write_all(name.as_ref()).await;
    while let Ok(read @ 1..) = stream.read(&mut room).await {
        if stream.write_all(&room[..read]).await.is_err() {
            break;
        }
    }
    let _ = stream.shutdown().await;
}

/// A port that nobody listens at.
pub(crate) async fn closed_port() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    listener.local_addr().expect("it is bound")
}

impl Upstream {
    /// One that is not there.
    pub(crate) async fn away() -> Self {
        Self {
            address: closed_port().await,
            connections: Arc::default(),
        }
    }
}
