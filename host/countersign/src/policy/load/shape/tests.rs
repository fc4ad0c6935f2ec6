use std::fmt::Write as _;

use super::*;

fn parse(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap_or_else(|error| panic!("{error}"))
}

fn refusal(component: &[u8]) -> Option<String> {
    check_structure(component, &Limits::default()).err()
}

fn assert_refused(component: &[u8], because: &str) {
    let refusal = refusal(component);
    assert!(
        refusal.as_deref().is_some_and(|it| it.contains(because)),
        "{refusal:?}"
    );
}

/// As the binary format has it (component model, "Binary Format"): a preamble, and a section of this number.
fn section(number: u8, body: &[u8]) -> Vec<u8> {
    let mut component = b"\0asm\x0d\0\x01\0".to_vec();
    component.push(number);
    wasm_encoder::Encode::encode(body, &mut component);
    component
}

/// Types with one declaration each, which is the next type. The text format would end the stack of who reads it.
fn types_within(kind: u8, levels: usize) -> Vec<u8> {
    let mut types = vec![1];
    types.extend([kind, 1, 1].repeat(levels - 1));
    types.extend([kind, 0]);
    section(7, &types)
}

fn components_within(levels: usize) -> Vec<u8> {
    (0..levels).fold(parse("(component)"), |inner, _| section(4, &inner))
}

#[test]
fn types_stand_within_each_other_up_to_a_bound() {
    for kind in [0x41, 0x42] {
        assert_eq!(refusal(&types_within(kind, NESTING_MAX)), None);
        for levels in [NESTING_MAX + 1, 800, 1_000_000] {
            assert_refused(&types_within(kind, levels), "33 types around one");
        }
    }
}

/// The same where there is more around than that: all kinds of declarations before, and another component.
#[test]
fn types_are_found_wherever_they_stand() {
    let mut text = "(type (instance))".to_owned();
    for kind in ["instance", "component"].repeat(NESTING_MAX / 2 - 1) {
        text = format!(
            r#"(type ({kind}
                (core type (module (type (func)) (import "a" "b" (func)) (export "c" (memory 1))))
                (type $record (record (field "x" (list string))))
                (export "r" (type (eq $record)))
                (type $resource (func (param "p" u8) (result (tuple u8 u16))))
                (alias outer 0 $record (type))
                {text}))"#
        );
    }
    let deepest = |text: String| parse(&format!("(component (component {text}))"));
    assert_eq!(refusal(&deepest(text.clone())), None);
    text = format!("(type (component (import \"i\" (func)) {text}))");
    assert_eq!(refusal(&deepest(text.clone())), None);
    text = format!("(type (component (import \"i\" (func)) {text}))");
    assert_refused(&deepest(text), "33 types around one");
}

#[test]
fn types_next_to_each_other_are_not_within_each_other() {
    let text = "(type (instance (type (component)) (type (instance))))".repeat(1_000);
    assert_eq!(refusal(&parse(&format!("(component {text})"))), None);
}

#[test]
fn components_stand_within_each_other_up_to_a_bound() {
    assert_eq!(refusal(&components_within(NESTING_MAX)), None);
    for levels in [NESTING_MAX + 1, 2_000] {
        assert_refused(&components_within(levels), "33 components around one");
    }
}

#[test]
fn components_next_to_each_other_are_counted() {
    let all = |count: u64| {
        parse(&format!(
            "(component {})",
            "(component)".repeat(count as usize)
        ))
    };
    assert_eq!(refusal(&all(COMPONENTS_MAX - 1)), None);
    assert_refused(&all(COMPONENTS_MAX), "501 components, more than the 500");
}

/// What an instance of a component comes to.
fn totals(text: &str) -> Totals {
    let bytes = parse(text);
    let mut shape = Shape::default();
    let mut last = Totals::default();
    for payload in Parser::new(0).parse_all(&bytes) {
        match payload.expect("it is well-formed") {
            Payload::Version { encoding, .. } => shape.open(encoding).expect("few"),
            Payload::End(_) => {
                last = shape.open.last().expect("it is open").totals;
                shape.close().expect("few");
            }
            payload => shape.take(&payload).expect("it can be counted"),
        }
    }
    last
}

