//! Policies, in one sandbox.

use std::{
    collections::BTreeMap,
    sync::{LazyLock, Mutex, PoisonError},
};

use countersign::policy::{Engine, Limits, Policy, PolicySource};
use countersign_test_guests::{Guest, Place};

use crate::guest::{CODE, VetoAt, vetoing};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let mut limits = Limits::default();
    // The tests share their machine with a server each, and with each other.
    limits.deadline_ms = 5_000;
    Engine::new(limits).expect("an engine")
});

/// A judge function that vetoes.
///
/// By the canonical ABI: at 512 a finding (its code, the severity violation, no message); at 448 the verdict (veto, the
/// alert, a list of one finding).
const VETO: &str = r#"
(func (export "{function}") (type $judge)
  (i32.store (i32.const 512) (i32.const 32768))
  (i32.store (i32.const 516) (i32.const {code.len}))
  (i32.store8 (i32.const 520) (i32.const 2))
  (i32.store8 (i32.const 448) (i32.const 1))
  (i32.store8 (i32.const 452) (i32.const 1))
  (i32.store8 (i32.const 453) (i32.const {alert}))
  (i32.store (i32.const 456) (i32.const 512))
  (i32.store (i32.const 460) (i32.const 1))
  (i32.const 448))
"#;

/// The default policy with these settings.
pub fn policy(settings: &str) -> Policy {
    once(format!("default {settings}"), || {
        let loaded = Policy::load(&ENGINE, &PolicySource::Default, settings);
        loaded.unwrap_or_else(|error| panic!("{settings}: {error}"))
    })
}

/// A policy that accepts everything, but for one veto.
pub fn vetoing_policy(at: VetoAt) -> Policy {
    once(format!("vetoing {at:?}"), || load(vetoing(at)))
}

/// A policy whose answer to a function of the contract is a veto with this alert.
pub fn alerting_policy(function: &str, alert: u8) -> Policy {
    once(format!("alerting {function} {alert}"), || {
        let guest = Guest::good()
            .part("finding", r#"(data (i32.const 32768) "{code}")"#)
            .part(function, VETO)
            .bytes("code", CODE)
            .put("function", function)
            .put("alert", alert);
        load(guest.component())
    })
}

/// A policy that accepts everything, until it traps in a function of the contract.
pub fn trapping_policy(function: &'static str) -> Policy {
    once(format!("trapping {function}"), || {
        let guest = Guest::named("trap").acting_in(Place::In(function));
        load(guest.component())
    })
}

/// Loading takes longer than a handshake, so every policy is loaded once a process.
fn once(name: String, load: impl FnOnce() -> Policy) -> Policy {
    static LOADED: Mutex<BTreeMap<String, Policy>> = Mutex::new(BTreeMap::new());
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    loaded.entry(name).or_insert_with(load).clone()
}

fn load(component: Vec<u8>) -> Policy {
    let source = PolicySource::Bytes(component);
    Policy::load(&ENGINE, &source, "{}").expect("a policy")
}
