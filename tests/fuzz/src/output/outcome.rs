//! What the host said, held against what is expected.

use std::fmt::Debug;

use countersign::{
    offer::{ClientAuth, ClientAuthFloor, Floor, Offer, normalise},
    policy::{CallError, Called, LoadError, OutputError, Policy},
    rustls::crypto::aws_lc_rs::default_provider,
    verdict::{Finding, Verdict},
};

use super::{
    expected::{self, Configured, Description},
    memory::Memory,
    rules::shows,
};

/// What has to become of an answer.
pub struct Expectation<T> {
    /// None if it cannot be read.
    value: Option<T>,
    /// Whether it is one, where that is known.
    is_allowed: Option<bool>,
    /// Whether it may be too large to be read.
    is_large: bool,
}

impl<T> Expectation<T> {
    /// Of what was read from this memory.
    pub fn new(value: Option<T>, is_allowed: Option<bool>, memory: &Memory) -> Self {
        Self {
            value,
            is_allowed,
            is_large: memory.is_near_limit(),
        }
    }

    /// The value, if one was accepted.
    fn accepted<U: Debug>(&self, found: &Result<U, CallError>) -> Option<&T> {
        let value = self
            .value
            .as_ref()
            .filter(|_| self.is_allowed != Some(false));
        match found {
            Ok(found) => Some(value.unwrap_or_else(|| panic!("{found:?} is accepted"))),
            Err(error) => {
                assert!(self.allows(error), "{error:?}");
                None
            }
        }
    }

    fn allows(&self, error: &CallError) -> bool {
        let is_readable = self.value.is_some();
        match error {
            CallError::Trap(_) | CallError::Output(OutputError::Malformed(_)) => {
                !is_readable || self.is_large
            }
            CallError::Output(_) => is_readable && self.is_allowed != Some(true),
            _ => false,
        }
    }
}

impl Expectation<expected::Verdict> {
    /// Checks the answer of a judge.
    pub fn check_verdict(&self, found: &Result<Verdict, CallError>) {
        let Some(expected) = self.accepted(found) else {
            return;
        };
        let Ok(found) = found else { return };
        match found {
            Verdict::Approve(findings) => {
                assert!(expected.approves);
                check_findings(findings, &expected.findings);
            }
            Verdict::Veto(refusal) => {
                assert!(!expected.approves);
                assert_eq!(refusal.alert.map(|alert| alert.code()), expected.alert);
                check_findings(&refusal.findings, &expected.findings);
            }
        }
    }
}

impl Expectation<Description> {
    /// Checks what a policy is said to be.
    pub fn check_description(&self, found: &Result<Policy, LoadError>) {
        let found = match found {
            Ok(policy) => Ok(policy.description().clone()),
            Err(LoadError::Describe(error)) => Err(error.clone()),
            Err(error) => panic!("{error:?}"),
        };
        let Some(expected) = self.accepted(&found) else {
            return;
        };
        let Ok(found) = found else { return };
        assert_eq!(*found.name, *expected.name);
        assert_eq!(found.version, expected.version);
        assert!(shows(&found.summary, &expected.summary));
        assert_eq!(found.settings_schema, expected.schema);
        assert_eq!(found.findings.len(), expected.findings.len());
        for (found, (code, severity, summary)) in found.findings.iter().zip(&expected.findings) {
            assert_eq!(
                (found.code.as_str(), found.severity as u8),
                (code.as_str(), *severity)
            );
            assert!(shows(&found.summary, summary));
        }
    }
}

impl Expectation<Configured> {
    /// Checks whether settings were accepted.
    pub fn check_load(&self, found: &Result<Policy, LoadError>) {
        let found = match found {
            Ok(_) => Ok(Ok(())),
            Err(LoadError::Settings(errors)) => Ok(Err(errors)),
            Err(LoadError::Configure(error)) => Err(error.clone()),
            Err(error) => panic!("{error:?}"),
        };
        match (self.accepted(&found), found) {
            (None, _) | (Some(Ok(())), Ok(Ok(()))) => {}
            (Some(Err(expected)), Ok(Err(found))) => {
                assert_eq!(found.len(), expected.len());
                for (found, (path, message)) in found.iter().zip(expected) {
                    assert!(shows(&found.path, path) && shows(&found.message, message));
                }
            }
            (Some(expected), found) => panic!("{found:?} is said of {expected:?}"),
        }
    }
}

impl Expectation<expected::Offer> {
    /// Checks the answer to `constrain`.
    pub fn check_offer(&self, found: &Result<Offer, CallError>) {
        let Some(expected) = self.accepted(found) else {
            return;
        };
        let Ok(found) = found else { return };
        let found = expected::Offer {
            versions: found.versions.iter().map(|it| it.code()).collect(),
            suites: found.cipher_suites.iter().map(|it| it.code()).collect(),
            groups: found.groups.iter().map(|it| it.code()).collect(),
            alpn: found.alpn.clone(),
            resumption: found.resumption,
            client_auth: found.client_auth as u8,
        };
        assert_eq!(found, *expected);
    }
}

/// Whatever a guest offers, what comes of it is a part of what is available.
pub fn check_narrowing(answer: &Called<Offer>) {
    let Ok(answer) = &answer.result else { return };
    let client_auth = ClientAuthFloor::AtLeast(ClientAuth::Request);
    let alpn = vec![b"h2".to_vec(), b"a".to_vec()];
    let floor = Floor::new(&default_provider(), alpn, true, client_auth);
    let Ok(offer) = normalise(&floor, answer.clone()) else {
        return;
    };
    let available = floor.available();
    assert!(!offer.versions.is_empty());
    assert!(offer.client_auth >= ClientAuth::Request);
    assert!(is_part(&offer.versions, &available.versions));
    assert!(is_part(&offer.cipher_suites, &available.cipher_suites));
    assert!(is_part(&offer.groups, &available.groups));
    assert!(is_part(&offer.alpn, &available.alpn));
}

/// Whether each item is one of the others, and another one.
fn is_part<T: PartialEq>(items: &[T], of: &[T]) -> bool {
    let mut numbered = items.iter().enumerate();
    numbered.all(|(at, item)| of.contains(item) && !items[..at].contains(item))
}

fn check_findings(found: &[Finding], expected: &[expected::Finding]) {
    assert_eq!(found.len(), expected.len());
    for (found, (code, severity, message)) in found.iter().zip(expected) {
        assert_eq!(
            (found.code.as_str(), found.severity as u8),
            (code.as_str(), *severity)
        );
        assert!(shows(&found.message, message));
    }
}