#[test]
fn instances_are_counted_at_every_depth() {
    assert_eq!(totals("(component)").instances, 0);
    let inner = "(component $a) (instance (instantiate $a))";
    assert_eq!(totals(&format!("(component {inner})")).instances, 1);
    // Two, each with another in it.
    let twice = format!(
        "(component (component $b {inner}) (instance (instantiate $b)) (instance (instantiate $b)))"
    );
    assert_eq!(totals(&twice).instances, 4);
}

/// A component that is named by those beside it, and those by the next: each doubles what was there.
#[test]
fn components_with_several_names_are_counted_by_each() {
    let doubling = |times: u32| {
        let mut text = "(component $c0)".to_owned();
        for at in 0..times {
            let next = at + 1;
            let made = format!("(instance (instantiate $c{at}))").repeat(2);
            write!(text, "(component $c{next} {made})").expect("it is a string");
        }
        format!("(component {text} (instance (instantiate $c{times})))")
    };
    // 1 + 2 + 4 + ...
    assert_eq!(totals(&doubling(9)).instances, 1_023);
    assert_eq!(refusal(&parse(&doubling(9))), None);
    assert_refused(&parse(&doubling(10)), "2047 instances of components");
    assert_refused(&parse(&doubling(100)), &format!("{} instances", u64::MAX));
}

#[test]
fn components_and_modules_by_new_names_are_the_same() {
    let module = "(core module $m (table 1 funcref))";
    let exported = format!(
        r#"(component (component $a {module} (core instance (instantiate $m)))
             (export $b "b" (component $a)) (instance (instantiate $b)))"#
    );
    assert_eq!(totals(&exported).tables, 1);
    let exported = format!(
        r#"(component {module} (export $n "n" (core module $m)) (core instance (instantiate $n)))"#
    );
    assert_eq!(totals(&exported).tables, 1);
    let outer = format!(
        "(component {module} (component $a (core instance (instantiate $m))) (instance (instantiate $a)))"
    );
    assert_eq!(totals(&outer).tables, 1);
}

#[test]
fn what_is_handed_on_cannot_be_counted() {
    for text in [
        r#"(import "c" (component))"#,
        r#"(component (import "m" (core module)))"#,
        r#"(component $a (component $b) (export "b" (component $b)))
           (instance $a (instantiate $a)) (alias export $a "b" (component))"#,
        r#"(component $a (core module $b) (export "b" (core module $b)))
           (instance $a (instantiate $a)) (alias export $a "b" (core module))"#,
    ] {
        let component = parse(&format!("(component {text})"));
        assert_refused(&component, "it passes modules or components");
    }
}

/// The runtime counts tables and memories itself.
#[test]
fn tables_and_memories_are_those_of_the_runtime() {
    let text = r#"(component
        (core module $t (table 1 funcref) (table 2 funcref))
        (core module $m (memory 1) (table 1 funcref) (func (export "f")))
        (component $both
          (core instance (instantiate $t)) (core instance (instantiate $m)) (core instance (instantiate $t)))
        (core module $unused (memory 1))
        (component $unused_too (core instance (instantiate $m)))
        (instance (instantiate $both))
        (component $around (core instance (instantiate $m)) (instance (instantiate $both)))
        (instance (instantiate $around)))"#;
    let counted = totals(text);
    let engine = wasmtime::Engine::default();
    let component = wasmtime::component::Component::new(&engine, parse(text));
    let required = component.expect("it compiles").resources_required();
    let required = required.expect("it imports no modules");
    assert_eq!(counted.tables, u64::from(required.num_tables));
    assert_eq!(counted.memories, u64::from(required.num_memories));
    assert_eq!(counted.core_instances, 7);
}

#[test]
fn garbage_counts_nothing() {
    for bytes in [
        &b""[..],
        b"\0asm\x0d\0\x01\0\x05",
        b"\0asm\x0d\0\x01\0\x05\xff\xff\xff\xff\xff\xff",
        // Ends that nothing began, and types without an end.
        b"\0asm\x0d\0\x01\0\x0b\x0b",
        b"\0asm\x0d\0\x01\0\x07\x04\x01\x41\x02\x07",
    ] {
        assert_eq!(refusal(bytes), None);
        assert!(check_bodies(bytes).is_ok());
    }
    // More types than there are bytes.
    assert_refused(
        b"\0asm\x0d\0\x01\0\x07\x05\xff\xff\xff\xff\x0f",
        "bytes to keep account",
    );
}

