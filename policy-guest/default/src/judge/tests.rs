use std::collections::BTreeSet;

use countersign_names::{CipherSuite, Group, Version};
use countersign_policy_sdk::{ClientAuth, Endpoint, Offer, Refusal, Role};

use super::*;
use crate::{constrain::constrain, terms::testing::top};

fn session(version: u16, suite: u16, group: Option<u16>) -> Session {
    Session {
        endpoint: Endpoint {
            role: Role::Client,
            listener: String::new(),
        },
        version: Version::new(version),
        cipher_suite: CipherSuite::new(suite),
        group: group.map(Group::new),
        alpn: None,
        resumed: false,
        retried: false,
    }
}

fn resumed(session: Session) -> Session {
    Session {
        resumed: true,
        ..session
    }
}

fn verdict(settings: &str, session: &Session) -> Verdict {
    judge(&top(settings), session)
}

fn messages(settings: &str, session: &Session) -> Vec<String> {
    verdict(settings, session)
        .findings()
        .iter()
        .map(|finding| finding.message.clone())
        .collect()
}

fn codes(settings: &str, session: &Session) -> Vec<String> {
    verdict(settings, session)
        .findings()
        .iter()
        .map(|finding| finding.code.clone())
        .collect()
}

fn alert(settings: &str, session: &Session) -> Option<Alert> {
    match verdict(settings, session) {
        Verdict::Approve(_) => None,
        Verdict::Veto(Refusal { alert, .. }) => alert,
    }
}

#[test]
fn what_is_safe_is_approved_without_settings() {
    for (version, suite, group) in [
        (0x0304, 0x1301, 0x11ec),
        (0x0304, 0x1302, 0x11ed),
        (0x0304, 0x1303, 0x001d),
        (0x0303, 0xc02b, 0x0017),
        (0x0303, 0xc02c, 0x0018),
        (0x0303, 0xc02f, 0x0019),
        (0x0303, 0xc030, 0x001e),
        (0x0303, 0xcca8, 0x001d),
        (0x0303, 0xcca9, 0x001d),
    ] {
        assert_eq!(
            verdict("{}", &session(version, suite, Some(group))),
            Verdict::approve()
        );
    }
}

#[test]
fn a_newer_version_is_approved_without_settings() {
    assert_eq!(
        verdict("{}", &session(0x0305, 0x1301, Some(0x001d))),
        Verdict::approve()
    );
}

#[test]
fn everything_that_is_wrong_is_reported_at_once() {
    let old = resumed(session(0x0301, 0x002f, Some(0x0013)));
    let settings = r#"{"resumption": false}"#;
    assert_eq!(
        codes(settings, &old),
        [
            "version.not-allowed",
            "cipher-suite.not-allowed",
            "group.not-allowed",
            "resumption.not-allowed"
        ]
    );
    assert_eq!(alert(settings, &old), Some(Alert::PROTOCOL_VERSION));
}

#[test]
fn the_alert_names_the_version_first() {
    assert_eq!(
        alert("{}", &session(0x0302, 0x002f, None)),
        Some(Alert::PROTOCOL_VERSION)
    );
    assert_eq!(
        alert("{}", &session(0x0303, 0x002f, None)),
        Some(Alert::INSUFFICIENT_SECURITY)
    );
    assert_eq!(
        alert("{}", &session(0x0304, 0x1301, Some(0x0100))),
        Some(Alert::INSUFFICIENT_SECURITY)
    );
}

