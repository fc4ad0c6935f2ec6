//! Questions and facts made from few values, so that two of them are often equal in part.

use std::sync::{Arc, OnceLock};

use countersign_names::{CipherSuite, Group, SignatureScheme, Version};
use rustls::pki_types::CertificateDer;

use super::{Question, dice::Dice};
use crate::{
    facts::{Certificate, ChainCheck, ChainFailure, ConnectionFacts, ReceivedHello, test_hello},
    hello::ClientHello,
    offer::{ClientAuth, Offer},
    session::{Endpoint, Role, Session},
};

/// A question, and the facts of the connection that it is about.
#[derive(Debug)]
pub(super) struct Case {
    function: u64,
    endpoint: Endpoint,
    available: Offer,
    session: Session,
    pub(super) facts: ConnectionFacts,
}

impl Case {
    pub(super) fn of(dice: &mut Dice) -> Self {
        Self {
            function: dice.roll(3),
            endpoint: endpoint(dice),
            available: offer(dice),
            session: a_session(dice),
            facts: facts(dice),
        }
    }

    /// The same but for one part, which may happen to be equal, too.
    pub(super) fn near(&self, dice: &mut Dice) -> Self {
        let mut near = Self {
            function: self.function,
            endpoint: self.endpoint.clone(),
            available: self.available.clone(),
            session: self.session.clone(),
            facts: copy(&self.facts),
        };
        let (available, session) = (&mut near.available, &mut near.session);
        let (other_offer, other_session) = (offer(dice), a_session(dice));
        match dice.roll(24) {
            0 => near.function = dice.roll(3),
            1 => near.endpoint = endpoint(dice),
            2 => available.versions = other_offer.versions,
            3 => available.cipher_suites = other_offer.cipher_suites,
            4 => available.groups = other_offer.groups,
            5 => available.alpn = other_offer.alpn,
            6 => available.resumption = other_offer.resumption,
            7 => available.client_auth = other_offer.client_auth,
            8 => session.endpoint = other_session.endpoint,
            9 => session.version = other_session.version,
            10 => session.cipher_suite = other_session.cipher_suite,
            11 => session.group = other_session.group,
            12 => session.alpn = other_session.alpn,
            13 => session.resumed = other_session.resumed,
            14 => session.retried = other_session.retried,
            _ => change(&mut near.facts, dice),
        }
        near
    }

    pub(super) fn question(&self) -> Question<'_> {
        match self.function {
            0 => Question::Constrain {
                endpoint: &self.endpoint,
                available: &self.available,
            },
            1 => Question::JudgeParameters(&self.session),
            _ => Question::JudgePeer(&self.session),
        }
    }

    /// Whether a guest would be given the same parameters.
    pub(super) fn asks_the_same(&self, other: &Self) -> bool {
        self.function == other.function
            && match self.function {
                0 => (&self.endpoint, &self.available) == (&other.endpoint, &other.available),
                _ => self.session == other.session,
            }
    }
}

fn endpoint(dice: &mut Dice) -> Endpoint {
    Endpoint {
        role: dice.one(&[Role::Client, Role::Server]),
        listener: dice.text(),
    }
}

fn offer(dice: &mut Dice) -> Offer {
    Offer {
        versions: dice.codes::<Version>(),
        cipher_suites: dice.codes::<CipherSuite>(),
        groups: dice.codes::<Group>(),
        alpn: dice.names(),
        resumption: dice.flip(),
        client_auth: dice.one(&[ClientAuth::None, ClientAuth::Request, ClientAuth::Require]),
    }
}

fn a_session(dice: &mut Dice) -> Session {
    Session {
        endpoint: endpoint(dice),
        version: dice.one(&[Version::TLS_1_2, Version::TLS_1_3]),
        cipher_suite: dice.one(&[CipherSuite::new(0x1301), CipherSuite::new(0x1302)]),
        group: dice.one(&[None, Some(Group::new(0)), Some(Group::new(0x11ec))]),
        alpn: dice.names().pop(),
        resumed: dice.flip(),
        retried: dice.flip(),
    }
}

