//! A server that shows three certificates.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::{
    RootCertStore, ServerConfig,
    client::{WebPkiServerVerifier, danger::ServerCertVerifier},
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer},
};
use tokio::io::DuplexStream;
use tokio_rustls::TlsAcceptor;

/// Its name.
pub(super) const SERVER: &str = "server.test";

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A server, and the root of its chain.
pub(super) struct Server {
    acceptor: TlsAcceptor,
    root: CertificateDer<'static>,
}

/// Who issues certificates.
struct Authority {
    certificate: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

impl Server {
    pub(super) fn new() -> Self {
        let root = Authority::new("Root", None);
        let first = Authority::new("First issuer", Some(&root));
        let second = Authority::new("Second issuer", Some(&first));
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new([SERVER.to_owned()]).expect("a name");
        let own = lately(params).signed_by(&key, &second.issuer);
        let own = own.expect("a certificate").der().clone();
        let chain = vec![own, second.certificate, first.certificate];
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
        let config = ServerConfig::builder_with_provider(aws_lc_rs::default_provider().into())
            .with_safe_default_protocol_versions()
            .and_then(|server| server.with_no_client_auth().with_single_cert(chain, key))
            .expect("the key fits");
        Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            root: root.certificate,
        }
    }

    /// Trusts it.
    pub(super) fn verifier(&self) -> Arc<dyn ServerCertVerifier> {
        let mut roots = RootCertStore::empty();
        roots.add(self.root.clone()).expect("a root");
        let provider = aws_lc_rs::default_provider().into();
        let verifier = WebPkiServerVerifier::builder_with_provider(roots.into(), provider);
        verifier.build().expect("a verifier")
    }

    /// Its end of a handshake.
    pub(super) async fn accept(
        &self,
        io: DuplexStream,
    ) -> tokio_rustls::server::TlsStream<DuplexStream> {
        self.acceptor.accept(io).await.expect("a handshake")
    }
}

impl Authority {
    /// One that another one issued, or a root.
    fn new(name: &str, issued_by: Option<&Self>) -> Self {
        let mut params = lately(CertificateParams::default());
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().expect("a key");
        let certificate = match issued_by {
            Some(above) => params.signed_by(&key, &above.issuer),
            None => params.self_signed(&key),
        };
        Self {
            certificate: certificate.expect("a certificate").der().clone(),
            issuer: Issuer::new(params, key),
        }
    }
}

/// Valid since yesterday, for sixty days.
fn lately(mut params: CertificateParams) -> CertificateParams {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("a clock");
    params.not_before = rcgen::date_time_ymd(1970, 1, 1) + now - DAY;
    params.not_after = params.not_before + 60 * DAY;
    params
}
