//! Facts that the operator keeps from a policy: one that could read them is not loaded.

use countersign::{
    facts::Fact,
    policy::{LoadError, Policy, PolicyOptions, PolicySource, Way},
};

use super::{
    guest::{Guest, Place},
    sandbox::Sandbox,
    telling::Telling,
};

/// The good policy, importing this getter and no other.
pub(crate) fn importing(fact: Fact) -> Guest {
    Guest::good().part("imports", import(fact))
}

fn import(fact: Fact) -> String {
    let (name, is_method) = (fact.name(), fact.name().contains('.'));
    let prefix = if is_method { "[method]" } else { "" };
    // Canonical ABI: numbers are results, all else is written to where the last parameter says.
    let core_type = match fact {
        Fact::Today => "(result i32)",
        Fact::CertificateNotBefore | Fact::CertificateNotAfter => "(param i32) (result i64)",
        Fact::CertificateKeyBits => "(param i32) (result i32)",
        _ if is_method => "(param i32 i32)",
        _ => "(param i32)",
    };
    format!("(import \"countersign:policy/facts@0.1.0\" \"{prefix}{name}\" (func {core_type}))\n")
}

fn load(guest: &Guest, options: &PolicyOptions) -> Result<Policy, LoadError> {
    let sandbox = Sandbox::shared();
    let source = PolicySource::Bytes(guest.component());
    let loaded = Policy::load_with(&sandbox.engine, &source, options);
    sandbox.assert_unharmed();
    loaded
}

pub(crate) fn forbidding(facts: impl IntoIterator<Item = Fact>) -> PolicyOptions {
    facts
        .into_iter()
        .fold(PolicyOptions::new(), PolicyOptions::forbid)
}

pub(crate) fn assert_forbidden(loaded: Result<Policy, LoadError>, fact: Fact) {
    match loaded {
        Err(error @ LoadError::ForbiddenFact { .. }) => {
            let said = format!(
                "it imports the fact `{}`, which is forbidden to it",
                fact.name()
            );
            assert_eq!(error.to_string(), said);
        }
        other => panic!("{fact}: {other:?}"),
    }
}

/// The contract's, as far as the other tests know it.
#[test]
fn these_are_all_facts() {
    let telling = Telling::of_connection().of_certificate().of_client_hello();
    let mut names: Vec<_> = Fact::ALL
        .iter()
        .map(|fact| fact.name().to_owned())
        .collect();
    names.sort();
    assert_eq!(names, telling.facts());
}

#[test]
fn a_policy_that_imports_a_forbidden_fact_is_not_loaded() {
    for &fact in Fact::ALL {
        assert_forbidden(load(&importing(fact), &forbidding([fact])), fact);
    }
}

#[test]
fn a_policy_that_imports_none_of_those_forbidden_is_loaded() {
    for &fact in Fact::ALL {
        let others = Fact::ALL.iter().copied().filter(|&other| other != fact);
        let policy = load(&importing(fact), &forbidding(others));
        let policy = policy.unwrap_or_else(|error| panic!("{fact}: {error}"));
        assert_eq!(policy.imports(), [fact.name()]);
    }
}

#[test]
fn every_way_of_running_is_forbidden() {
    for way in [Way::Rewound, Way::Snapshot, Way::Configured] {
        let options = forbidding([Fact::PeerAddress]).way(way);
        assert_forbidden(
            load(&importing(Fact::PeerAddress), &options),
            Fact::PeerAddress,
        );
    }
}

/// It need not read it, and it need not be the first one that it imports.
#[test]
fn one_of_several_is_enough() {
    for fact in [Fact::Today, Fact::Port, Fact::CertificateSubject] {
        let guest = Guest::named("read-today-and-port");
        assert_forbidden(load(&guest, &forbidding([fact])), fact);
    }
}

/// What would be a missed deadline in any function is never run.
#[test]
fn nothing_of_it_runs() {
    for place in Place::ALL {
        let guest = Guest::named("spin").acting_in(place);
        let guest = guest.part("imports", import(Fact::PeerAddress));
        assert_forbidden(
            load(&guest, &forbidding([Fact::PeerAddress])),
            Fact::PeerAddress,
        );
    }
}
