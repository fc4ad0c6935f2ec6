//! A policy that offers and says what the test wants, made from the good guest with some of its parts replaced.

use std::{
    collections::HashMap,
    fmt::Write as _,
    sync::{Mutex, OnceLock},
};

use countersign::policy::{Engine, Limits, Policy, PolicySource};
use countersign_test_guests::Guest;

/// What the policy answers when it is asked to judge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It vetoes, and leaves the alert to the host.
    Veto,
    /// It vetoes with this alert.
    VetoWith(u8),
    /// It approves, with the warning `test.warned`.
    Warn,
    /// It traps.
    Trap,
    /// It never answers.
    Spin,
}

/// When it answers so. Else it approves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Whatever the session is.
    Always,
    /// If an earlier session is resumed.
    Resumed,
    /// If the client sent a second hello.
    Retried,
    /// If the client showed no certificate.
    NoCertificate,
    /// If it showed one.
    Certificate,
}

/// What it does when it is asked what to offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Offers these versions.
    Versions(Vec<u16>),
    /// Offers these cipher suites.
    CipherSuites(Vec<u16>),
    /// Offers these groups.
    Groups(Vec<u16>),
    /// Offers these application protocols.
    Alpn(Vec<&'static str>),
    /// Wants no resumption.
    NoResumption,
    /// Wants clients to be asked so strictly: 0, 1 or 2.
    ClientAuth(u8),
    /// The same, but only on connections that came in on this port.
    ClientAuthOnPort(u8, u16),
    /// Traps.
    Trap,
    /// Never answers.
    Spin,
}

/// The code of its violation.
pub const SAID: &str = "test.said";

/// The code of its warning.
pub const WARNED: &str = "test.warned";

/// Policies by component and settings: each is compiled once.
type Loaded = HashMap<(Vec<u8>, String), Policy>;

/// A policy in the making. At first it offers everything and approves everything.
#[derive(Clone)]
pub struct Puppet {
    guest: Guest,
    edits: Vec<Edit>,
}

/// Where things stand in its memory, between what the good guest has there and what the host writes.
const APPROVAL: usize = 448;
const VERDICT: usize = 1_024;
const FINDINGS: usize = 2_048;
const TEXTS: usize = 3_072;
const LISTS: usize = 8_192;
const LIST_BYTES: usize = 1_024;
const FACT: usize = 960;

impl Puppet {
    /// Approves everything. Its name is `good`.
    pub fn new() -> Self {
        Self {
            guest: with_texts(Guest::good()),
            edits: Vec::new(),
        }
    }

