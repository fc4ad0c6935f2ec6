//! The limits that are not about time or memory, each from both sides.

mod refused;

use std::{collections::BTreeSet, fs, path::Path};

use countersign::policy::{
    CallError, Engine, Limits, LoadError, OutputError, Policy, PolicySource,
};

use super::{
    guest::{Guest, Load as _, Place, load},
    sandbox::{Outcome, Sandbox},
};

/// The names of all limits.
fn names() -> Vec<String> {
    let shown = format!("{:#?}", Limits::default());
    let fields = shown.lines().filter_map(|line| line.split_once(':'));
    fields.map(|(name, _)| name.trim().to_owned()).collect()
}

/// The names of all tests in this program.
fn tests() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/policy_engine");
    let files = fs::read_dir(folder).expect("the tests are there");
    let texts = files.map(|file| fs::read_to_string(file.expect("a file").path()));
    // What cannot be read as a text is a folder.
    let names = texts.filter_map(Result::ok).flat_map(|text| {
        let functions = text.lines().filter_map(|line| line.strip_prefix("fn "));
        let named = functions.filter_map(|line| line.strip_suffix("() {"));
        named.map(ToOwned::to_owned).collect::<Vec<_>>()
    });
    names.collect()
}

#[test]
fn every_limit_is_tested_from_both_sides() {
    let (names, tests) = (names(), tests());
    assert!(
        names.contains(&"settings_bytes_max".to_owned()),
        "{names:?}"
    );
    for name in names {
        let both = format!("{name}_obeyed_and_violated");
        let each = [format!("{name}_obeyed"), format!("{name}_violated")];
        // What it is that is violated may stand behind.
        let begins = |start: &String| tests.iter().any(|test| test.starts_with(start));
        assert!(tests.contains(&both) || each.iter().all(begins), "{name}");
    }
}

fn load_error(sandbox: &Sandbox, component: Vec<u8>) -> String {
    let error = load(&sandbox.engine, component).expect_err("it is refused");
    sandbox.assert_unharmed();
    error.to_string()
}

#[test]
fn component_bytes_max_obeyed_and_violated() {
    let component = Guest::good().component();
    let bytes = component.len();
    let exact = Sandbox::with(|limits| limits.component_bytes_max = bytes);
    assert!(load(&exact.engine, component.clone()).is_ok());
    let mut longer = component;
    // An empty custom section: id 0, two bytes, of which one is the length of its name.
    longer.extend([0, 2, 1, b'x']);
    assert!(load(&Sandbox::shared().engine, longer.clone()).is_ok());
    assert_eq!(
        load_error(&exact, longer),
        format!("the component is larger than the {bytes} bytes allowed")
    );
}

#[test]
fn settings_bytes_max_obeyed_and_violated() {
    let sandbox = Sandbox::with(|limits| limits.settings_bytes_max = 10);
    let source = PolicySource::Bytes(Guest::good().component());
    let load = |settings: &str| Policy::load(&sandbox.engine, &source, settings);
    assert!(load("{        }").is_ok());
    assert!(matches!(
        load("{         }"),
        Err(LoadError::SettingsTooLarge { bytes_max: 10 })
    ));
}

fn note(message_bytes: usize) -> Guest {
    Guest::named("approve-with-finding")
        .bytes("code", "a.b")
        .put("severity", 0)
        .bytes("message", "x".repeat(message_bytes))
}

#[test]
fn string_bytes_max_obeyed_and_violated() {
    let sandbox = Sandbox::shared();
    let bytes_max = sandbox.engine.limits().string_bytes_max;
    let verdict = sandbox.judge(&note(bytes_max)).expect("it is short enough");
    assert_eq!(verdict.findings()[0].message.len(), bytes_max);
    let bytes = bytes_max + 1;
    assert_eq!(
        sandbox.judge(&note(bytes)),
        Err(OutputError::StringTooLong { bytes, bytes_max }.into())
    );
}

fn findings(count: usize) -> Guest {
    Guest::named("many-findings")
        .put("pages", 4)
        .put("count", count)
        .put("bytes", 64)
}