#[test]
fn the_default_policy_stays_far_below() {
    let default = include_bytes!("../../../../../../policy-guest/default/countersign-default.wasm");
    let limits = Limits {
        function_bytes_max: Limits::default().function_bytes_max / 4,
        ..Limits::default()
    };
    assert!(check(default, &limits).is_ok());
    assert!(check_bodies(default).is_ok());
}

#[test]
fn a_module_has_one_memory_of_its_own() {
    let refused =
        |module: &str| refusal(&parse(&format!("(component (core module {module}))"))).is_some();
    assert!(!refused("(memory 1)"));
    assert!(!refused(r#"(import "" "" (memory 1)) (memory 1)"#));
    assert!(refused("(memory 1) (memory 1)"));
}

#[test]
fn the_largest_function_counts_wherever_it_is() {
    // A body is its size, its locals, its instructions and the end: 1 + 10 + 1 bytes here, the size left out.
    let module = format!("(core module (func) (func {}))", "nop ".repeat(10));
    for text in [
        format!("(component {module})"),
        format!("(component (core module) (component {module}))"),
    ] {
        let bytes = parse(&text);
        let limit = |function_bytes_max| Limits {
            function_bytes_max,
            ..Limits::default()
        };
        assert!(check(&bytes, &limit(12)).is_ok());
        assert!(check(&bytes, &limit(11)).is_err());
    }
}

fn bodies_are_refused(module: &str) -> bool {
    check_bodies(&parse(&format!("(component (core module {module}))"))).is_err()
}

#[test]
fn loops_of_all_functions_are_counted() {
    let nested = |loops| format!("(func {} {})", "(loop ".repeat(loops), ")".repeat(loops));
    let beside = |loops| format!("(func {})", "(loop) ".repeat(loops));
    for loops in [nested, beside] as [fn(usize) -> String; 2] {
        assert!(!bodies_are_refused(&loops(1_000)));
        assert!(bodies_are_refused(&loops(1_001)));
    }
    // 600² + 800² = 1,000²
    assert!(!bodies_are_refused(&format!(
        "{} {}",
        nested(600),
        beside(800)
    )));
    assert!(bodies_are_refused(&format!(
        "{} {}",
        nested(600),
        beside(801)
    )));
}

#[test]
fn local_variables_are_counted_times_branches() {
    let function = |locals: usize, branches: &str, count: usize| {
        let locals = "i32 ".repeat(locals);
        format!("(func (local {locals}) {})", branches.repeat(count))
    };
    for branch in [
        "(block)",
        "(loop)",
        "(br 0)",
        "(br_if 0 (i32.const 0))",
        "(br_table 0 0 0 (i32.const 0))",
        "(return)",
        "(unreachable)",
    ] {
        // The loops alone are not too many.
        assert!(
            !bodies_are_refused(&function(2_000, branch, 500)),
            "{branch}"
        );
        assert!(
            bodies_are_refused(&function(2_001, branch, 500)),
            "{branch}"
        );
    }
    let either = "(if (i32.const 0) (then) (else))";
    assert!(!bodies_are_refused(&function(2_000, either, 250)));
    assert!(bodies_are_refused(&function(2_001, either, 250)));
}

/// What is passed to a function, or to a block, is a variable of it.
#[test]
fn parameters_and_results_are_local_variables() {
    let function = |passed: usize| {
        let (parameters, blocks) = ("i32 ".repeat(passed), "(block)".repeat(1_000));
        format!("(func (param {parameters}) (local i32) {blocks})")
    };
    assert!(!bodies_are_refused(&function(999)));
    assert!(bodies_are_refused(&function(1_000)));
    let ty = format!("(type (func (param {0}) (result {0})))", "i32 ".repeat(500));
    assert!(bodies_are_refused(&format!("{ty} {}", function(0))));
    // Of each module alone.
    let [small, large] = [function(0), ty].map(|module| format!("(core module {module})"));
    let both = parse(&format!("(component {large} {small})"));
    assert!(check_bodies(&both).is_ok());
}

mod pools;
