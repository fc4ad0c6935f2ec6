//! Connections between a gate with the default policy and a real peer, all in this process.

use std::{
    fmt::{self, Display, Formatter},
    sync::{Arc, OnceLock},
};

use countersign::{
    ClientGate, ClientGateBuilder, Origin, Peer, ServerGate, ServerGateBuilder,
    facts::Fact,
    policy::{Engine, Limits, Policy, PolicyOptions, PolicySource, Way},
    record::{Decision, DecisionRecord},
    rustls::{
        ClientConfig, RootCertStore, ServerConfig, SupportedProtocolVersion,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, ServerName},
        server::ResolvesServerCertUsingSni,
        sign::CertifiedKey,
        version::{TLS12, TLS13},
    },
};
use serde_json::{Value, json};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use crate::pki::{Identity, Key, SERVER, client_verifier, good, server_verifier};

/// Both versions.
pub(crate) const VERSIONS: [&SupportedProtocolVersion; 2] = [&TLS13, &TLS12];

const BUFFER_BYTES: usize = 64 * 1024;

/// What the default policy asks at one place.
#[derive(Clone)]
pub(crate) struct Terms {
    policy: Policy,
    listener: String,
    settings: String,
}

impl Display for Terms {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.settings)
    }
}

/// The terms under each of these settings. They become rules of one policy, each for a place of its own: to load a policy takes longer than
/// all connections.
pub(crate) fn terms<S: AsRef<str>>(settings: impl IntoIterator<Item = S>) -> Vec<Terms> {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    let engine = ENGINE.get_or_init(|| Engine::new(Limits::default()).expect("an engine"));
    let texts: Vec<_> = settings
        .into_iter()
        .map(|text| text.as_ref().to_owned())
        .collect();
    let rules = texts.iter().enumerate().map(|(place, text)| {
        let mut rule: Value = serde_json::from_str(text).expect(text);
        rule["when"] = json!({"listener": place.to_string()});
        rule
    });
    let all = json!({"rules": rules.collect::<Vec<_>>()}).to_string();
    // What runs in this way is compiled once and not twice; the verdicts are the same.
    let options = PolicyOptions::new().settings(&*all).way(Way::Configured);
    let policy = Policy::load_with(engine, &PolicySource::Default, &options)
        .unwrap_or_else(|error| panic!("{all}: {error}"));
    let at = |(place, settings): (usize, String)| Terms {
        policy: policy.clone(),
        listener: place.to_string(),
        settings,
    };
    texts.into_iter().enumerate().map(at).collect()
}

/// The terms under these settings alone.
pub(crate) fn under(settings: &str) -> Terms {
    terms([settings]).swap_remove(0)
}

/// What became of a connection.
#[derive(Debug)]
pub(crate) struct Met(Arc<DecisionRecord>);

impl Met {
    /// How it ended, and the codes of what was found.
    pub(crate) fn outcome(&self) -> (Decision, Vec<&str>) {
        let findings = self.0.findings.iter();
        (
            self.0.decision,
            findings.map(|finding| finding.code.as_str()).collect(),
        )
    }

    /// The sentences of what was found.
    pub(crate) fn messages(&self) -> Vec<&str> {
        let findings = self.0.findings.iter();
        findings.map(|finding| finding.message.as_str()).collect()
    }

    /// The facts that were read.
    pub(crate) fn read(&self) -> Vec<Fact> {
        self.0.policies[0].facts_read.iter().collect()
    }

    /// The alert that was chosen.
    pub(crate) fn alert(&self) -> Option<u8> {
        self.0.alert.map(|alert| alert.code())
    }

    /// The word for what failed besides policy.
    pub(crate) fn failure(&self) -> Option<&'static str> {
        self.0.failure.as_ref().map(|failure| failure.kind)
    }
}

/// A client gate under these terms meets a server that shows this.
pub(crate) async fn server(terms: &Terms, identity: &Identity) -> Met {
    server_with(terms, identity, &TLS13, &[], |gate| gate).await
}

/// The same in this version, with these as further roots, and with changes.
pub(crate) async fn server_with(
    terms: &Terms,
    identity: &Identity,
    version: &'static SupportedProtocolVersion,
    roots: &[CertificateDer<'static>],
    change: impl FnOnce(ClientGateBuilder) -> ClientGateBuilder,
) -> Met {
    let config = ServerConfig::builder_with_provider(aws_lc_rs::default_provider().into())
        .with_protocol_versions(&[version])
        .expect("a version")
        .with_no_client_auth()
        .with_single_cert(identity.chain.clone(), identity.key())
        .expect("the key fits");
    let builder = ClientGate::builder(terms.policy.clone(), server_verifier(roots));
    let gate = change(builder.listener(&*terms.listener)).build();
    let (ours, theirs) = tokio::io::duplex(BUFFER_BYTES);
    let name = ServerName::try_from(SERVER).expect("a name");
    let accept = TlsAcceptor::from(Arc::new(config)).accept(theirs);
    let connect = async {
        match gate.connect(Peer::new(name), ours).await {
            Ok(approved) => approved.record,
            Err(refused) => Arc::clone(refused.record()),
        }
    };
    // What the server makes of a refusal is not asked; but it stays until the end.
    let (record, _server) = tokio::join!(connect, accept);
    Met(record)
}

/// A server gate under these terms that can ask for certificates, meets a client that shows this, or nothing.
pub(crate) async fn client(terms: &Terms, identity: Option<&Identity>) -> Met {
    client_with(terms, identity, &TLS13, |gate| {
        gate.client_certificates(client_verifier())
    })
    .await
}

/// The same in this version, with a gate as it is made here.
pub(crate) async fn client_with(
    terms: &Terms,
    identity: Option<&Identity>,
    version: &'static SupportedProtocolVersion,
    change: impl FnOnce(ServerGateBuilder) -> ServerGateBuilder,
) -> Met {
    let server = good(Key::P256);
    let builder = ServerGate::builder(terms.policy.clone(), Arc::new(resolver(&server)));
    let gate = change(builder.listener(&*terms.listener)).build();
    let gate = gate.expect("there is randomness");
    let config = Arc::new(client_config(identity, version));
    let (ours, theirs) = tokio::io::duplex(BUFFER_BYTES);
    let name = ServerName::try_from(SERVER).expect("a name");
    let connect = TlsConnector::from(config).connect(name, theirs);
    let accept = async {
        match gate.accept(Origin::unknown(), ours).await {
            Ok(approved) => approved.record,
            Err(refused) => Arc::clone(refused.record()),
        }
    };
    let (record, _client) = tokio::join!(accept, connect);
    Met(record)
}

fn client_config(
    identity: Option<&Identity>,
    version: &'static SupportedProtocolVersion,
) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    let root = crate::pki::authorities().p256.certificate.clone();
    roots.add(root).expect("a valid root");
    let config = ClientConfig::builder_with_provider(aws_lc_rs::default_provider().into())
        .with_protocol_versions(&[version])
        .expect("a version")
        .with_root_certificates(roots);
    match identity {
        None => config.with_no_client_auth(),
        Some(identity) => config
            .with_client_auth_cert(identity.chain.clone(), identity.key())
            .expect("the key fits"),
    }
}

fn resolver(identity: &Identity) -> ResolvesServerCertUsingSni {
    let provider = aws_lc_rs::default_provider();
    let key = CertifiedKey::from_der(identity.chain.clone(), identity.key(), &provider);
    let mut resolver = ResolvesServerCertUsingSni::new();
    resolver
        .add(SERVER, key.expect("the key fits"))
        .expect("it is for that name");
    resolver
}
