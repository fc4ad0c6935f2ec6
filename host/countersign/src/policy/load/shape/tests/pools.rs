//! What is not refused here fits into pools of instances, however large: what loads does not depend on whether they could be had.

use crate::policy::{Engine, load::component};

use super::*;

/// Makes as much as is allowed, and one more, of what a component is made with.
fn assert_bound(what: &str, most: u64, text: impl Fn(u64) -> String) {
    let allowed = parse(&text(most));
    assert_eq!(refusal(&allowed), None, "{what}");
    assert_refused(&parse(&text(most + 1)), what);
    let engines = [Engine::new, Engine::on_demand].map(|engine| engine(Limits::default()));
    for engine in engines {
        let engine = engine.expect("an engine");
        let compiled = component::compile(engine.any_sandbox(), &allowed);
        assert!(compiled.is_ok(), "{what}: {:?}", compiled.err());
    }
}

fn instances_of(module: &str, count: u64) -> String {
    let made = "(core instance (instantiate $m))".repeat(count as usize);
    format!("(component (core module $m {module}) {made})")
}

#[test]
fn core_instances_tables_and_memories_have_bounds() {
    assert_bound("instances of modules", 40, |count| instances_of("", count));
    let tables = |count: u64| instances_of(&"(table 1 funcref)".repeat(count as usize), 1);
    assert_bound("tables", 20, tables);
    assert_bound("tables", 20, |count| {
        instances_of("(table 1 funcref)", count)
    });
    assert_bound("memories", 4, |count| instances_of("(memory 1)", count));
}

/// Between each two of them the runtime makes an instance of a module of its own.
#[test]
fn instances_of_the_runtime_have_room() {
    let component = |count: u64| {
        let first = r#"(component $first
            (core module $m (func (export "f"))) (core instance $i (instantiate $m))
            (func (export "f") (canon lift (core func $i "f"))))"#;
        let next = r#"(component $next (import "f" (func $f))
            (core func $g (canon lower (func $f)))
            (core module $m (import "" "g" (func $g)) (func (export "f") (call $g)))
            (core instance $i (instantiate $m (with "" (instance (export "g" (func $g))))))
            (func (export "f") (canon lift (core func $i "f"))))"#;
        let mut text = format!("{first} {next} (instance $i0 (instantiate $first))");
        for at in 1..count {
            let before = at - 1;
            let made = format!(
                r#"(instance $i{at} (instantiate $next (with "f" (func $i{before} "f"))))"#
            );
            text.push_str(&made);
        }
        format!("(component {text})")
    };
    assert_bound("instances of modules", 40, component);
}

/// As many as the bytes have room for that the host may need, beside the instance itself.
#[test]
fn what_an_instance_takes_beside_its_memory_has_a_bound() {
    const WHAT: &str = "bytes to keep account";
    let room = |each: u64| (BOOKKEEPING_BYTES_MAX - 1_024) / each;
    let globals = |count: u64| {
        let globals = "(global (mut v128) (v128.const i64x2 0 0))".repeat(count as usize);
        instances_of(&globals, 1)
    };
    assert_bound(WHAT, room(32), globals);
    let segments = |count: u64| {
        let segments = "(data \"x\")".repeat(count as usize);
        // The validator allows no more than 100,000 in one module.
        instances_of(&segments, 2)
    };
    assert_bound(WHAT, room(2 * 16) - 32, segments);
    // Each of them can be had by reference, too.
    let imports = |count: u64| {
        let each = |text: fn(u64) -> String| (0..count).map(text).collect::<String>();
        let exports = each(|at| format!("(export \"{at}\")"));
        let imports = each(|at| format!("(import \"\" \"{at}\" (func))"));
        let elements = each(|at| format!("{at} "));
        format!(
            r#"(component
                (core module $f (func {exports})) (core instance $f (instantiate $f))
                (core module $m {imports} (elem declare func {elements}))
                (core instance (instantiate $m (with "" (instance $f)))))"#
        )
    };
    let imports_max = (BOOKKEEPING_BYTES_MAX - 2 * 1_024 - 32 - 16) / 80;
    assert_bound(WHAT, imports_max, imports);
}

/// Each is a function of a module of the runtime's, with all that it needs to convert strings.
#[test]
fn functions_between_components_have_a_bound() {
    let component = |count: u64| {
        let memory = r#"(core module $m (memory (export "m") 1)
              (func (export "r") (param i32 i32 i32 i32) (result i32) unreachable)
              (func (export "f") (param i32 i32) (result i32) unreachable))
            (core instance $i (instantiate $m))"#;
        let options = r#"(memory (core memory $i "m")) (realloc (core func $i "r"))"#;
        let lowered =
            format!("(core func (canon lower (func $f) {options} string-encoding=utf16))");
        format!(
            r#"(component
                (component $a {memory}
                  (func (export "f") (param "s" string) (result string)
                    (canon lift (core func $i "f") {options})))
                (component $b (import "f" (func $f (param "s" string) (result string)))
                  {memory} {})
                (instance $a (instantiate $a))
                (instance $b (instantiate $b (with "f" (func $a "f")))))"#,
            lowered.repeat(count as usize)
        )
    };
    // Beside two instances of each kind, with a memory and two functions each, the type of a function each, and one that is lifted.
    let beside = 2 * (1_024 + 64 + 32 * 3 + 16) + 2_048;
    assert_bound(
        "bytes to keep account",
        (BOOKKEEPING_BYTES_MAX - beside) / 2_048,
        component,
    );
}
