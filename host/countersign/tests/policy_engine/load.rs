//! What is refused before any of its code runs, and in which words.

use std::{collections::BTreeSet, fs, path::Path};

use countersign::policy::{LoadError, Policy, PolicySource};

use super::{
    guest::{Guest, Load as _, Place, load},
    sandbox::{ENDS_WITHIN, Sandbox, assert_good, within},
};

/// A world with an import of the guest's own.
fn world_with(import: &str, packages: &str) -> String {
    format!(
        "package hostile:guest; world guest {{ import {import}; include countersign:policy/policy@0.1.0; }} {packages}"
    )
}

fn refused(guest: &Guest) -> LoadError {
    refused_bytes(guest.component())
}

fn refused_bytes(component: Vec<u8>) -> LoadError {
    let sandbox = Sandbox::shared();
    let engine = sandbox.engine.clone();
    let result = within(ENDS_WITHIN, move || load(&engine, component));
    sandbox.assert_unharmed();
    let error = result.expect_err("it is refused");
    let shown = error.to_string();
    assert!(!shown.contains(|c: char| c.is_control()), "{shown:?}");
    assert!(shown.len() < 2_000, "{} bytes of message", shown.len());
    error
}

#[test]
fn what_is_not_webassembly() {
    for bytes in [
        &b""[..],
        b"\0",
        b"\0as",
        b"{ \"policy\": 1 }",
        b"\x7fELF",
        &[0; 4096],
    ] {
        let error = refused_bytes(bytes.to_vec());
        assert!(matches!(error, LoadError::NotWasm), "{error:?}");
    }
    assert!(matches!(
        refused_bytes(b"\0asm".to_vec()),
        LoadError::Invalid(_)
    ));
    // Version 2 of a core module, and a layer that there is not.
    for bytes in [*b"\0asm\x02\0\0\0", *b"\0asm\x0d\0\x07\0"] {
        assert!(matches!(
            refused_bytes(bytes.to_vec()),
            LoadError::Invalid(_)
        ));
    }
}

#[test]
fn a_core_module_is_told_from_a_component() {
    let error = refused_bytes(Guest::good().module());
    assert!(matches!(error, LoadError::CoreModule), "{error:?}");
    assert!(matches!(
        refused_bytes(b"\0asm\x01\0\0\0".to_vec()),
        LoadError::CoreModule
    ));
}

#[test]
fn an_empty_component_is_no_policy() {
    let error = refused_bytes(b"\0asm\x0d\0\x01\0".to_vec());
    assert!(
        matches!(
            error,
            LoadError::WrongWorld {
                missing: "describe"
            }
        ),
        "{error:?}"
    );
}

#[test]
fn every_cut_of_a_component_is_refused() {
    let component = Guest::good().component();
    let engine = Sandbox::shared().engine.clone();
    within(6 * ENDS_WITHIN, move || {
        for len in 0..component.len() {
            let cut = component[..len].to_vec();
            // Between two sections a cut leaves a component. Without its last sections, which only tell people who
            // made it, it is even a policy, and as good as before.
            if let Ok(policy) = load(&engine, cut) {
                assert_good(&policy);
            }
        }
    });
    Sandbox::shared().assert_unharmed();
}

