//! What new policies must stand before they judge.

use crate::peers::{
    guest::{Says, default_policy, policy},
    pki::{pki, server_name},
};
use countersign::{
    facts::{ChainCheck, ChainFailure},
    policy::{Account, CallError, Chain, Expectation, Limits, Link, SelfTest, SelfTestError},
    session::{Endpoint, Role, Session},
};
use countersign_names::{CipherSuite, Group, Version};

fn tested(chain: impl Into<Chain>) -> Result<(), SelfTestError> {
    SelfTest::default().run(&chain.into())
}

/// TLS_AES_128_GCM_SHA256 and TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, with secp256r1.
fn session(version: Version) -> Session {
    let suite = if version == Version::TLS_1_3 {
        0x1301
    } else {
        0xc02f
    };
    Session {
        endpoint: Endpoint {
            role: Role::Client,
            listener: String::new(),
        },
        version,
        cipher_suite: CipherSuite::new(suite),
        group: Some(Group::new(23)),
        alpn: None,
        resumed: false,
        retried: false,
    }
}

fn expecting(expectation: Expectation, chain: impl Into<Chain>) -> Result<(), SelfTestError> {
    SelfTest::default().expect(expectation).run(&chain.into())
}

#[test]
fn any_answer_will_do() {
    for says in [
        Says::Yes,
        Says::NoToParameters,
        Says::NoToVersion,
        Says::NoToRetried,
        Says::NoToResumed,
        Says::NoToFull,
        Says::NoToPeer,
        Says::OffersNothing,
    ] {
        assert_eq!(tested(policy(says)), Ok(()), "{says:?}");
    }
}

#[test]
fn the_default_policy_stands_it_however_strict_it_is() {
    for settings in [
        "{}",
        r#"{ "versions": { "min": "TLSv1.3" } }"#,
        r#"{ "cipher_suites": ["TLS_CHACHA20_POLY1305_SHA256"], "groups": ["X25519MLKEM768"] }"#,
        r#"{ "resumption": false }"#,
    ] {
        assert_eq!(tested(default_policy(settings)), Ok(()), "{settings}");
    }
}

#[test]
fn no_answer_is_told_with_policy_function_and_case() {
    for (says, function_expected, deadline) in [
        (Says::TrapAtParameters, "judge-parameters", false),
        (Says::TrapAtPeer, "judge-peer", false),
        (Says::SpinAtPeer, "judge-peer", true),
    ] {
        // Audited policies must answer, too: what they say is recorded.
        for bad in [Link::enforce(policy(says)), Link::audit(policy(says))] {
            let chain = Chain::new(Link::enforce(policy(Says::Yes))).and(bad);
            let failure = tested(chain).expect_err("there is no answer");
            let text = failure.to_string();
            let SelfTestError::NoAnswer {
                by,
                function,
                error,
                case,
                ..
            } = failure
            else {
                panic!("{text}");
            };
            assert_eq!((by.number, &*by.name), (2, "puppet"));
            assert_eq!(function, function_expected);
            assert_eq!(matches!(error, CallError::Deadline { .. }), deadline);
            assert!(case.contains("TLSv1.3"), "{case}");
            for part in ["policy 2", "puppet", function, &case] {
                assert!(text.contains(part), "{text}");
            }
        }
    }
}

/// A policy that a reload takes over is judging connections meanwhile.
#[test]
fn a_test_leaves_no_trace_in_what_it_tests() {
    let (good, hanging) = (policy(Says::Yes), policy(Says::SpinAtPeer));
    assert_eq!(tested(good.clone()), Ok(()));
    // As often as would trip it, and once more.
    for _ in 0..=Limits::default().overruns_max {
        let failure = tested(hanging.clone()).expect_err("there is no answer");
        let overran = matches!(
            failure,
            SelfTestError::NoAnswer {
                error: CallError::Deadline { .. },
                ..
            }
        );
        assert!(overran, "{failure}");
    }
    for policy in [good, hanging] {
        assert_eq!(policy.account(), Account::default());
    }
}

#[test]
fn an_expected_approval_holds_for_all_that_enforce() {
    let approval = || Expectation::approval("usual", session(Version::TLS_1_3));
    let yes = || Link::enforce(policy(Says::Yes));
    assert_eq!(expecting(approval(), policy(Says::Yes)), Ok(()));
    for (says, function_expected) in [
        (Says::NoToParameters, "judge-parameters"),
        (Says::NoToPeer, "judge-peer"),
    ] {
        let audited = Chain::new(yes()).and(Link::audit(policy(says)));
        assert_eq!(expecting(approval(), audited), Ok(()));
        let enforced = Chain::new(yes()).and(Link::enforce(policy(says)));
        let failure = expecting(approval(), enforced).expect_err("it is refused");
        let SelfTestError::Refused {
            by,
            function,
            description,
            codes,
            ..
        } = failure
        else {
            panic!("{failure}");
        };
        assert_eq!((by.number, function), (2, function_expected));
        assert_eq!(
            (description.as_str(), codes),
            ("usual", vec!["test.said".to_owned()])
        );
    }
}

#[test]
fn an_expected_veto_needs_one_that_enforces() {
    let veto = || Expectation::veto("unusual", session(Version::TLS_1_3));
    let yes = || Link::enforce(policy(Says::Yes));
    for says in [Says::NoToParameters, Says::NoToPeer] {
        let enforced = Chain::new(yes()).and(Link::enforce(policy(says)));
        assert_eq!(expecting(veto(), enforced), Ok(()), "{says:?}");
        let audited = Chain::new(yes()).and(Link::audit(policy(says)));
        let description = "unusual".to_owned();
        let failure = Err(SelfTestError::Approved { description });
        assert_eq!(expecting(veto(), audited), failure, "{says:?}");
    }
}

#[test]
fn an_expected_finding_must_be_among_them() {
    let veto = |code| {
        let veto = Expectation::veto("old", session(Version::TLS_1_2));
        expecting(veto.with_finding(code), policy(Says::NoToPeer))
    };
    assert_eq!(veto("test.said"), Ok(()));
    assert_eq!(
        veto("test.other"),
        Err(SelfTestError::NotFound {
            description: "old".to_owned(),
            code: "test.other".to_owned()
        })
    );
}

#[test]
fn expectations_are_about_sessions() {
    let strict = || default_policy(r#"{ "versions": { "min": "TLSv1.3" } }"#);
    let [old, new] = [Version::TLS_1_2, Version::TLS_1_3].map(session);
    let approval = Expectation::approval("old", old.clone());
    assert!(expecting(approval, strict()).is_err());
    assert_eq!(
        expecting(Expectation::veto("old", old.clone()), strict()),
        Ok(())
    );
    assert_eq!(
        expecting(Expectation::approval("new", new), strict()),
        Ok(())
    );
    assert_eq!(
        expecting(Expectation::approval("old", old), default_policy("{}")),
        Ok(())
    );
}

#[test]
fn expectations_are_about_certificates_and_names() {
    let shown = |check| {
        let chain = vec![pki().good.certificate.clone()];
        Expectation::approval("shown", session(Version::TLS_1_3))
            .server_name(&server_name())
            .port(443)
            .certificates(chain, check)
    };
    let invalid = ChainCheck::Invalid {
        failure: ChainFailure::Expired,
        message: String::new(),
    };
    for check in [ChainCheck::Valid, invalid] {
        assert_eq!(expecting(shown(check), policy(Says::Yes)), Ok(()));
    }
}
