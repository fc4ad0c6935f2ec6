use countersign_policy_sdk::{Alert, ClientAuth, Refusal, Verdict, facts::ChainFailure};

use super::*;

const NOBODY: &[&str] = &["client-certificate.identity"];

fn client(dns_names: &[&str], uris: &[&str], subject: &str) -> Certificate {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    Certificate {
        dns_names: texts(dns_names),
        uris: texts(uris),
        subject: subject.into(),
        ..own()
    }
}

#[test]
fn a_certificate_may_be_required() {
    for (asked, version, alert) in [
        // RFC 8446, section 6.2; RFC 5246, section 7.2.2.
        ("{}", Version::TLS_1_3, Some(116)),
        ("{}", Version::TLS_1_2, Some(40)),
        (r#"{"required": true}"#, Version::TLS_1_3, Some(116)),
        (r#"{"required": false}"#, Version::TLS_1_3, None),
        (
            r#"{"required": false, "dns_names": ["a.example"]}"#,
            Version::TLS_1_3,
            None,
        ),
    ] {
        let session = session(Role::Server, version);
        let (verdict, _) = facts(vec![]).during(|| verdict(&clients(asked), &session));
        let found = match &verdict {
            Verdict::Veto(Refusal { alert, .. }) => {
                assert_eq!(codes(verdict.findings()), ["client-certificate.missing"]);
                alert.map(Alert::code)
            }
            Verdict::Approve(_) => None,
        };
        assert_eq!(found, alert, "{asked} {version}");
    }
}

#[test]
fn a_client_is_asked_as_strictly_as_it_is_judged() {
    assert_eq!(peer("{}").client_auth(), ClientAuth::None);
    assert_eq!(clients("{}").client_auth(), ClientAuth::Require);
    assert_eq!(
        clients(r#"{"required": false}"#).client_auth(),
        ClientAuth::Request
    );
}

#[test]
fn a_server_is_no_client() {
    let (findings, read) = found(
        &clients(r#"{"dns_names": ["b.example"]}"#),
        facts(vec![own()]),
    );
    assert_eq!((codes(&findings), read), (vec![], vec![]));
}

#[test]
fn any_client_may_come_where_nobody_is_named() {
    assert_client("{}", client(&[], &[], ""), &[]);
}

#[test]
fn dns_names() {
    let asked = r#"{"dns_names": ["a.example", "*.clients.example"]}"#;
    for (names, expected) in [
        (&["a.example"][..], &[][..]),
        (&["x.example", "b.clients.example"], &[]),
        (&["clients.example"], NOBODY),
        (&["*.clients.example"], NOBODY),
        (&["b.example"], NOBODY),
        (&[], NOBODY),
    ] {
        assert_client(asked, client(names, &[], ""), expected);
    }
}

#[test]
fn uris() {
    let asked = r#"{"uris": ["urn:example:a", "https://a.example/clients/*"]}"#;
    for (uris, expected) in [
        (&["urn:example:a"][..], &[][..]),
        (&["urn:example:b", "https://a.example/clients/b"], &[]),
        (&["https://a.example/clients/../b"], NOBODY),
        (&["urn:example:ab"], NOBODY),
        (&[], NOBODY),
    ] {
        assert_client(asked, client(&[], uris, ""), expected);
    }
}

#[test]
fn spiffe_ids() {
    let asked = r#"{"spiffe": ["spiffe://td.example/ns/prod/*"]}"#;
    for (uris, expected) in [
        (&["spiffe://td.example/ns/prod/sa/a"][..], &[][..]),
        (&["spiffe://td.example/ns/dev/sa/a"], NOBODY),
        (&["spiffe://td.example.org/ns/prod/sa/a"], NOBODY),
        // More than one URI makes no SVID.
        (&["spiffe://td.example/ns/prod/sa/a", "urn:a:b"], NOBODY),
        (&["spiffe://td.example/ns/prod/sa/../../dev"], NOBODY),
    ] {
        assert_client(asked, client(&[], uris, ""), expected);
    }
}

#[test]
fn subjects() {
    let asked = r#"{"subjects": ["CN=backup,O=Example"]}"#;
    for (subject, expected) in [
        ("CN=backup,O=Example", &[][..]),
        ("CN=backup,O=Example,C=DE", NOBODY),
        ("CN=backup\\,O=Example", NOBODY),
        ("O=Example,CN=backup", NOBODY),
        ("", NOBODY),
    ] {
        assert_client(asked, client(&[], &[], subject), expected);
    }
}

#[test]
fn one_match_in_one_list_is_enough() {
    let asked = r#"{"dns_names": ["a.example"], "uris": ["urn:a:b"], "spiffe": ["spiffe://td/*"], "subjects": ["CN=a"]}"#;
    assert_client(asked, client(&["a.example"], &[], ""), &[]);
    assert_client(asked, client(&[], &["urn:a:b"], ""), &[]);
    assert_client(asked, client(&[], &["spiffe://td/x"], ""), &[]);
    assert_client(asked, client(&["b.example"], &[], "CN=a"), &[]);
    assert_client(asked, client(&["b.example"], &["urn:a:c"], "CN=b"), NOBODY);
}

#[test]
fn a_client_that_nobody_vouches_for_is_nobody() {
    let terms = clients(r#"{"dns_names": ["a.example"]}"#);
    let facts = |check| Facts {
        peer_verification: check,
        ..facts(vec![own()])
    };
    assert_eq!(found_of_client(&terms, facts(ChainCheck::Valid)).0, []);
    for check in [
        ChainCheck::NotMade,
        ChainCheck::Invalid(ChainFailure::UnknownIssuer),
    ] {
        let (findings, _) = found_of_client(&terms, facts(check));
        assert_eq!(codes(&findings), NOBODY, "{check:?}");
    }
}

#[test]
fn a_message_says_who_it_was() {
    let terms = clients(r#"{"dns_names": ["b.example"], "subjects": ["CN=b"]}"#);
    let (findings, _) = found_of_client(&terms, facts(vec![own()]));
    assert_eq!(
        findings[0].message,
        "The client's certificate is for a.example, CN=a.example: the settings allow others."
    );
}