#[test]
fn messages_say_what_was_negotiated_and_what_is_allowed() {
    let one = |settings, session: &Session| messages(settings, session).remove(0);
    let old = session(0x0302, 0xc02f, Some(0x001d));
    let new = session(0x0304, 0x1301, Some(0x001d));
    assert_eq!(
        one("{}", &old),
        "TLSv1.1 is older than the minimum TLSv1.2."
    );
    assert_eq!(
        one(r#"{"versions": ["1.2", "1.3"]}"#, &old),
        "TLSv1.1 is not allowed: the settings allow TLSv1.2 and TLSv1.3."
    );
    assert_eq!(
        one(r#"{"versions": {"deny": ["1.1"]}}"#, &old),
        "TLSv1.1 is forbidden by name."
    );
    assert_eq!(
        one(r#"{"versions": {"max": "1.2"}}"#, &new),
        "TLSv1.3 is newer than the maximum TLSv1.2."
    );
    assert_eq!(
        one("{}", &session(0xfefd, 0xc02f, Some(0x001d))),
        "0xfefd is not allowed: it is no version of TLS or SSL."
    );
    assert_eq!(
        one(r#"{"cipher_suites": ["0x1302"]}"#, &new),
        "TLS_AES_128_GCM_SHA256 is not allowed: the settings allow TLS_AES_256_GCM_SHA384."
    );
    assert_eq!(
        one(r#"{"groups": {"deny": ["x25519"]}}"#, &new),
        format!("{} is forbidden by name.", Group::X25519)
    );
}

#[test]
fn cipher_suites_are_judged_by_their_properties() {
    for (suite, reason) in [
        (0xfafb, "no cipher suite with this code is known"),
        (0x009c, "it has no forward secrecy"),
        (0xc013, "its encryption is not authenticated (AEAD)"),
        (
            0x009e,
            "the size of its Diffie-Hellman group is not negotiated",
        ),
        (0xc0ae, "IANA does not recommend it"),
        (0x00ff, "it is a signal between peers and no cipher suite"),
    ] {
        let messages = messages("{}", &session(0x0303, suite, Some(0x001d)));
        assert!(
            messages[0].ends_with(&format!(" is not allowed: {reason}.")),
            "{messages:?}"
        );
    }
}

#[test]
fn groups_are_judged_by_a_list() {
    assert_eq!(
        messages("{}", &session(0x0304, 0x1301, Some(0x0100))),
        [
            "ffdhe2048 is not allowed: it is no elliptic-curve group or hybrid that is considered safe."
        ]
    );
}

#[test]
fn a_resumed_session_of_tls_12_needs_no_group() {
    let earlier = resumed(session(0x0303, 0xc02f, None));
    for settings in [
        "{}",
        r#"{"groups": ["x25519"]}"#,
        r#"{"groups": {"deny": ["x25519"]}}"#,
    ] {
        assert_eq!(verdict(settings, &earlier), Verdict::approve());
    }
    assert_eq!(
        codes("{}", &resumed(session(0x0304, 0x1301, None))),
        ["group.not-allowed"]
    );
}

#[test]
fn a_group_that_is_used_but_unknown_is_refused() {
    let unknown = session(0x0303, 0xc02f, None);
    for settings in [
        "{}",
        r#"{"groups": ["x25519"]}"#,
        r#"{"groups": {"deny": ["x25519"]}}"#,
    ] {
        assert_eq!(
            codes(settings, &unknown),
            ["group.not-allowed"],
            "{settings}"
        );
    }
    assert_eq!(
        verdict(r#"{"groups": {"deny": []}}"#, &unknown),
        Verdict::approve()
    );
}

#[test]
fn without_a_group_the_cipher_suite_decides_unless_groups_are_listed() {
    let finite_field = session(0x0303, 0x009e, None);
    let suites = r#""cipher_suites": ["0x009e", "0xc02f"]"#;
    assert_eq!(
        verdict(&format!("{{{suites}}}"), &finite_field),
        Verdict::approve()
    );
    let listed = format!(r#"{{{suites}, "groups": ["x25519"]}}"#);
    assert_eq!(codes(&listed, &finite_field), ["group.not-allowed"]);
}

#[test]
fn resumption_is_refused_where_it_is_off() {
    let earlier = resumed(session(0x0304, 0x1301, Some(0x001d)));
    assert_eq!(verdict("{}", &earlier), Verdict::approve());
    assert_eq!(
        codes(r#"{"resumption": false}"#, &earlier),
        ["resumption.not-allowed"]
    );
}

/// What constrain leaves, judge approves; what it removes, judge vetoes.
#[test]
fn constrain_and_judge_agree() {
    let codes: BTreeSet<u16> = Version::all()
        .map(Version::code)
        .chain(CipherSuite::all().map(CipherSuite::code))
        .chain(Group::all().map(Group::code))
        .chain([0x0305, 0x7f1c, 0xfe30, 0xfefd, 0xffff])
        .collect();
    let everything = Offer {
        versions: codes.iter().copied().map(Version::new).collect(),
        cipher_suites: codes.iter().copied().map(CipherSuite::new).collect(),
        groups: codes.iter().copied().map(Group::new).collect(),
        alpn: vec![],
        resumption: true,
        client_auth: ClientAuth::None,
    };
    for settings in [
        "{}",
        r#"{"versions": ["1.3"], "cipher_suites": ["0x1302", "0x1301"], "groups": ["x25519", "0xfe30"]}"#,
        r#"{"versions": {"deny": ["1.2"]}, "cipher_suites": {"deny": ["0x1302"]}, "groups": {"deny": ["secp256r1"]}}"#,
        r#"{"versions": {"min": "ssl2", "max": "1.2"}, "cipher_suites": {"deny": []}}"#,
    ] {
        let settings = top(settings);
        let left = constrain(&settings, Role::Client, everything.clone());
        let refused = |session: &Session, of: &str| {
            let verdict = judge(&settings, session);
            let is_about = |finding: &Finding| {
                finding.severity == Severity::Violation && finding.code.starts_with(of)
            };
            verdict.findings().iter().any(is_about)
        };
        for &code in &codes {
            let session = session(code, code, Some(code));
            assert_eq!(
                left.versions.contains(&session.version),
                !refused(&session, "version.")
            );
            assert_eq!(
                left.cipher_suites.contains(&session.cipher_suite),
                !refused(&session, "cipher-suite.")
            );
            assert_eq!(
                left.groups.contains(&Group::new(code)),
                !refused(&session, "group.")
            );
        }
    }
}
