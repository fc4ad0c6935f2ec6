//! A policy that offers everything and then says what the test wants: so there is a veto after the negotiation, which
//! the default policy never comes to, because it offers nothing that it would refuse.

use std::sync::OnceLock;

use countersign::policy::{Engine, Limits, Policy, PolicySource};

/// What the guest does. The settings text is the variant's letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    /// Approves everything.
    Yes,
    /// Vetoes the parameters, and leaves the alert to the host.
    NoToParameters,
    /// Vetoes the parameters with the alert protocol_version (70).
    NoToVersion,
    /// Vetoes the parameters of a session with a second hello.
    NoToRetried,
    /// Vetoes the parameters of a resumed session.
    NoToResumed,
    /// Vetoes the parameters of a full handshake.
    NoToFull,
    /// Vetoes the peer, and leaves the alert to the host.
    NoToPeer,
    /// Traps when asked about the parameters.
    TrapAtParameters,
    /// Traps when asked about the peer.
    TrapAtPeer,
    /// Never answers when asked about the peer.
    SpinAtPeer,
    /// Leaves nothing to offer.
    OffersNothing,
}

impl Says {
    fn settings(self) -> &'static str {
        match self {
            Self::Yes => "a",
            Self::NoToParameters => "p",
            Self::NoToVersion => "v",
            Self::NoToRetried => "h",
            Self::NoToResumed => "r",
            Self::NoToFull => "f",
            Self::NoToPeer => "i",
            Self::TrapAtParameters => "t",
            Self::TrapAtPeer => "u",
            Self::SpinAtPeer => "s",
            Self::OffersNothing => "e",
        }
    }
}

/// The guest, loaded to say this.
pub fn policy(says: Says) -> Policy {
    let source = PolicySource::Bytes(component().to_vec());
    Policy::load(engine(), &source, says.settings()).expect("the guest loads")
}

/// The default policy with these settings.
pub fn default_policy(settings: &str) -> Policy {
    Policy::load(engine(), &PolicySource::Default, settings).expect("valid settings")
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

fn component() -> &'static [u8] {
    static COMPONENT: OnceLock<Vec<u8>> = OnceLock::new();
    COMPONENT.get_or_init(|| countersign_test_guests::component(MODULE))
}

/// Layouts are those of the component model's canonical ABI. Addresses: 16 answers, 256 text, from 4096 on arguments.
const MODULE: &str = r#"
(module
  (memory (export "memory") 2)
  (global $mode (mut i32) (i32.const 97))
  (global $next (mut i32) (i32.const 4096))
  (data (i32.const 256) "puppet1.0.0says as toldtest.saidNo, as told.")

  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (local $at i32)
    (local.set $at
      (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
    (global.set $next (i32.add (local.get $at) (local.get 3)))
    (local.get $at))

  (func $text (param $to i32) (param $at i32) (param $length i32)
    (i32.store (local.get $to) (local.get $at))
    (i32.store offset=4 (local.get $to) (local.get $length)))

  ;; name, version, summary, no schema, no findings
  (func (export "describe") (result i32)
    (call $text (i32.const 16) (i32.const 256) (i32.const 6))
    (call $text (i32.const 24) (i32.const 262) (i32.const 5))
    (call $text (i32.const 32) (i32.const 267) (i32.const 12))
    (i32.const 16))

  (func (export "configure") (param $at i32) (param $length i32) (result i32)
    (global.set $mode (i32.load8_u (local.get $at)))
    (i32.const 16))

  (func (export "constrain")
    (param i32 i32 i32)
    (param $versions i32) (param $versions_length i32) (param $suites i32) (param $suites_length i32)
    (param $groups i32) (param $groups_length i32) (param $alpn i32) (param $alpn_length i32)
    (param $resumption i32) (param $client_auth i32) (result i32)
    (if (i32.eq (global.get $mode) (i32.const 101)) (then (return (i32.const 16))))
    (call $text (i32.const 16) (local.get $versions) (local.get $versions_length))
    (call $text (i32.const 24) (local.get $suites) (local.get $suites_length))
    (call $text (i32.const 32) (local.get $groups) (local.get $groups_length))
    (call $text (i32.const 40) (local.get $alpn) (local.get $alpn_length))
    (i32.store8 (i32.const 48) (local.get $resumption))
    (i32.store8 (i32.const 49) (local.get $client_auth))
    (i32.const 16))

  (func $approve (result i32) (i32.const 16))

  ;; veto: tag, alert, one finding
  (func $veto (param $alert i32) (result i32)
    (i32.store8 (i32.const 16) (i32.const 1))
    (if (local.get $alert) (then
      (i32.store8 (i32.const 20) (i32.const 1))
      (i32.store8 (i32.const 21) (local.get $alert))))
    (call $text (i32.const 24) (i32.const 64) (i32.const 1))
    (call $text (i32.const 64) (i32.const 279) (i32.const 9))
    (i32.store8 (i32.const 72) (i32.const 2))
    (call $text (i32.const 76) (i32.const 288) (i32.const 12))
    (i32.const 16))

  (func $is (param $letter i32) (result i32) (i32.eq (global.get $mode) (local.get $letter)))

  (func (export "judge-parameters")
    (param i32 i32 i32) (param $version i32) (param $suite i32) (param i32 i32) (param i32 i32 i32)
    (param $resumed i32) (param $retried i32) (result i32)
    (if (call $is (i32.const 116)) (then unreachable))
    (if (call $is (i32.const 118)) (then (return (call $veto (i32.const 70)))))
    (if (i32.or (call $is (i32.const 112))
          (i32.or (i32.and (call $is (i32.const 114)) (local.get $resumed))
            (i32.or (i32.and (call $is (i32.const 102)) (i32.eqz (local.get $resumed)))
              (i32.and (call $is (i32.const 104)) (local.get $retried)))))
      (then (return (call $veto (i32.const 0)))))
    (call $approve))

  (func (export "judge-peer")
    (param i32 i32 i32) (param i32 i32) (param i32 i32) (param i32 i32 i32) (param i32 i32) (result i32)
    (if (call $is (i32.const 117)) (then unreachable))
    (if (call $is (i32.const 115)) (then (loop $again (br $again))))
    (if (call $is (i32.const 105)) (then (return (call $veto (i32.const 0)))))
    (call $approve))
)
"#;
