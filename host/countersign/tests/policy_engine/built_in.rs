//! The built-in policy, which is written with the SDK, over chains of certificates: it holds all of them open at once, and every
//! way to run it gives the same answers, call after call.

use std::sync::Arc;

use countersign::{
    facts::ConnectionFacts,
    policy::{Policy, PolicyOptions, PolicySource, Way},
    session::{Endpoint, Role, Session},
};
use rcgen::{CertificateParams, KeyPair, PKCS_ED25519};

use super::{
    gate::Identity,
    mutual::Client,
    sandbox::{Sandbox, session},
};

/// More than instances and handles last, if any of them were lost.
const CALLS: usize = 10_000;

/// It reads something of every certificate, and more of the client's own.
const SETTINGS: &str = r#"{
    "peer_certificate": {"key_algorithms": ["ecdsa"], "min_ec_bits": 256, "signature_algorithms": ["ecdsa-with-SHA256"],
        "names": ["localhost"], "verification": "require-valid"},
    "client_certificate": {"dns_names": ["localhost"]}
}"#;

fn ed25519() -> Identity {
    let params = CertificateParams::new(vec!["localhost".to_owned()]).expect("the name is good");
    let key = KeyPair::generate_for(&PKCS_ED25519).expect("keys can be made");
    Identity::new(&params, key)
}

/// What is known of a client with a P-256 key, which shows these two certificates besides.
fn facts(issuers: [&Identity; 2]) -> Arc<ConnectionFacts> {
    let client = Client {
        address: ([192, 0, 2, 1], 4_000).into(),
        alpn: &["h2"],
        identity: &Identity::plain(),
        issuers: &issuers,
    };
    client.facts(443)
}

fn codes(policy: &Policy, facts: &Arc<ConnectionFacts>) -> Vec<String> {
    let session = Session {
        endpoint: Endpoint {
            role: Role::Server,
            listener: String::new(),
        },
        ..session()
    };
    let verdict = policy.judge_peer(&session, Arc::clone(facts)).result;
    let verdict = verdict.expect("it answers");
    let findings = verdict.findings().iter();
    findings.map(|finding| finding.code.to_string()).collect()
}

#[test]
fn chains_are_judged_alike_in_every_way_for_ever() {
    let (plain, other) = (Identity::plain(), ed25519());
    let good = facts([&plain, &plain]);
    let bad = facts([&other, &plain]);
    // The second of three has another kind of key, and signed itself with it (RFC 8410).
    let expected = [
        "certificate.key-algorithm",
        "certificate.signature-algorithm",
    ];
    for way in [Way::Rewound, Way::Snapshot] {
        let sandbox = Sandbox::with(|limits| limits.instances_max = 3);
        let before = sandbox.engine.kept_instances();
        let options = PolicyOptions::new().settings(SETTINGS);
        let options = options.way(way).memo(false);
        let policy = Policy::load_with(&sandbox.engine, &PolicySource::Default, &options);
        let policy = policy.expect("the settings are good");
        assert_eq!(policy.execution().way, way, "{:?}", policy.execution());
        for call in 0..CALLS / 2 {
            assert_eq!(codes(&policy, &good), [""; 0], "{call}");
            assert_eq!(codes(&policy, &bad), expected, "{call}");
        }
        // What it opened it closed in order, so one instance is left, as new.
        let kept = sandbox.engine.kept_instances() - before;
        assert_eq!(kept, u32::from(way == Way::Rewound));
    }
}