fn facts(dice: &mut Dice) -> ConnectionFacts {
    let mut facts = ConnectionFacts::default();
    for _ in 0..12 {
        change(&mut facts, dice);
    }
    facts
}

fn change(facts: &mut ConnectionFacts, dice: &mut Dice) {
    match dice.roll(9) {
        0 => facts.server_name = dice.flip().then(|| dice.text()),
        1 => facts.port = dice.one(&[None, Some(0), Some(443)]),
        2 => facts.peer_address = address(dice),
        3 => facts.today = dice.one(&[0, 20_000]),
        4 => facts.peer_certificates = certificates(dice),
        5 => facts.peer_verification = check(dice),
        6 => {
            facts.signature_scheme = dice
                .one(&[None, Some(0x0403), Some(0x0804)])
                .map(SignatureScheme::new)
        }
        7 => say(facts, dice.flip().then(|| hello(dice))),
        _ => {
            let said = facts.client_hello().cloned();
            say(facts, said.map(|said| other_hello(said, dice)));
        }
    }
}

fn address(dice: &mut Dice) -> Option<std::net::IpAddr> {
    dice.one(&[
        None,
        Some("192.0.2.1"),
        Some("::ffff:192.0.2.1"),
        Some("::1"),
    ])
    .map(|text| text.parse().expect("it is an address"))
}

fn check(dice: &mut Dice) -> ChainCheck {
    let message = dice.text();
    dice.one(&[
        ChainCheck::NotMade,
        ChainCheck::Valid,
        ChainCheck::Invalid {
            failure: ChainFailure::Expired,
            message: message.clone(),
        },
        ChainCheck::Invalid {
            failure: ChainFailure::Other,
            message,
        },
    ])
}

fn hello(dice: &mut Dice) -> ClientHello {
    ClientHello {
        versions: dice.codes(),
        cipher_suites: dice.codes(),
        groups: dice.codes(),
        key_shares: dice.codes(),
        signature_schemes: dice.codes::<SignatureScheme>(),
        alpn: dice.names(),
        extensions: dice.some(&[0, 16, 43, 51]),
        ..test_hello(&[0x1301])
    }
}

/// The same but for one list.
fn other_hello(mut said: ClientHello, dice: &mut Dice) -> ClientHello {
    let other = hello(dice);
    match dice.roll(7) {
        0 => said.versions = other.versions,
        1 => said.cipher_suites = other.cipher_suites,
        2 => said.groups = other.groups,
        3 => said.key_shares = other.key_shares,
        4 => said.signature_schemes = other.signature_schemes,
        5 => said.alpn = other.alpn,
        _ => said.extensions = other.extensions,
    }
    said
}

fn say(facts: &mut ConnectionFacts, hello: Option<ClientHello>) {
    facts.client_hello = hello.map(|hello| Arc::new(ReceivedHello::new(Arc::new(hello))));
}

fn certificates(dice: &mut Dice) -> Vec<Certificate> {
    let chain = dice.some(ders());
    chain.iter().map(Certificate::new).collect()
}

/// Two certificates, and something that is none.
fn ders() -> &'static [CertificateDer<'static>] {
    static DERS: OnceLock<Vec<CertificateDer<'static>>> = OnceLock::new();
    DERS.get_or_init(|| {
        let named = |name: &str| {
            let made = rcgen::generate_simple_self_signed([name.to_owned()]);
            made.expect("it can be made").cert.der().clone()
        };
        vec![
            named("a.test"),
            named("b.test"),
            CertificateDer::from(vec![0x30, 0]),
        ]
    })
}

fn copy(facts: &ConnectionFacts) -> ConnectionFacts {
    let ders = facts.peer_certificates.iter().map(Certificate::der);
    ConnectionFacts {
        server_name: facts.server_name.clone(),
        port: facts.port,
        peer_address: facts.peer_address,
        today: facts.today,
        client_hello: facts.client_hello.clone(),
        peer_certificates: ders
            .map(|der| Certificate::new(&CertificateDer::from(der)))
            .collect(),
        peer_verification: facts.peer_verification.clone(),
        signature_scheme: facts.signature_scheme,
    }
}
