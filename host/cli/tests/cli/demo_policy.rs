//! The demo's own policy is what its source says. `COUNTERSIGN_BLESS=1` rebuilds it.

use std::{env, fs, path::Path, sync::Arc};

use countersign::{
    facts::ConnectionFacts,
    policy::{Engine, Limits, LoadError, Policy, PolicySource},
    session::{Endpoint, Role, Session},
    verdict::Verdict,
};
use countersign_names::{CipherSuite, Group, Version};
use countersign_test_guests::component;

#[test]
fn the_policy_of_the_demo_is_built_from_its_source() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/demo");
    let source = fs::read_to_string(folder.join("policy.wat")).expect("the source is there");
    let built = component(&source);
    let kept = folder.join("policy.wasm");
    if env::var_os("COUNTERSIGN_BLESS").is_some() {
        fs::write(&kept, &built).expect("it can be written");
    }
    let kept = fs::read(&kept).expect("the component is there");
    assert!(kept == built, "rebuild it with COUNTERSIGN_BLESS=1");
}

#[test]
fn its_settings_have_two_spellings() {
    for good in [r#"{"allow":"spiffe://a.example/b"}"#, r#"{"hang":true}"#] {
        assert!(load(good).is_ok(), "{good}");
    }
    for bad in [
        "",
        "{}",
        r#"{"allow":""}"#,
        r#"{"hang":false}"#,
        r#"{"allow":"a" }"#,
    ] {
        let Err(LoadError::Settings(errors)) = load(bad) else {
            panic!("{bad} is accepted, or not refused by the policy")
        };
        assert_eq!(errors[0].path, "$");
        assert!(
            errors[0].message.contains(r#"{"allow":"URI"}"#),
            "{errors:?}"
        );
    }
}

#[test]
fn a_client_without_a_certificate_is_nobody() {
    let policy = load(r#"{"allow":"spiffe://a.example/b"}"#).expect("it is a policy");
    let nobody = ConnectionFacts::of_server(None, None);
    let answer = policy.judge_peer(&session(), Arc::new(nobody)).result;
    let Ok(Verdict::Veto(refusal)) = answer else {
        panic!("no veto: {answer:?}")
    };
    assert_eq!(refusal.findings[0].code.as_str(), "caller.missing");
    // certificate_required (RFC 8446, section 6).
    assert_eq!(refusal.alert.map(|alert| alert.code()), Some(116));
}

fn load(settings: &str) -> Result<Policy, LoadError> {
    let engine = Engine::new(Limits::default()).expect("this machine runs policies");
    let kept = include_bytes!("../../src/demo/policy.wasm");
    Policy::load(&engine, &PolicySource::Bytes(kept.to_vec()), settings)
}

/// TLS 1.3 with its mandatory suite and x25519.
fn session() -> Session {
    Session {
        endpoint: Endpoint {
            role: Role::Server,
            listener: String::new(),
        },
        version: Version::new(0x0304),
        cipher_suite: CipherSuite::new(0x1301),
        group: Some(Group::new(0x001d)),
        alpn: None,
        resumed: false,
        retried: false,
    }
}
