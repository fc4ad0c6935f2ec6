//! Components that are no policies: refused before any of their code runs.

use countersign_test_guests::{Guest, Place};

use super::{Case, Source};

/// The contract's functions, each with the line that declares it.
const FUNCTIONS: [(&str, &str); 5] = [
    ("describe", "export describe: func() -> description;"),
    (
        "configure",
        "export configure: func(settings: string) -> result<_, list<settings-error>>;",
    ),
    (
        "constrain",
        "export constrain: func(endpoint: endpoint, available: offer) -> offer;",
    ),
    (
        "judge-parameters",
        "export judge-parameters: func(session: session) -> verdict;",
    ),
    (
        "judge-peer",
        "export judge-peer: func(session: session) -> verdict;",
    ),
];

/// Imports of the world outside, as components write them.
const IMPORTS: [&str; 8] = [
    r#"(import "wasi:cli/environment@0.2.0" (instance))"#,
    r#"(import "wasi:clocks/wall-clock@0.2.0" (instance))"#,
    r#"(import "wasi:filesystem/preopens@0.2.0" (instance))"#,
    r#"(import "wasi:random/random@0.2.0" (instance))"#,
    r#"(import "wasi:sockets/tcp@0.2.0" (instance))"#,
    r#"(import "wasi:http/outgoing-handler@0.2.0" (instance))"#,
    r#"(import "countersign:policy/secrets@0.1.0" (instance))"#,
    r#"(import "run" (func))"#,
];

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = memories();
    // Proposals that no policy needs: what they can do besides is nobody's worry then.
    for name in ["wait", "throw", "allocate-objects"] {
        let guest = Guest::named(name).acting_in(Place::In("judge-peer"));
        cases.push(Case::not_loaded(name, Source::Guest(guest), &["invalid"]));
    }
    for (function, line) in FUNCTIONS {
        let without = Guest::good().part(function, "").with_contract(line, "");
        cases.push(Case::not_loaded(
            format!("without {function}"),
            Source::Guest(without),
            &["wrong-world"],
        ));
        cases.push(Case::not_loaded(
            format!("{function} of another type"),
            Source::Guest(retyped(function, line)),
            &["wrong-types"],
        ));
    }
    for import in IMPORTS {
        let text = format!("(component {import})");
        cases.push(Case::not_loaded(
            import,
            Source::Text(text),
            &["forbidden-import"],
        ));
    }
    cases.extend(shapes());
    cases.extend(bombs());
    cases
}

/// Memories and tables that no policy has.
fn memories() -> Vec<Case> {
    let mut guests: Vec<_> = ["memory64", "shared-memory", "two-memories"]
        .map(|name| (name.to_owned(), Guest::named(name)))
        .into();
    guests.push((
        "4 GiB of memory".to_owned(),
        Guest::named("large-memory").put("pages", 65_536),
    ));
    let tables = Guest::named("large-table")
        .put("first", 1_000_000_000)
        .put("second", 1);
    guests.push(("a table of 10^9".to_owned(), tables));
    let case = |(name, guest)| Case::not_loaded(name, Source::Guest(guest), &["invalid"]);
    guests.into_iter().map(case).collect()
}

/// The same function, answering with one number.
fn retyped(function: &str, line: &str) -> Guest {
    let (declared, _) = line.split_once("->").expect("every function answers");
    let parameters = match function {
        "describe" => "",
        "configure" => "(param i32 i32)",
        "constrain" => "(param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)",
        _ => "(param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)",
    };
    let answer = format!("(func (export \"{function}\") {parameters} (result i32) (i32.const 1))");
    Guest::good()
        .part(function, answer)
        .with_contract(line, &format!("{declared} -> u32;"))
}