    /// The same under another name of four letters.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        assert_eq!(name.len(), 4, "the good guest has room for four letters");
        self.guest = self.guest.holding(16, name.as_bytes());
        self
    }

    /// Changes what it offers.
    #[must_use]
    pub fn offering(mut self, edit: Edit) -> Self {
        self.edits.push(edit);
        self
    }

    /// What it says of parameters.
    #[must_use]
    pub fn parameters(self, when: When, answer: Answer) -> Self {
        self.judging("judge-parameters", when, answer)
    }

    /// What it says of a peer.
    #[must_use]
    pub fn peer(self, when: When, answer: Answer) -> Self {
        self.judging("judge-peer", when, answer)
    }

    /// The policy, loaded with the settings `{}`.
    pub fn policy(&self) -> Policy {
        self.policy_with("{}")
    }

    /// The policy, loaded with these settings, which it does not look at.
    pub fn policy_with(&self, settings: &str) -> Policy {
        static LOADED: Mutex<Option<Loaded>> = Mutex::new(None);
        let component = self.constraining().component();
        let mut loaded = LOADED.lock().expect("guests load");
        let key = (component.clone(), settings.to_owned());
        let entry = loaded.get_or_insert_default().entry(key);
        let load = || load(component, settings);
        entry.or_insert_with(load).clone()
    }

    fn judging(mut self, function: &str, when: When, answer: Answer) -> Self {
        if matches!(when, When::Certificate | When::NoCertificate) {
            self.guest = importing(self.guest, "peer-certificates", "$peer_certificates");
        }
        let (condition, answer) = (condition(when), saying(answer));
        let text = format!(
            "(func (export \"{function}\") (type $judge)\n(if {condition} (then {answer}))\n(i32.const {APPROVAL}))\n"
        );
        self.guest = self.guest.part(function, text);
        self
    }

    fn constraining(&self) -> Guest {
        let mut guest = self.guest.clone();
        if self.edits.is_empty() {
            return guest;
        }
        let mut locals = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map(|at| format!("(local.get {at})"));
        let mut first = String::new();
        for edit in &self.edits {
            match edit {
                Edit::Versions(codes) => guest = list(guest, &mut locals, 0, numbers(codes)),
                Edit::CipherSuites(codes) => guest = list(guest, &mut locals, 1, numbers(codes)),
                Edit::Groups(codes) => guest = list(guest, &mut locals, 2, numbers(codes)),
                Edit::Alpn(names) => guest = list(guest, &mut locals, 3, texts(names)),
                Edit::NoResumption => locals[8] = "(i32.const 0)".to_owned(),
                Edit::ClientAuth(level) => locals[9] = format!("(i32.const {level})"),
                Edit::ClientAuthOnPort(level, port) => {
                    guest = importing(guest, "port", "$port");
                    // option<u16>: the tag, then the number.
                    write!(
                        first,
                        "(call $port (i32.const {FACT}))
                         (if (i32.eq (i32.load16_u offset=2 (i32.const {FACT})) (i32.const {port}))
                           (then (local.set 12 (i32.const {level}))))"
                    )
                    .expect("strings take everything");
                }
                Edit::Trap => first.push_str("unreachable"),
                Edit::Spin => first.push_str("(loop $again (br $again))"),
            }
        }
        guest.part("constrain", constrain(&first, &locals))
    }
}

impl Default for Puppet {
    fn default() -> Self {
        Self::new()
    }
}

/// A policy that approves everything.
pub fn approving() -> Policy {
    Puppet::new().policy()
}

/// The default policy with these settings.
pub fn default_policy(settings: &str) -> Policy {
    Policy::load(engine(), &PolicySource::Default, settings).expect("valid settings")
}

fn load(component: Vec<u8>, settings: &str) -> Policy {
    let source = PolicySource::Bytes(component);
    Policy::load(engine(), &source, settings).expect("the guest loads")
}

fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let mut limits = Limits::default();
        // Many tests share a policy that never ends: each of them wants to see that.
        limits.overruns_max = u32::MAX;
        Engine::new(limits).expect("an engine")
    })
}

/// Text, bytes and lists in a guest's memory: pointer, then length.
fn at(address: usize, length: usize) -> Vec<u8> {
    let word = |number: usize| u32::try_from(number).expect("small").to_le_bytes();
    [word(address), word(length)].concat()
}

/// The two findings, with their texts.
fn with_texts(guest: Guest) -> Guest {
    const WARNING: u8 = 1;
    const VIOLATION: u8 = 2;
    const MESSAGE: &str = "As told.";
    let finding = |code: usize, bytes: usize, severity: u8| {
        let message = at(TEXTS + 64, MESSAGE.len());
        [at(code, bytes), vec![severity, 0, 0, 0], message].concat()
    };
    guest
        .holding(TEXTS as u32, SAID.as_bytes())
        .holding(TEXTS as u32 + 32, WARNED.as_bytes())
        .holding(TEXTS as u32 + 64, MESSAGE.as_bytes())
        .holding(FINDINGS as u32, &finding(TEXTS, SAID.len(), VIOLATION))
        .holding(
            FINDINGS as u32 + 32,
            &finding(TEXTS + 32, WARNED.len(), WARNING),
        )
}

