use super::*;

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/cases.json");

fn said(lines: &[String]) -> Vec<String> {
    let mut sessions = Vec::new();
    lines
        .iter()
        .map(|line| {
            answer(line, &mut sessions).unwrap_or_else(|failure| panic!("{line}: {failure}"))
        })
        .collect()
}

#[test]
fn every_engine_answers_every_case() {
    let cases = cases::load(CASES).expect("cases");
    assert!(cases.len() >= 20);
    for (name, engine) in Engine::ALL {
        let mut judge = engine.judge().expect("a judge");
        // Twice: an answer depends on nothing that was asked before.
        for case in cases.iter().chain(cases.iter().rev()) {
            let verdict = judge(&case.session)
                .unwrap_or_else(|failure| panic!("{name}, {}: {failure}", case.about));
            assert_eq!(verdict.to_string(), case.expect, "{name}, {}", case.about);
        }
    }
}

#[test]
fn every_case_has_a_name_of_its_own() {
    let cases = cases::load(CASES).expect("cases");
    for (position, case) in cases.iter().enumerate() {
        assert!(
            cases[..position]
                .iter()
                .all(|other| other.about != case.about),
            "{} is there twice",
            case.about
        );
    }
}

#[test]
fn a_session_is_asked_about_as_it_stands_in_the_cases() {
    let old = r#"{"version": "0x0303", "cipher_suite": "0xc02f", "group": "0x0019"}"#;
    for (name, _) in Engine::ALL {
        assert_eq!(
            said(&[format!("ask {name} {old}")]),
            ["veto group.not-allowed"]
        );
    }
}

#[test]
fn every_engine_runs_on_threads() {
    for (name, _) in Engine::ALL {
        let answers = said(&[format!("cases {CASES}"), format!("run {name} 2 1")]);
        let numbers: Vec<u64> = answers[1]
            .split(' ')
            .map(|number| number.parse().expect("a number"))
            .collect();
        let [calls, nanoseconds] = numbers[..] else {
            panic!("{answers:?}");
        };
        assert!(calls >= 200, "two threads made a round each: {calls}");
        assert!(
            nanoseconds >= 1_000_000,
            "a window is not cut short: {nanoseconds}"
        );
    }
}

#[test]
fn what_cannot_be_done_is_refused() {
    let loaded: Vec<_> = cases::load(CASES)
        .expect("cases")
        .into_iter()
        .map(|case| case.session)
        .collect();
    for (line, reason, mut sessions) in [
        ("", "there is no command \"\"", loaded.clone()),
        ("ask opa {}", "there is no engine \"opa\"", loaded.clone()),
        (
            "run native 1",
            "say run ENGINE THREADS MILLISECONDS",
            loaded.clone(),
        ),
        (
            "run native 0 1",
            "a window needs threads and cases",
            loaded.clone(),
        ),
        (
            "run native 1 1",
            "a window needs threads and cases",
            Vec::new(),
        ),
    ] {
        let refused = answer(line, &mut sessions).expect_err(line);
        assert_eq!(refused.to_string(), reason);
    }
    for session in [
        r#"{"version": 772, "cipher_suite": "0x1301"}"#,
        r#"{"version": "0x0304"}"#,
        r#"{"version": "0x0304", "cipher_suite": "1301"}"#,
        r#"{"version": "0x0304", "cipher_suite": "0x1301", "suite": "0x1301"}"#,
    ] {
        let line = format!("ask native {session}");
        assert!(answer(&line, &mut Vec::new()).is_err(), "{line}");
    }
}
