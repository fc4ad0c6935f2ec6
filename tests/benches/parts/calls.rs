//! The calls of the built-in policy, as a handshake makes them.

use std::sync::Arc;

use countersign::{
    facts::ConnectionFacts,
    offer::{ClientAuthFloor, Floor, Offer},
    policy::Policy,
    session::{Endpoint, Role, Session},
};
use countersign_names::{CipherSuite, Group, Version};
use rustls::crypto::aws_lc_rs;

use crate::policies::Answers;

/// A policy and what it is asked about.
pub(crate) struct Calls {
    policy: Policy,
    available: Offer,
    session: Session,
    facts: Arc<ConnectionFacts>,
}

impl Calls {
    /// About a good TLS 1.3 session of a client.
    pub(crate) fn new(answers: Answers) -> Self {
        let provider = aws_lc_rs::default_provider();
        let floor = Floor::new(&provider, Vec::new(), true, ClientAuthFloor::NotAsked);
        let endpoint = Endpoint {
            role: Role::Client,
            listener: String::new(),
        };
        Self {
            policy: answers.policy(),
            available: floor.available().clone(),
            session: Session {
                endpoint,
                version: Version::TLS_1_3,
                cipher_suite: CipherSuite::new(0x1301),
                group: Some(Group::X25519MLKEM768),
                alpn: None,
                resumed: false,
                retried: false,
            },
            facts: Arc::new(ConnectionFacts::default()),
        }
    }

    /// Hands out each call to be made, with its name in the contract.
    pub(crate) fn each(&self, mut measure: impl FnMut(&'static str, &dyn Fn())) {
        let Self {
            policy,
            available,
            session,
            facts,
        } = self;
        let facts = || Arc::clone(facts);
        measure("constrain", &|| {
            let called = policy.constrain(&session.endpoint, available, facts());
            assert!(called.result.is_ok());
        });
        measure("judge-parameters", &|| {
            let called = policy.judge_parameters(session, facts());
            assert!(called.result.is_ok());
        });
        measure("judge-peer", &|| {
            let called = policy.judge_peer(session, facts());
            assert!(called.result.is_ok());
        });
    }
}
