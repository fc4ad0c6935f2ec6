//! Guests that know what the host adds to them.

use countersign::policy::{LoadError, Policy, PolicyOptions, PolicySource, Way};

use super::{Guest, Sandbox, assert_forgets, assert_forgets_all, hiding, once};

const LOOK: &str = "(i64.load (i32.const 150000))";
const LEAVE: &str = "(i64.store (i32.const 150000) (i64.const 77))";

fn with_export(name: &str) -> Guest {
    hiding(LOOK, LEAVE).part("export", format!(r#"(func (export "{name}"))"#))
}

/// A function that does nothing, under the name of the one that puts things back.
#[test]
fn a_module_that_has_the_hosts_export_already_is_not_rewound() {
    for (name, way) in [
        ("countersign-rewind", Way::Snapshot),
        ("countersign-rewind-0", Way::Rewound),
        ("countersign-Rewind", Way::Rewound),
        ("__wizer_memory_0", Way::Configured),
        ("__wizer_", Way::Configured),
    ] {
        assert_forgets(&with_export(name), way);
    }
}

#[test]
fn a_component_that_has_the_hosts_export_already_is_not_rewound() {
    for (name, way) in [
        ("countersign-rewind-0", Way::Snapshot),
        // Names of components that differ in case only are the same.
        ("countersign-REWIND-0", Way::Snapshot),
        ("countersign-rewind-1", Way::Rewound),
        // And that of the module.
        ("countersign-rewind", Way::Snapshot),
    ] {
        let world = format!(
            "package hostile:guest; world guest {{ export {name}: func(); include countersign:policy/policy@0.1.0; }}"
        );
        assert_forgets(&with_export(name).with_world(&world), way);
    }
}

/// What the library that makes snapshots adds.
#[test]
fn a_component_that_has_the_librarys_export_already_is_not_frozen() {
    let mut component = once(&with_export("f"));
    // `(instance)` and `(export "wasmtime:wizer/access" (instance 0))`: instance 0 is that of the contract's types.
    let name = b"wasmtime:wizer/access";
    component.extend([11, name.len() as u8 + 6, 1, 0, name.len() as u8]);
    component.extend(name);
    component.extend([5, 0, 0]);
    assert_forgets_all(&component, Way::Configured);
}

/// The library that makes snapshots takes all proposals for valid, and stops at what it does not know. The engine has none of
/// these: it is what refuses them.
#[test]
fn what_the_library_does_not_know_is_refused_like_anything_else() {
    let modules = [
        r#"(module (import "a" "b" (tag (param i32))))"#,
        r#"(module (tag (param i32)) (memory 1) (export "m" (memory 0)))"#,
        r#"(module (memory i64 1) (export "m" (memory 0)))"#,
    ];
    for module in modules {
        let text = format!("(component (core {}", module.trim_start_matches('(')) + ")";
        let component = wat::parse_str(&text).expect("it is a component, as text goes");
        let options = PolicyOptions::new();
        let source = PolicySource::Bytes(component);
        let loaded = Policy::load_with(&Sandbox::shared().engine, &source, &options);
        assert!(
            matches!(loaded, Err(LoadError::Invalid(_))),
            "{module}: {loaded:?}"
        );
        Sandbox::shared().assert_unharmed();
    }
}
