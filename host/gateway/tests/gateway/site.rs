//! What a gateway stands between: certificates, clients, upstreams, and its configuration in a directory of its own.

mod client;
mod upstream;

use std::{
    fs::{self, Permissions},
    net::SocketAddr,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use countersign_gateway::{Gateway, config::Loader};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    SanType,
};
use rustls::RootCertStore;
use serde_json::Value;
use tempfile::TempDir;

pub(crate) use client::Client;
pub(crate) use upstream::{Upstream, closed_port, echo, echo_tls, naming};

/// The time for everything that must happen.
pub(crate) const LONG: Duration = Duration::from_secs(30);

/// Where policies are kept that were compiled.
const CACHE: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/gateway-policies");

/// A directory with certificates and a configuration.
pub(crate) struct Site {
    dir: TempDir,
    ca: CertifiedIssuer<'static, KeyPair>,
}

impl Site {
    /// One with the certificates `server.pem` (`a.example`, `*.a.example`, `127.0.0.1`) and `client.pem`
    /// (`spiffe://example/one`), with their keys, and `ca.pem`.
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let ca = CertifiedIssuer::self_signed(params, key).expect("a certificate");
        let dir = tempfile::tempdir().expect("a directory");
        let site = Self { dir, ca };
        site.write("ca.pem", &site.ca.pem());
        site.certify("server", &["a.example", "*.a.example", "127.0.0.1"]);
        site.certify_client("client", "spiffe://example/one");
        site
    }

    /// Makes a certificate for these names, `{file}.pem` and `{file}.key`.
    pub(crate) fn certify(&self, file: &str, names: &[&str]) {
        let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
        let params = CertificateParams::new(names).expect("names");
        self.sign(file, params);
    }

    fn certify_client(&self, file: &str, uri: &str) {
        let mut params = CertificateParams::default();
        let uri = uri.try_into().expect("ASCII");
        params.subject_alt_names.push(SanType::URI(uri));
        params
            .extended_key_usages
            .push(ExtendedKeyUsagePurpose::ClientAuth);
        self.sign(file, params);
    }

    fn sign(&self, file: &str, params: CertificateParams) {
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.ca).expect("a certificate");
        self.write(&format!("{file}.pem"), &certificate.pem());
        self.write(&format!("{file}.key"), &key.serialize_pem());
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.dir.path().join(file)
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        fs::write(&path, text).expect("a file");
        // Keys are nobody else's business.
        fs::set_permissions(&path, Permissions::from_mode(0o600)).expect("ours");
    }

    pub(crate) fn roots(&self) -> Arc<RootCertStore> {
        let mut roots = RootCertStore::empty();
        roots.add(self.ca.der().clone()).expect("a certificate");
        Arc::new(roots)
    }

    /// Starts a gateway with this configuration, which gets a log in a file unless it says where its own goes.
    pub(crate) async fn start(&self, config: &str) -> Running {
        self.configure(config);
        let path = self.path("gateway.toml");
        let mut loader = Loader::new();
        let loaded = loader
            .load(&path)
            .unwrap_or_else(|mistakes| panic!("{mistakes}"));
        let gateway = Gateway::start(path, loader, loaded.config).await;
        Running {
            gateway: gateway.expect("it starts"),
            log: self.path("log.json"),
        }
    }

    /// Writes the configuration, for a reload.
    pub(crate) fn configure(&self, config: &str) {
        let log = match config.contains("[log]") {
            true => "",
            false => "[log]\nto = \"log.json\"\n",
        };
        let gateway = match config.contains("[gateway]") {
            true => String::new(),
            // What one test has compiled, the next need not.
            false => format!("[gateway]\ncache = {CACHE:?}\n"),
        };
        self.write("gateway.toml", &format!("{log}{gateway}{config}"));
    }
}

/// A gateway that runs.
pub(crate) struct Running {
    pub(crate) gateway: Gateway,
    log: PathBuf,
}

impl Running {
    /// Where its first listener listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.gateway.addresses()[0].1
    }

    /// The lines of the log, as soon as there are so many.
    pub(crate) async fn lines(&self, count: usize) -> Vec<Value> {
        lines(&self.log, count).await
    }

    /// Drains it, and returns all lines of its log.
    pub(crate) async fn drain(self) -> Vec<Value> {
        self.gateway.drain().await;
        read(&self.log)
    }
}

pub(crate) async fn lines(log: &Path, count: usize) -> Vec<Value> {
    let enough = async {
        loop {
            let lines = read(log);
            if lines.len() >= count {
                return lines;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let lines = tokio::time::timeout(LONG, enough).await;
    let lines = lines.unwrap_or_else(|_| panic!("there are {} lines", read(log).len()));
    assert_eq!(lines.len(), count, "{lines:#?}");
    lines
}

fn read(log: &Path) -> Vec<Value> {
    let text = fs::read_to_string(log).unwrap_or_default();
    // A line that is being written is none yet.
    let whole = text.rfind('\n').map_or("", |end| &text[..=end]);
    let parse = |line: &str| serde_json::from_str(line).expect("JSON");
    whole.lines().map(parse).collect()
}