/// Components within components, modules, and what is neither.
fn shapes() -> Vec<Case> {
    let policy = Guest::good().component();
    // A component section (4) with the policy in it: whole, but one level too deep.
    let mut nested = b"\0asm\x0d\0\x01\0\x04".to_vec();
    nested.extend(leb128(policy.len()));
    nested.extend(&policy);
    let cut = policy[..policy.len() / 2].to_vec();
    vec![
        Case::not_loaded(
            "a policy in a component",
            Source::Bytes(nested),
            &["wrong-world"],
        ),
        Case::not_loaded(
            "half a policy",
            Source::Bytes(cut),
            &["invalid", "wrong-world"],
        ),
        Case::not_loaded(
            "the module without its component",
            Source::Bytes(Guest::good().module()),
            &["core-module"],
        ),
        Case::not_loaded("nothing", Source::Bytes(vec![]), &["not-wasm"]),
        Case::not_loaded("33 MiB", Source::Bytes(vec![0; 33 << 20]), &["too-large"]),
    ]
}

/// Few bytes that take all of the stack, the memory or the time of whoever reads or compiles them, unless he counts first.
fn bombs() -> Vec<Case> {
    let doubled = (1..=40).fold("(component $c0)".to_owned(), |before, at| {
        let made = format!("(instance (instantiate $c{}))", at - 1).repeat(2);
        format!("{before} (component $c{at} {made})")
    });
    let instances = format!("(component {doubled} (instance (instantiate $c40)))");
    let beside = format!("(component {})", "(component)".repeat(2_000));
    // Each is the type of an export of the next.
    let chained = (1..200).fold("(type $t0 (instance))".to_owned(), |before, at| {
        let export = r#"(export "x" (instance (type $before)))"#;
        let last = at - 1;
        format!(
            "{before} (type $t{at} (instance (alias outer 1 $t{last} (type $before)) {export}))"
        )
    });
    let tables = "(core instance (instantiate $m))".repeat(21);
    let cases = [
        (
            "800 types of instances within each other",
            types_within(0x42, 800),
        ),
        (
            "10^6 types of components within each other",
            types_within(0x41, 1_000_000),
        ),
        (
            "2,500 components within each other",
            components_within(2_500),
        ),
    ];
    let cases = cases.map(|(name, bytes)| (name, Source::Bytes(bytes)));
    let texts = [
        ("2^40 instances", instances),
        ("2,000 components beside each other", beside),
        (
            "200 types that refer to each other",
            format!("(component {chained})"),
        ),
        (
            "21 tables in as many instances",
            format!("(component (core module $m (table 1 funcref)) {tables})"),
        ),
    ];
    let texts = texts.map(|(name, text)| (name, Source::Text(text)));
    let loops = "(loop ".repeat(2_000) + &")".repeat(2_000);
    let variables = format!(
        "(local {}) {}",
        "i32 ".repeat(2_000),
        "(block)".repeat(2_000)
    );
    let functions = [
        ("2,000 loops within each other", loops),
        ("2,000 variables through as many blocks", variables),
    ];
    let functions = functions.map(|(name, body)| {
        let guest = Guest::good().part("bomb", format!("(func {body})"));
        (name, Source::Guest(guest))
    });
    let all = cases.into_iter().chain(texts).chain(functions);
    all.map(|(name, source)| Case::not_loaded(name, source, &["invalid"]))
        .collect()
}

/// A component without sections.
const EMPTY: &[u8] = b"\0asm\x0d\0\x01\0";

/// A section (7) of one type, which has one declaration (1), which is a type of the same kind (component model, "Binary Format").
fn types_within(kind: u8, levels: usize) -> Vec<u8> {
    let mut types = vec![1];
    types.extend([kind, 1, 1].repeat(levels - 1));
    types.extend([kind, 0]);
    [EMPTY, &[7], &leb128(types.len()), &types].concat()
}

/// Each is all that the one around it has.
fn components_within(levels: usize) -> Vec<u8> {
    (0..levels).fold(EMPTY.to_vec(), |inner, _| {
        [EMPTY, &[4], &leb128(inner.len()), &inner].concat()
    })
}

/// An unsigned number as WebAssembly writes it.
fn leb128(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = (number & 0x7f) as u8;
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}