#[test]
fn the_hosts_environment_cannot_be_imported() {
    let wasi = "package wasi:cli@0.2.0 { interface environment {
        get-environment: func() -> list<tuple<string, string>>; } }";
    let guest = Guest::named("import-environment")
        .with_world(&world_with("wasi:cli/environment@0.2.0", wasi));
    match refused(&guest) {
        LoadError::ForbiddenImport { import } => assert_eq!(import, "wasi:cli/environment@0.2.0"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn other_imports_of_any_kind_are_forbidden() {
    let imports = [
        r#"(import "f" (func))"#,
        r#"(import "countersign:policy/facts" (instance))"#,
        r#"(import "countersign:policy/secrets@0.1.0" (instance))"#,
        r#"(import "countersign:policyx/facts@0.1.0" (instance))"#,
        r#"(import "x:countersign/facts@0.1.0" (instance))"#,
        r#"(import "m" (core module))"#,
        r#"(import "c" (component))"#,
        r#"(import "t" (type (sub resource)))"#,
        r#"(import "url=<https://example.com/a.wasm>" (core module))"#,
        r#"(import "unlocked-dep=<countersign:policy>" (component))"#,
    ];
    for import in imports {
        let error = refused_bytes(component(import));
        let is_forbidden = matches!(
            error,
            LoadError::ForbiddenImport { .. } | LoadError::Invalid(_)
        );
        assert!(is_forbidden, "{import}: {error:?}");
    }
}

#[test]
fn facts_that_the_contract_does_not_have_cannot_be_imported() {
    let guest = Guest::named("import-yesterday")
        .put("version", "0.1.0")
        .with_contract(
            "today: func() -> u32;",
            "today: func() -> u32; yesterday: func() -> u32;",
        );
    let error = refused(&guest);
    assert!(matches!(error, LoadError::WrongTypes(_)), "{error:?}");
}

#[test]
fn the_contracts_names_stand_for_nothing_else() {
    let imports = [
        r#"(import "countersign:policy/types@0.1.0" (func))"#,
        r#"(import "countersign:policy/facts@0.1.0" (func))"#,
        r#"(import "countersign:policy/types@0.1.0" (instance (export "f" (func))))"#,
        r#"(import "countersign:policy/types@0.1.0" (instance (export "today" (func (result u32)))))"#,
        r#"(import "countersign:policy/facts@0.1.0" (instance (export "today" (func (result u64)))))"#,
        r#"(import "countersign:policy/facts@0.1.0" (instance (export "today" (func (param "a" u32) (result u32)))))"#,
        r#"(import "countersign:policy/facts@0.1.0" (instance (export "spy" (type (sub resource)))))"#,
        r#"(import "countersign:policy/facts@0.1.0" (instance (export "inner" (instance (export "f" (func))))))"#,
        r#"(import "countersign:policy/facts@0.1.0" (instance (export "m" (core module))))"#,
    ];
    let exports = exports_of_no_function();
    let without = refused_bytes(component(&exports)).to_string();
    for import in imports {
        let error = refused_bytes(component(&format!("{import} {exports}")));
        assert!(
            matches!(error, LoadError::WrongTypes(_)),
            "{import}: {error:?}"
        );
        assert_ne!(
            error.to_string(),
            without,
            "{import}: it is the import that does not fit"
        );
    }
}

#[test]
fn another_version_of_the_contract_is_named() {
    for version in ["0.2.0", "0.1.1", "1.0.0", "0.1.0-rc.1"] {
        let guest = Guest::named("import-today")
            .put("version", version)
            .with_contract("policy@0.1.0", &format!("policy@{version}"));
        match refused(&guest) {
            LoadError::OtherContract { found } => assert!(found.ends_with(version), "{found}"),
            other => panic!("{version}: {other:?}"),
        }
    }
}

#[test]
fn a_missing_export_is_named() {
    let guest = Guest::named("without-judge-peer")
        .with_contract("export judge-peer: func(session: session) -> verdict;", "");
    let error = refused(&guest);
    assert!(
        matches!(
            error,
            LoadError::WrongWorld {
                missing: "judge-peer"
            }
        ),
        "{error:?}"
    );
}

#[test]
fn an_export_of_another_type_does_not_fit() {
    let guest = Guest::named("judge-peer-answers-yes").with_contract(
        "export judge-peer: func(session: session) -> verdict;",
        "export judge-peer: func(session: session) -> bool;",
    );
    assert!(matches!(refused(&guest), LoadError::WrongTypes(_)));
    // The order of fields and cases is part of a type, too.
    for (from, to) in [
        ("resumed: bool,", "resumed: u8,"),
        ("approve(list<finding>),", "approve-not(list<finding>),"),
        (
            "code: string,\n        /// How much it weighs.\n        severity: severity,\n        /// One sentence for",
            "severity: severity,\n code: string,\n /// One sentence for",
        ),
    ] {
        let error = refused(&Guest::good().with_contract(from, to));
        assert!(
            matches!(error, LoadError::WrongTypes(_)),
            "{from}: {error:?}"
        );
    }
}

#[test]
fn exports_of_another_kind_do_not_fit() {
    let error = refused_bytes(component(&exports_of_no_function()));
    assert!(matches!(error, LoadError::WrongTypes(_)), "{error:?}");
}

#[test]
fn extra_exports_are_tolerated() {
    let guest = Guest::named("spin").acting_in(Place::PostReturn("judge-peer"));
    assert!(guest.load(&Sandbox::shared().engine).is_ok());
}

/// Names are the guest's text, and errors quote them.
#[test]
fn what_an_error_quotes_cannot_steer_a_terminal() {
    let evil = r"\1b[2J\1b]0;root\07\e2\80\ae";
    let components = [
        format!(
            r#"(component (core module $m (import "{evil}" "x" (func))) (core instance (instantiate $m)))"#
        ),
        format!(
            r#"(component (core module $m (import "a" "{evil}" (func)))
            (core instance $a) (core instance (instantiate $m (with "a" (instance $a)))))"#
        ),
        format!(
            r#"(component (core module $m (func (export "{evil}")) (func (export "{evil}"))))"#
        ),
    ];
    for text in components {
        refused_bytes(wat::parse_str(&text).expect("it is a component, as text goes"));
    }
}

/// The longest name that WebAssembly engines accept has 100,000 bytes: too much for a line of a log.
#[test]
fn what_an_error_quotes_is_short() {
    let name = "a".repeat(90_000);
    let texts = [
        format!(
            r#"(component (core module $m (import "{name}" "x" (func))) (core instance (instantiate $m)))"#
        ),
        format!(r#"(component (import "{name}" (func)))"#),
    ];
    for text in texts {
        refused_bytes(wat::parse_str(&text).expect("it is a component, as text goes"));
    }
}

/// Each component contains the next one twice: a few lines that stand for 2^n instances.
#[test]
fn components_that_multiply_are_refused_in_time() {
    for depth in [8, 12, 16, 40] {
        let mut text =
            String::from("(component $c0 (core module $m) (core instance (instantiate $m)))");
        for at in 1..depth {
            let inner = at - 1;
            text = format!(
                "(component $c{at} {text} (instance (instantiate $c{inner})) (instance (instantiate $c{inner})))"
            );
        }
        let component = wat::parse_str(text).expect("it is a component, as text goes");
        let error = refused_bytes(component);
        assert!(
            matches!(error, LoadError::Invalid(_) | LoadError::WrongWorld { .. }),
            "{error:?}"
        );
    }
}

#[test]
fn components_within_components_within_components_are_refused() {
    let depth = 5_000;
    let mut bytes = b"\0asm\x0d\0\x01\0".to_vec();
    for _ in 0..depth {
        let mut outer = b"\0asm\x0d\0\x01\0\x04".to_vec();
        let mut len = bytes.len();
        while len >= 0x80 {
            outer.push((len & 0x7f) as u8 | 0x80);
            len >>= 7;
        }
        outer.push(len as u8);
        outer.extend(bytes);
        bytes = outer;
    }
    refused_bytes(bytes);
}

#[test]
fn an_endless_file_is_refused_by_its_size() {
    let sandbox = Sandbox::shared();
    let engine = sandbox.engine.clone();
    let source = PolicySource::File("/dev/zero".into());
    let result = within(ENDS_WITHIN, move || Policy::load(&engine, &source, "{}"));
    let bytes_max = sandbox.engine.limits().component_bytes_max;
    match result {
        Err(LoadError::ComponentTooLarge { bytes_max: told }) => assert_eq!(told, bytes_max),
        other => panic!("{other:?}"),
    }
}

#[test]
fn files_are_read_like_bytes_and_named_where_they_cannot_be() {
    let engine = &Sandbox::shared().engine;
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join("policy-engine-good.wasm");
    let component = Guest::good().component();
    fs::write(&path, &component).expect("the file can be written");
    let from_file = Policy::load(engine, &PolicySource::File(path), "{}").expect("it is good");
    let from_bytes = load(engine, component).expect("it is good");
    assert_eq!(from_file.digest(), from_bytes.digest());
    for missing in [folder.join("policy-engine-missing.wasm"), folder.to_owned()] {
        match Policy::load(engine, &PolicySource::File(missing.clone()), "{}") {
            Err(error @ LoadError::Unreadable { .. }) => {
                assert!(
                    error.to_string().contains(&*missing.to_string_lossy()),
                    "{error}"
                );
            }
            other => panic!("{other:?}"),
        }
    }
}

/// P7: the list of imports is the list of everything that the component can ever see.
#[test]
fn the_imports_are_exact() {
    let imports = |guest: &Guest| -> BTreeSet<String> {
        let policy = guest
            .load(&Sandbox::shared().engine)
            .expect("it is a policy");
        let imports: BTreeSet<_> = policy.imports().iter().cloned().collect();
        assert_eq!(
            imports.len(),
            policy.imports().len(),
            "nothing is listed twice"
        );
        imports
    };
    let set = |names: &[&str]| names.iter().map(ToString::to_string).collect();
    assert_eq!(imports(&Guest::good()), set(&[]));
    assert_eq!(
        imports(&Guest::named("read-today-and-port")),
        set(&["certificate.subject", "port", "today"])
    );
    let dropping = Guest::named("use-dropped-handle").acting_in(Place::In("judge-peer"));
    assert_eq!(
        imports(&dropping),
        set(&["certificate.subject", "peer-certificates"])
    );
}

fn component(text: &str) -> Vec<u8> {
    wat::parse_str(format!("(component {text})")).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The contract's names, none of them for a function.
fn exports_of_no_function() -> String {
    let names = [
        "describe",
        "configure",
        "constrain",
        "judge-parameters",
        "judge-peer",
    ];
    let exports = names.map(|name| format!(r#"(export "{name}" (instance $empty))"#));
    format!(
        "(component $c) (instance $empty (instantiate $c)) {}",
        exports.concat()
    )
}
