//! TLS clients.

use std::{io, net::SocketAddr, sync::Arc};

use rustls::{
    ClientConfig,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject},
    version::{TLS12, TLS13},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::{LONG, Site};

/// A client.
#[derive(Clone)]
pub(crate) struct Client {
    config: ClientConfig,
}

/// What a client saw of a server.
pub(crate) struct Visit {
    pub(crate) stream: TlsStream<TcpStream>,
}

impl Client {
    /// One that trusts the site's certificates.
    pub(crate) fn new(site: &Site) -> Self {
        Self::of(site, aws_lc_rs::default_provider(), None)
    }

    /// One that shows the site's client certificate.
    pub(crate) fn known(site: &Site) -> Self {
        Self::of(site, aws_lc_rs::default_provider(), Some("client"))
    }

    fn of(site: &Site, provider: CryptoProvider, certificate: Option<&str>) -> Self {
        let builder = ClientConfig::builder_with_provider(Arc::new(provider))
            .with_protocol_versions(&[&TLS12, &TLS13])
            .expect("versions")
            .with_root_certificates(site.roots());
        let config = match certificate {
            None => builder.with_no_client_auth(),
            Some(file) => {
                let certificate = CertificateDer::from_pem_file(site.path(&format!("{file}.pem")));
                let key = PrivateKeyDer::from_pem_file(site.path(&format!("{file}.key")));
                let chain = vec![certificate.expect("PEM")];
                builder
                    .with_client_auth_cert(chain, key.expect("PEM"))
                    .expect("they fit")
            }
        };
        Self { config }
    }

    /// The same with TLS 1.2 alone.
    pub(crate) fn tls12(site: &Site) -> Self {
        let config = ClientConfig::builder_with_protocol_versions(&[&TLS12])
            .with_root_certificates(site.roots())
            .with_no_client_auth();
        Self { config }
    }

    pub(crate) fn alpn(mut self, protocols: &[&str]) -> Self {
        let protocols = protocols.iter().map(|it| it.as_bytes().to_vec());
        self.config.alpn_protocols = protocols.collect();
        self
    }

    /// Connects.
    pub(crate) async fn visit(&self, address: SocketAddr, name: &str) -> io::Result<Visit> {
        self.visit_after(address, b"", name).await
    }

    /// Connects after some bytes in clear.
    pub(crate) async fn visit_after(
        &self,
        address: SocketAddr,
        opening: &[u8],
        name: &str,
    ) -> io::Result<Visit> {
        let visit = async {
            let mut tcp = TcpStream::connect(address).await?;
            tcp.write_all(opening).await?;
            let name = ServerName::try_from(name.to_owned()).expect("a name");
            let connector = TlsConnector::from(Arc::new(self.config.clone()));
            let stream = connector.connect(name, tcp).await?;
            Ok(Visit { stream })
        };
        timeout(LONG, visit).await.expect("it does not hang")
    }

    /// Connects, says something and hears what comes back until the end.
    pub(crate) async fn ask(
        &self,
        address: SocketAddr,
        name: &str,
        say: &[u8],
    ) -> io::Result<Vec<u8>> {
        self.visit(address, name).await?.ask(say).await
    }
}

impl Visit {
    /// Says something, is done, and hears what comes back until the end.
    pub(crate) async fn ask(mut self, say: &[u8]) -> io::Result<Vec<u8>> {
        let ask = async {
            self.stream.write_all(say).await?;
            self.stream.shutdown().await?;
            let mut heard = Vec::new();
            self.stream.read_to_end(&mut heard).await?;
            Ok(heard)
        };
        timeout(LONG, ask).await.expect("it does not hang")
    }

    /// Says something and hears as many bytes.
    pub(crate) async fn echo(&mut self, say: &[u8]) -> io::Result<Vec<u8>> {
        let echo = async {
            self.stream.write_all(say).await?;
            let mut heard = vec![0; say.len()];
            self.stream.read_exact(&mut heard).await?;
            Ok(heard)
        };
        timeout(LONG, echo).await.expect("it does not hang")
    }

    /// Waits for the end.
    pub(crate) async fn end(mut self) -> io::Result<Vec<u8>> {
        let mut heard = Vec::new();
        let end = self.stream.read_to_end(&mut heard);
        timeout(LONG, end).await.expect("it does not hang")?;
        Ok(heard)
    }

    pub(crate) fn alpn(&self) -> Option<&[u8]> {
        self.stream.get_ref().1.alpn_protocol()
    }

    pub(crate) fn resumed(&self) -> bool {
        let kind = self.stream.get_ref().1.handshake_kind();
        kind == Some(rustls::HandshakeKind::Resumed)
    }

    /// The certificate that was shown.
    pub(crate) fn certificate(&self) -> CertificateDer<'static> {
        let certificates = self.stream.get_ref().1.peer_certificates();
        certificates.expect("one was shown")[0].clone()
    }
}
