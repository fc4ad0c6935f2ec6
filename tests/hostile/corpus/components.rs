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
    let doubled = (0..40).fold("(component $c0)".to_owned(), |inner, at| {
        let next = at + 1;
        format!("(component $c{next} {inner} (instance (instantiate $c{at})) (instance (instantiate $c{at})))")
    });
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
        Case::not_loaded("2^40 instances", Source::Text(doubled), &["invalid"]),
        Case::not_loaded(
            "the module without its component",
            Source::Bytes(Guest::good().module()),
            &["core-module"],
        ),
        Case::not_loaded("nothing", Source::Bytes(vec![]), &["not-wasm"]),
        Case::not_loaded("33 MiB", Source::Bytes(vec![0; 33 << 20]), &["too-large"]),
    ]
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
