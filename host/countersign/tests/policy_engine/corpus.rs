//! Questions by chance, and policies to ask: the same on every run.

mod connections;
mod subjects;

use std::sync::Arc;

use countersign::{
    facts::ConnectionFacts,
    offer::{ClientAuth, Offer},
    policy::{CallError, Called, Policy},
    session::{Endpoint, Role, Session},
    verdict::Verdict,
};
use countersign_names::{CipherSuite, Group, Version};

pub(crate) use self::{connections::all_facts, subjects::subjects};
use super::dice::Dice;

/// Something that a policy can be asked.
#[derive(Clone, Debug)]
pub(crate) enum Question {
    Constrain(Endpoint, Offer),
    Parameters(Session),
    Peer(Session),
}

/// What came of it, and what was read.
pub(crate) type Answered = (Result<Answer, CallError>, Vec<&'static str>);

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answer {
    Offer(Offer),
    Verdict(Verdict),
}

impl Question {
    /// A session that there could be, or could not.
    pub(crate) fn by_chance(dice: &mut Dice) -> Self {
        match dice.below(3) {
            0 => Self::Constrain(endpoint(dice), offer(dice)),
            1 => Self::Parameters(session(dice)),
            _ => Self::Peer(session(dice)),
        }
    }

    pub(crate) fn ask(&self, policy: &Policy, facts: &Arc<ConnectionFacts>) -> Answered {
        let facts = Arc::clone(facts);
        let judged = |called: Called<Verdict>| {
            let read = called.facts_read.iter().map(|fact| fact.name()).collect();
            (called.result.map(Answer::Verdict), read)
        };
        match self {
            Self::Constrain(endpoint, available) => {
                let called = policy.constrain(endpoint, available, facts);
                let read = called.facts_read.iter().map(|fact| fact.name()).collect();
                (called.result.map(Answer::Offer), read)
            }
            Self::Parameters(session) => judged(policy.judge_parameters(session, facts)),
            Self::Peer(session) => judged(policy.judge_peer(session, facts)),
        }
    }
}

fn endpoint(dice: &mut Dice) -> Endpoint {
    Endpoint {
        role: *dice.one(&[Role::Client, Role::Server]),
        listener: (*dice.one(&["", "edge", "a\u{1b}b"])).to_owned(),
    }
}

/// Up to so many of these.
fn some<T: Clone>(dice: &mut Dice, of: &[T]) -> Vec<T> {
    let count = dice.below(of.len() + 1);
    (0..count).map(|_| dice.one(of).clone()).collect()
}

const VERSIONS: [u16; 5] = [0x0304, 0x0303, 0x0303, 0x0301, 0x7f1c];
const SUITES: [u16; 8] = [0x1301, 0x1302, 0x1303, 0xc02b, 0xc030, 0x009c, 0x000a, 0];
const GROUPS: [u16; 5] = [0x11ec, 0x001d, 0x0017, 0x0018, 0x0100];
const PROTOCOLS: [&[u8]; 4] = [b"h2", b"http/1.1", b"", &[0xff, 0]];

fn offer(dice: &mut Dice) -> Offer {
    Offer {
        versions: some(dice, &VERSIONS.map(Version::new)),
        cipher_suites: some(dice, &SUITES.map(CipherSuite::new)),
        groups: some(dice, &GROUPS.map(Group::new)),
        alpn: some(dice, &PROTOCOLS.map(<[u8]>::to_vec)),
        resumption: dice.flip(),
        client_auth: *dice.one(&[ClientAuth::None, ClientAuth::Request, ClientAuth::Require]),
    }
}

fn session(dice: &mut Dice) -> Session {
    Session {
        endpoint: endpoint(dice),
        version: Version::new(*dice.one(&VERSIONS)),
        cipher_suite: CipherSuite::new(*dice.one(&SUITES)),
        group: dice.flip().then(|| Group::new(*dice.one(&GROUPS))),
        alpn: dice.flip().then(|| dice.one(&PROTOCOLS).to_vec()),
        resumed: dice.flip(),
        retried: dice.flip(),
    }
}
