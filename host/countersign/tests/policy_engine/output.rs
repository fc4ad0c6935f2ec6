//! Answers that are not answers: by the canonical ABI, by the contract, by their size.

use countersign::{
    policy::{CallError, LoadError, OutputError},
    verdict::{Severity, Verdict},
};

use super::{
    guest::{Guest, Load as _},
    sandbox::{Outcome, Sandbox},
};

const NOTE: u8 = 0;
const WARNING: u8 = 1;
const VIOLATION: u8 = 2;

fn approving(code: impl AsRef<[u8]>, severity: u8, message: impl AsRef<[u8]>) -> Guest {
    Guest::named("approve-with-finding")
        .bytes("code", code)
        .put("severity", severity)
        .bytes("message", message)
}

fn vetoing(severity: u8, alert: Option<u8>) -> Guest {
    Guest::named("veto-with-finding")
        .bytes("code", "a.b")
        .put("severity", severity)
        .put("has-alert", u8::from(alert.is_some()))
        .put("alert", alert.unwrap_or_default())
}

fn judge(guest: &Guest) -> Result<Verdict, CallError> {
    Sandbox::shared().judge(guest)
}

fn assert_malformed(guest: &Guest) {
    match judge(guest) {
        Err(CallError::Output(OutputError::Malformed(message))) => {
            assert!(!message.contains(|c: char| c.is_control()), "{message:?}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn findings_come_through() {
    let verdict = judge(&approving("a.b-c", WARNING, "Größe")).expect("it is an answer");
    let Verdict::Approve(findings) = &verdict else {
        panic!("{verdict:?}");
    };
    assert_eq!(findings[0].code.as_str(), "a.b-c");
    assert_eq!(findings[0].severity, Severity::Warning);
    assert_eq!(findings[0].message, "Größe");
}

/// Contract, `code`: lower-case words joined by `-` and grouped by `.`, at most 64 bytes, not the host's.
#[test]
fn codes_that_a_policy_may_not_use() {
    let long = "a".repeat(65);
    let codes = [
        "",
        ".",
        "-",
        "a.",
        "A",
        "a b",
        "a\u{1b}[31m",
        "a\n",
        "a\0",
        "ä",
        "a_b",
        "a/b",
        &long,
        "offer.empty",
        "offer",
        "floor.version",
        "engine.trap",
    ];
    for code in codes {
        match judge(&approving(code, NOTE, "")) {
            Err(CallError::Output(OutputError::Code(shown))) => {
                assert!(!shown.contains(|c: char| c.is_control()), "{shown:?}");
                assert!(shown.len() <= 64 * 6, "{shown:?}");
            }
            other => panic!("{code:?}: {other:?}"),
        }
    }
    assert!(judge(&approving("a".repeat(64), NOTE, "")).is_ok());
    assert!(judge(&approving("offers.empty", NOTE, "")).is_ok());
}

#[test]
fn a_message_cannot_steer_a_terminal() {
    let message = "\u{1b}[2J\u{1b}]0;root\u{7}\r\n\u{9b}31m\u{202e}\u{2066}\0\u{7f}";
    let verdict = judge(&approving("a.b", NOTE, message)).expect("it is an answer");
    let shown = &verdict.findings()[0].message;
    let steers = |c: char| c.is_control() || matches!(c, '\u{202e}' | '\u{2066}');
    assert!(!shown.contains(steers), "{shown:?}");
    assert!(
        shown.contains("[2J"),
        "the reader still sees what was there: {shown}"
    );
}

/// A message of the longest allowed kind that consists of control characters only: escaped, it is still of a bounded
/// length (`\u{1b}` for one byte).
#[test]
fn an_escaped_message_is_of_bounded_length() {
    let bytes_max = Sandbox::shared().engine.limits().string_bytes_max;
    let verdict = judge(&approving("a.b", NOTE, vec![0x1b; bytes_max])).expect("it is an answer");
    assert_eq!(
        verdict.findings()[0].message.len(),
        bytes_max * r"\u{1b}".len()
    );
}

#[test]
fn invalid_utf8_is_no_text() {
    let invalid: [&[u8]; 6] = [
        b"\xff",
        b"\xc0\x80",         // overlong
        b"\xed\xa0\x80",     // a surrogate
        b"\xf4\x90\x80\x80", // above U+10FFFF
        b"a\x80",
        b"\xe2\x82", // cut
    ];
    for bytes in invalid {
        assert_malformed(&approving("a.b", NOTE, bytes));
        assert_malformed(&approving(bytes, NOTE, ""));
    }
}

/// Canonical ABI, `load_variant` and `unpack_flags`: a discriminant beyond the last case traps.
#[test]
fn invalid_discriminants_are_no_answers() {
    for severity in [3, 255] {
        assert_malformed(&approving("a.b", severity, ""));
    }
    for discriminant in [2, 3, 255] {
        let mut verdict = [0; 16];
        verdict[0] = discriminant;
        assert_malformed(&Guest::named("raw-verdict").bytes("verdict", verdict));
        // The option around the alert of a veto.
        let verdict = [1, 0, 0, 0, discriminant, 71, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        assert_malformed(&Guest::named("raw-verdict").bytes("verdict", verdict));
    }
}

/// An approval whose list of findings stands at `at` and has `count` items.
fn listed(at: u32, count: u32) -> Guest {
    let mut verdict = vec![0, 0, 0, 0];
    verdict.extend(at.to_le_bytes());
    verdict.extend(count.to_le_bytes());
    verdict.extend([0; 4]);
    Guest::named("raw-verdict").bytes("verdict", verdict)
}

#[test]
fn lists_and_strings_beyond_the_memory_are_no_answers() {
    const END: u32 = 4 * 65_536;
    let outside = [
        (END, 1),
        (END - 4, 1),
        (0xffff_fffc, 1),
        (0, u32::MAX),
        (0, u32::MAX / 20 + 1), // times 20 wraps around
        (512, 0x1000_0000),
        (514, 1), // not aligned
    ];
    for (at, count) in outside {
        assert_malformed(&listed(at, count));
    }
    // A list of findings whose strings stand outside: the items are zeros but for one pointer.
    let mut guest = Guest::named("approve-with-finding")
        .bytes("code", "a.b")
        .put("severity", 0)
        .put("message", "");
    for len in ["-1", "0x7fffffff", "8388608"] {
        assert_malformed(&guest.clone().put("message.len", len));
    }
    guest = guest.put("message.len", 0);
    assert!(judge(&guest).is_ok());
}

#[test]
fn results_beyond_the_memory_or_not_aligned_are_no_answers() {
    for pointer in ["-1", "-16", "262144", "262132", "449", "450"] {
        assert_malformed(&Guest::named("raw-result-pointer").put("pointer", pointer));
    }
}

#[test]
fn a_realloc_that_points_elsewhere_is_refused() {
    // The settings are bytes, so that any alignment will do; 262144 is the end of the memory.
    for pointer in ["-1", "262144", "262143"] {
        let guest = Guest::named("realloc-elsewhere").put("pointer", pointer);
        let outcome = Sandbox::shared().outcome(&guest);
        assert!(
            matches!(outcome, Outcome::Failed("configure", _)),
            "{outcome:?}"
        );
    }
    // Lists of 16-bit numbers need an even address. Settings may stand anywhere.
    let guest = Guest::named("realloc-elsewhere").put("pointer", 65_537);
    let outcome = Sandbox::shared().outcome(&guest);
    assert!(
        matches!(outcome, Outcome::Failed("constrain", _)),
        "{outcome:?}"
    );
}

#[test]
fn an_approval_must_not_carry_a_violation() {
    assert_eq!(
        judge(&approving("a.b", VIOLATION, "")),
        Err(OutputError::ApprovedViolation("a.b".to_owned()).into())
    );
}

#[test]
fn a_veto_must_carry_a_violation() {
    let without = OutputError::VetoWithoutViolation;
    assert_eq!(
        judge(&Guest::named("veto-without-findings")),
        Err(without.clone().into())
    );
    for severity in [NOTE, WARNING] {
        assert_eq!(judge(&vetoing(severity, None)), Err(without.clone().into()));
    }
    assert!(matches!(
        judge(&vetoing(VIOLATION, None)),
        Ok(Verdict::Veto(_))
    ));
}

/// Contract, `refusal`: the alerts that a policy may choose, one by one.
#[test]
fn a_veto_may_choose_the_alerts_of_the_contract_and_no_other() {
    let allowed = [40, 42, 43, 44, 45, 46, 48, 49, 70, 71, 112, 116, 120];
    for alert in allowed {
        match judge(&vetoing(VIOLATION, Some(alert))) {
            Ok(Verdict::Veto(refusal)) => {
                assert_eq!(refusal.alert.map(|alert| alert.code()), Some(alert));
            }
            other => panic!("{alert}: {other:?}"),
        }
    }
    // The neighbours of each, and the alerts that would end a connection without saying why, or lie about who did.
    for alert in [
        0, 1, 10, 20, 21, 39, 41, 47, 50, 69, 72, 80, 90, 100, 111, 113, 115, 117, 119, 121, 255,
    ] {
        assert_eq!(
            judge(&vetoing(VIOLATION, Some(alert))),
            Err(OutputError::Alert(alert).into())
        );
    }
}

#[test]
fn ten_megabytes_of_findings_are_no_answer() {
    let guest = Guest::named("many-findings")
        .put("pages", 8)
        .put("count", 64)
        .put("bytes", 160 * 1024);
    assert_malformed(&guest);
}

#[test]
fn an_offer_is_checked_like_a_verdict() {
    let mut outside = [0; 36];
    outside[..8].copy_from_slice(&[0, 0, 4, 0, 1, 0, 0, 0]); // one version at 262144
    let mut auth = [0; 36];
    auth[33] = 3;
    let mut huge = [0; 36];
    huge[16..24].copy_from_slice(&[0, 0, 0, 0, 0, 0, 0, 0x7f]);
    for offer in [outside, auth, huge] {
        let outcome = Sandbox::shared().outcome(&Guest::named("offer-raw").bytes("offer", offer));
        assert!(
            matches!(
                outcome,
                Outcome::Failed("constrain", CallError::Output(OutputError::Malformed(_)))
            ),
            "{outcome:?}"
        );
    }
    // By the canonical ABI every byte but 0 is `true`.
    let mut truth = [0; 36];
    truth[32] = 7;
    let outcome = Sandbox::shared().outcome(&Guest::named("offer-raw").bytes("offer", truth));
    assert_eq!(outcome, Outcome::Fine);
}

fn described(name: &str, version: &str) -> Guest {
    Guest::named("describe-as")
        .bytes("name", name)
        .bytes("version", version)
        .bytes("summary", "\u{1b}[31mred")
        .put("has-schema", 0)
        .bytes("schema", "")
}

/// Contract, `description`: a short name in lower case; a version by Semantic Versioning 2.0.0. Both stand in names of
/// files, in metrics and on terminals.
#[test]
fn names_and_versions_are_plain_words() {
    let long = "a".repeat(65);
    for name in [
        "",
        "..",
        ".",
        "-rf",
        "a b",
        "a/b",
        "../a",
        "a\n",
        "\u{1b}[31m",
        "ä",
        "a\0",
        &long,
    ] {
        assert_identity_refused(&described(name, "1.0.0"));
    }
    for version in ["", "1 0", "1.0.0\n", "..", "/", &long] {
        assert_identity_refused(&described("good", version));
    }
    let policy = described("good-2", "1.2.3-rc.1+build.5").load(&Sandbox::shared().engine);
    let policy = policy.expect("these are a name and a version");
    assert_eq!(&*policy.description().name, "good-2");
    assert_eq!(policy.description().version, "1.2.3-rc.1+build.5");
    assert!(!policy.description().summary.contains('\u{1b}'));
}

fn assert_identity_refused(guest: &Guest) {
    match guest.load(&Sandbox::shared().engine) {
        Err(LoadError::Describe(CallError::Output(OutputError::Identity(shown)))) => {
            assert!(!shown.contains(|c: char| c.is_control()), "{shown:?}");
        }
        other => panic!("{other:?}"),
    }
}

/// The reasons are a person's to read, on a terminal, too.
#[test]
fn refused_settings_are_told_without_control_characters() {
    let guest = refusing(1, "$\u{1b}[31m", "is\nnot \u{202e}allowed");
    match guest.load(&Sandbox::shared().engine) {
        Err(error @ LoadError::Settings(_)) => {
            let shown = error.to_string();
            assert!(
                !shown.contains(|c: char| c.is_control() || c == '\u{202e}'),
                "{shown:?}"
            );
            assert!(shown.contains("allowed"), "{shown}");
        }
        other => panic!("{other:?}"),
    }
    Sandbox::shared().assert_unharmed();
}

#[test]
fn ever_so_many_reasons_against_settings_are_no_answer() {
    let max = Sandbox::shared().engine.limits().findings_max;
    assert!(matches!(
        refusing(max, "$", "no").load(&Sandbox::shared().engine),
        Err(LoadError::Settings(errors)) if errors.len() == max
    ));
    let outcome = Sandbox::shared().outcome(&refusing(max + 1, "$", "no"));
    let count = max + 1;
    assert_eq!(
        outcome,
        Outcome::Failed(
            "configure",
            OutputError::TooManyFindings { count, max }.into()
        )
    );
}

fn refusing(count: usize, path: &str, message: &str) -> Guest {
    Guest::named("refuse-settings")
        .put("count", count)
        .bytes("path", path)
        .bytes("message", message)
}

/// Strings may be UTF-16 by the component model. A policy in such a language is as good, and as bounded, as others.
#[test]
fn strings_in_utf16_are_read_as_such() {
    let utf16 =
        |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let guest = Guest::named("approve-with-finding")
        .with_strings(countersign_test_guests::StringEncoding::UTF16)
        .bytes("code", utf16("a.b"))
        .put("severity", 0)
        .bytes("message", [0, 0xd8]);
    // The base describes itself in UTF-8 bytes, at half the lengths; 16-bit units of these are no words.
    let outcome = Sandbox::shared().outcome(&guest);
    assert!(
        matches!(outcome, Outcome::Failed("describe", CallError::Output(_))),
        "{outcome:?}"
    );
}