#[test]
fn findings_max_obeyed_and_violated() {
    let sandbox = Sandbox::shared();
    let max = sandbox.engine.limits().findings_max;
    let verdict = sandbox.judge(&findings(max)).expect("they are few enough");
    assert_eq!(verdict.findings().len(), max);
    let count = max + 1;
    assert_eq!(
        sandbox.judge(&findings(count)),
        Err(OutputError::TooManyFindings { count, max }.into())
    );
}

#[test]
fn output_bytes_max_obeyed_and_violated() {
    const MESSAGE_BYTES: usize = 100_000;
    let judge = |output_bytes_max| {
        let sandbox = Sandbox::with(|limits| {
            limits.output_bytes_max = output_bytes_max;
            limits.string_bytes_max = MESSAGE_BYTES;
        });
        sandbox.judge(&note(MESSAGE_BYTES))
    };
    // Beside the message there are a code of three bytes and the records that hold them.
    assert!(judge(MESSAGE_BYTES + 1_000).is_ok());
    assert!(matches!(
        judge(MESSAGE_BYTES),
        Err(CallError::Output(OutputError::Malformed(_)))
    ));
}

#[test]
fn fact_reads_max_obeyed_and_violated() {
    let sandbox = Sandbox::with(|limits| limits.fact_reads_max = 100);
    let reading = |times: i64| {
        let guest = Guest::named("read-server-name").put("times", times);
        sandbox.outcome(&guest.acting_in(Place::In("judge-peer")))
    };
    let stopped = CallError::Trap("it read facts too often".to_owned());
    assert_eq!(reading(100), Outcome::Fine);
    for times in [101, -1] {
        assert_eq!(
            reading(times),
            Outcome::Failed("judge-peer", stopped.clone())
        );
    }
}

/// WebAssembly core specification, "Code Section": a body is the number of its locals, its instructions and an end. `nop` is
/// one byte.
#[test]
fn function_bytes_max_obeyed_and_violated() {
    const NOPS: usize = 1_000;
    let function = format!("(func {})\n", "nop ".repeat(NOPS));
    let component = Guest::good().part("long", function).component();
    let bytes = 1 + NOPS + 1;
    let exact = Sandbox::with(|limits| limits.function_bytes_max = bytes);
    assert!(load(&exact.engine, component.clone()).is_ok());
    let bytes_max = bytes - 1;
    let below = Sandbox::with(|limits| limits.function_bytes_max = bytes_max);
    assert_eq!(
        load_error(&below, component),
        format!(
            "not a valid component: one of its functions has {bytes} bytes, more than the {bytes_max} allowed"
        )
    );
}

/// Every number of these can be counted to, and every number of bytes can be had.
#[test]
fn everything_is_finite_by_default() {
    let shown = format!("{:#?}", Limits::default());
    let values = shown.lines().filter_map(|line| line.split_once(": "));
    let values: Vec<u64> = values
        .map(|(_, value)| value.trim_end_matches(',').parse().expect("a number"))
        .collect();
    assert_eq!(values.len(), names().len());
    assert!(
        values.iter().all(|&value| 0 < value && value <= 64 << 20),
        "{values:?}"
    );
}

/// Those that may be zero refuse what comes, and do not bring the host down.
#[test]
fn limits_of_zero_refuse_instead_of_panicking() {
    let mut limits = Limits::default();
    limits.component_bytes_max = 0;
    limits.settings_bytes_max = 0;
    limits.table_elements_max = 0;
    limits.output_bytes_max = 0;
    limits.findings_max = 0;
    limits.string_bytes_max = 0;
    limits.function_bytes_max = 0;
    let engine = Engine::new(limits).expect("none of these is needed for an engine");
    assert!(Guest::good().load(&engine).is_err());
    limits.component_bytes_max = Limits::default().component_bytes_max;
    let engine = Engine::new(limits).expect("none of these is needed for an engine");
    assert!(Guest::good().load(&engine).is_err());
}

#[test]
fn the_longest_deadline_is_no_deadline_in_the_past() {
    let sandbox = Sandbox::with(|limits| {
        limits.deadline_ms = u64::MAX;
        limits.load_deadline_ms = u64::MAX;
    });
    assert_eq!(sandbox.outcome(&Guest::good()), Outcome::Fine);
}
