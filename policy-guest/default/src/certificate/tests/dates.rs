use super::*;

fn valid(seconds: i64) -> Certificate {
    Certificate {
        not_before: 0,
        not_after: seconds,
        ..own()
    }
}

#[test]
fn lifetimes() {
    let asked = r#"{"max_lifetime_days": 90}"#;
    let long = &["certificate.lifetime"][..];
    for (seconds, expected) in [
        (90 * SECONDS_A_DAY - 1, &[][..]),
        (90 * SECONDS_A_DAY, &[]),
        (90 * SECONDS_A_DAY + 1, long),
        (398 * SECONDS_A_DAY, long),
        // Nothing could be read, or it ends before it begins.
        (0, long),
        (-1, long),
        (i64::MAX, long),
    ] {
        assert_found(asked, vec![valid(seconds)], expected);
    }
    let (findings, _) = found(&peer(asked), facts(vec![valid(90 * SECONDS_A_DAY + 1)]));
    assert_eq!(
        findings[0].message,
        "The peer's certificate is valid for 91 days: the settings allow 90."
    );
}

#[test]
fn only_the_own_certificate_has_a_lifetime_and_an_end() {
    let asked = r#"{"max_lifetime_days": 365, "expires_within_days": 30}"#;
    assert_found(asked, vec![own(), valid(9_999 * SECONDS_A_DAY)], &[]);
}

#[test]
fn ends() {
    let ending = |days: i64| Certificate {
        not_after: (i64::from(TODAY) + days) * SECONDS_A_DAY + SECONDS_A_DAY / 2,
        ..own()
    };
    let message = |days| {
        let terms = peer(r#"{"expires_within_days": 14}"#);
        let (findings, _) = found(&terms, facts(vec![ending(days)]));
        findings.first().map(|finding| {
            assert_eq!(finding.code, "certificate.expires-soon");
            finding.message.clone()
        })
    };
    for (days, expected) in [
        (15, None),
        (
            14,
            Some("The peer's certificate expires in 14 days, on 2026-12-07."),
        ),
        (
            1,
            Some("The peer's certificate expires tomorrow, on 2026-11-24."),
        ),
        (
            0,
            Some("The peer's certificate expires today, on 2026-11-23."),
        ),
        (-1, Some("The peer's certificate expired on 2026-11-22.")),
        (
            -30_000,
            Some("The peer's certificate expired on a day before 1970."),
        ),
        // No date has as many days.
        (i64::from(u32::MAX) * 20_000, None),
    ] {
        assert_eq!(message(days).as_deref(), expected, "{days}");
    }
}

#[test]
fn an_end_that_is_near_is_no_veto() {
    let terms = peer(r#"{"expires_within_days": 70}"#);
    let verdict =
        facts(vec![own()]).during(|| verdict(&terms, &session(Role::Client, Version::TLS_1_3)));
    assert!(verdict.0.is_approved());
    assert_eq!(verdict.0.findings().len(), 1);
}
