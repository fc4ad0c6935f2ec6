//! What is known of a connection beyond its parameters.

use std::{fmt, net::Ipv4Addr, sync::Arc};

use countersign_names::{CipherSuite, Group, SignatureScheme, Version};
use rustls::pki_types::{CertificateDer, ServerName};

use crate::{
    facts::{ChainCheck, ChainFailure, ConnectionFacts},
    hello::ClientHello,
    session::Role,
};

/// Self-signed, of an elliptic-curve key that nobody has; with DNS names and addresses, and with a URI.
static SERVER: &[u8] = include_bytes!("server.der");
static CLIENT: &[u8] = include_bytes!("client.der");

/// Begins like a certificate.
static DAMAGED: &[u8] = &[0x30, 0x82, 0x01, 0x00, 0x30];

/// What such a key signs with in TLS 1.3 (RFC 8446, section 4.2.3: ecdsa_secp256r1_sha256).
const SIGNED: SignatureScheme = SignatureScheme::new(0x0403);

const PEER: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);

/// Facts, and what is special about them.
#[derive(Clone)]
pub(in crate::policy::reload) struct Scene {
    pub(in crate::policy::reload) facts: Arc<ConnectionFacts>,
    what: String,
}

impl Scene {
    fn new(what: impl Into<String>, facts: ConnectionFacts) -> Self {
        Self {
            facts: Arc::new(facts),
            what: what.into(),
        }
    }

    fn with_peer(&self, what: &str, chain: &[&[u8]], check: ChainCheck) -> Self {
        let chain: Vec<_> = chain.iter().map(|der| CertificateDer::from(*der)).collect();
        let facts = self.facts.with_peer(&chain, check, Some(SIGNED));
        Self::new(format!("{self}, {what}"), facts)
    }
}

impl fmt::Display for Scene {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

/// What can be known while the peer has not shown who it is.
pub(in crate::policy::reload) fn openings(role: Role) -> Vec<Scene> {
    match role {
        Role::Client => to_server().into(),
        Role::Server => from_client().into(),
    }
}

/// What can be known when it has.
pub(super) fn arrivals(role: Role) -> Vec<Scene> {
    let openings = openings(role);
    let usual = &openings[0];
    let shown = match role {
        Role::Client => SERVER,
        Role::Server => CLIENT,
    };
    let mut arrivals = failures().map(|failure| {
        let what = format!("the check of the certificate: {}", failure.as_str());
        usual.with_peer(&what, &[shown], invalid(failure))
    });
    let valid = |opening: &Scene| opening.with_peer("a certificate", &[shown], ChainCheck::Valid);
    let chain = [SERVER, CLIENT, DAMAGED];
    let mut scenes: Vec<_> = openings.iter().map(valid).collect();
    scenes.push(usual.with_peer("three certificates", &chain, invalid(ChainFailure::Other)));
    scenes.push(usual.with_peer(
        "a damaged certificate",
        &[DAMAGED],
        invalid(ChainFailure::Other),
    ));
    scenes.extend(&mut arrivals);
    if role == Role::Server {
        // A server always shows one.
        scenes.push(usual.with_peer("no certificate", &[], ChainCheck::NotMade));
    }
    scenes
}

fn failures() -> impl Iterator<Item = ChainFailure> {
    use ChainFailure as F;
    [
        F::Expired,
        F::NotYetValid,
        F::UnknownIssuer,
        F::NameMismatch,
        F::Revoked,
        F::BadSignature,
    ]
    .into_iter()
}

fn invalid(failure: ChainFailure) -> ChainCheck {
    ChainCheck::Invalid {
        failure,
        message: failure.as_str().to_owned(),
    }
}

fn to_server() -> [Scene; 2] {
    let address = Some(PEER.into());
    let by_address = ServerName::from(std::net::IpAddr::from(PEER));
    let unnamed = ConnectionFacts::of_client(&by_address, None, None);
    let named = ConnectionFacts {
        server_name: Some("server.example".to_owned()),
        ..ConnectionFacts::of_server(Some(443), address)
    };
    [
        Scene::new("to a server with a name", named),
        Scene::new("to an address, on no port", unnamed),
    ]
}

fn from_client() -> [Scene; 3] {
    let address = Some(PEER.into());
    let known = ConnectionFacts::of_server(Some(443), address);
    let unknown = ConnectionFacts::of_server(None, None);
    let hello = |facts: &ConnectionFacts, hello| facts.with_hello(Arc::new(hello));
    [
        Scene::new("from a modern client", hello(&known, modern())),
        Scene::new(
            "from an old client that names no server",
            hello(&known, old()),
        ),
        Scene::new(
            "from a client of unknown address with a bare hello",
            hello(&unknown, bare()),
        ),
    ]
}

/// TLS 1.3 and 1.2 with what browsers send.
fn modern() -> ClientHello {
    ClientHello {
        versions: vec![Version::TLS_1_3, Version::TLS_1_2],
        cipher_suites: suites(&[0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f]),
        groups: [0x11ec, 0x001d, 0x0017].map(Group::new).into(),
        key_shares: [0x11ec, 0x001d].map(Group::new).into(),
        signature_schemes: [0x0403, 0x0804, 0x0401].map(SignatureScheme::new).into(),
        alpn: vec![b"h2".to_vec(), b"http/1.1".to_vec()],
        extensions: vec![0, 10, 13, 16, 23, 43, 45, 51],
        server_name: Some("server.example".to_owned()),
        session_id_bytes: 32,
        psk: false,
        early_data: false,
        legacy_version: Version::TLS_1_2,
    }
}

/// TLS 1.2 without a name.
fn old() -> ClientHello {
    ClientHello {
        versions: vec![Version::TLS_1_2],
        cipher_suites: suites(&[0xc02f, 0xc013, 0x002f, 0x000a, 0x00ff]),
        groups: [0x0017].map(Group::new).into(),
        key_shares: Vec::new(),
        alpn: Vec::new(),
        extensions: vec![10, 13],
        server_name: None,
        session_id_bytes: 0,
        ..modern()
    }
}

/// No extensions at all.
fn bare() -> ClientHello {
    ClientHello {
        groups: Vec::new(),
        signature_schemes: Vec::new(),
        extensions: Vec::new(),
        ..old()
    }
}

fn suites(codes: &[u16]) -> Vec<CipherSuite> {
    codes.iter().copied().map(CipherSuite::new).collect()
}