/// Imports stand before everything else. No puppet needs two getters.
fn importing(guest: Guest, getter: &str, name: &str) -> Guest {
    const FACTS: &str = "countersign:policy/facts@0.1.0";
    let import = format!("(import \"{FACTS}\" \"{getter}\" (func {name} (param i32)))\n");
    guest.part("imports", import)
}

fn condition(when: When) -> String {
    let certificates = format!(
        "(call $peer_certificates (i32.const {FACT})) (i32.load offset=4 (i32.const {FACT}))"
    );
    match when {
        When::Always => "(i32.const 1)".to_owned(),
        When::Resumed => "(local.get 10)".to_owned(),
        When::Retried => "(local.get 11)".to_owned(),
        When::Certificate => format!("(block (result i32) {certificates})"),
        When::NoCertificate => format!("(i32.eqz (block (result i32) {certificates}))"),
    }
}

/// Says it, and does not come back.
fn saying(answer: Answer) -> String {
    match answer {
        Answer::Trap => "unreachable".to_owned(),
        Answer::Spin => "(loop $again (br $again))".to_owned(),
        Answer::Warn => approval(FINDINGS + 32),
        Answer::Veto => veto(None, FINDINGS),
        Answer::VetoWith(alert) => veto(Some(alert), FINDINGS),
    }
}

/// verdict: its tag, then the list.
fn approval(finding: usize) -> String {
    format!(
        "{} (return (i32.const {VERDICT}))",
        store_list(VERDICT + 4, finding)
    )
}

/// verdict: its tag, the alert with a tag of its own, then the list.
fn veto(alert: Option<u8>, finding: usize) -> String {
    let chosen = u8::from(alert.is_some());
    let head = [1, 0, 0, 0, chosen, alert.unwrap_or_default(), 0, 0];
    format!(
        "(i64.store (i32.const {VERDICT}) (i64.const {})) {} (return (i32.const {VERDICT}))",
        u64::from_le_bytes(head),
        store_list(VERDICT + 8, finding)
    )
}

/// A list of one.
fn store_list(to: usize, item: usize) -> String {
    let list = u64::from_le_bytes(at(item, 1).try_into().expect("two words"));
    format!("(i64.store (i32.const {to}) (i64.const {list}))")
}

fn numbers(codes: &[u16]) -> (Vec<u8>, usize) {
    let bytes = codes.iter().flat_map(|code| code.to_le_bytes());
    (bytes.collect(), codes.len())
}

/// The list, and behind it the bytes of its items.
fn texts(names: &[&str]) -> (Vec<u8>, usize) {
    let mut next = LISTS + 3 * LIST_BYTES + 8 * names.len();
    let mut items = Vec::new();
    for name in names {
        items.extend(at(next, name.len()));
        next += name.len();
    }
    items.extend(names.concat().into_bytes());
    (items, names.len())
}

/// Puts a list of its own in the place of the available one: `which` counts versions, suites, groups, protocols.
fn list(
    guest: Guest,
    locals: &mut [String; 10],
    which: usize,
    (bytes, count): (Vec<u8>, usize),
) -> Guest {
    assert!(bytes.len() <= LIST_BYTES, "there is room");
    let address = LISTS + which * LIST_BYTES;
    locals[2 * which] = format!("(i32.const {address})");
    locals[2 * which + 1] = format!("(i32.const {count})");
    guest.holding(address as u32, &bytes)
}

/// offer at 384: four lists, resumption, client-auth.
fn constrain(first: &str, values: &[String; 10]) -> String {
    let mut stores = String::new();
    for (at, value) in values[..8].iter().enumerate() {
        writeln!(stores, "(i32.store (i32.const {}) {value})", 384 + 4 * at)
            .expect("strings take everything");
    }
    format!(
        "(func (export \"constrain\")
           (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
           {first}
           {stores}
           (i32.store8 (i32.const 416) {})
           (i32.store8 (i32.const 417) {})
           (i32.const 384))\n",
        values[8], values[9]
    )
}
