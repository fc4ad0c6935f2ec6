//! State in components that are put together from several modules, and in those that keep some themselves.

use countersign::policy::Way;

use super::{Sandbox, assert_forgets_all, judge_peer, load, told};

/// A component in the making: see `pair.wat`.
#[derive(Clone, Default)]
struct Pair<'a> {
    modules: &'a str,
    imports: &'a str,
    with: &'a str,
    configure: &'a str,
    look: &'a str,
    leave: &'a str,
}

impl Pair<'_> {
    fn component(&self, again: &str) -> Vec<u8> {
        let text = include_str!("pair.wat")
            .replace("{modules}", self.modules)
            .replace("{imports}", self.imports)
            .replace("{with}", self.with)
            .replace("{configure}", self.configure)
            .replace("{look}", self.look)
            .replace("{leave}", self.leave)
            .replace("{again}", again);
        wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}"))
    }

    /// What it leaves could be told, but never is; and this is how it runs.
    fn assert_forgets(&self, way: Way, because: &str) {
        let again = self.component("(local.set $found (call $look))");
        let once = self.component("");
        let [at_first, later] = [&once, &again].map(|component| {
            let policy = load(&Sandbox::shared().engine, component, Way::Configured);
            let verdict = judge_peer(&policy).result.expect("it answers");
            told(&verdict).to_owned()
        });
        assert_ne!(at_first, later, "it leaves nothing that it could find");
        let policy = assert_forgets_all(&once, way);
        let said = policy.execution().because.clone().unwrap_or_default();
        assert!(said.contains(because), "{said}");
    }
}

/// A module with a memory, a global and a count of its starts, all of it in reach of `$main`.
const OTHER: &str = r#"
    (core module $other
      (memory 1)
      (global $counter (mut i64) (i64.const 7))
      (data (i32.const 9) "image")
      (func (export "look") (result i64)
        (i64.add (global.get $counter) (i64.load (i32.const 9))))
      (func (export "leave")
        (global.set $counter (i64.add (global.get $counter) (i64.const 1)))
        (memory.fill (i32.const 0) (i32.const 0x11) (i32.const 65536)))
      (func (export "grow") (drop (memory.grow (i32.const 1))))
      (func (export "size") (result i64) (i64.extend_i32_u (memory.size))))
    (core instance $other (instantiate $other))"#;
const OTHER_IMPORTS: &str = r#"
    (import "other" "look" (func $other_look (result i64)))
    (import "other" "leave" (func $other_leave))
    (import "other" "grow" (func $grow))
    (import "other" "size" (func $size (result i64)))"#;
const WITH_OTHER: &str = r#"(with "other" (instance $other))"#;

fn with_other() -> Pair<'static> {
    Pair {
        modules: OTHER,
        imports: OTHER_IMPORTS,
        with: WITH_OTHER,
        look: "(call $other_look)",
        leave: "(call $other_leave)",
        ..Pair::default()
    }
}

#[test]
fn what_one_module_does_to_the_state_of_another_is_put_back() {
    let memory = Pair {
        look: "(i64.add (i64.load (i32.const 100000)) (i64.load (i32.const 16)))",
        leave: "(i64.store (i32.const 100000) (i64.const 5)) (i64.store (i32.const 16) (i64.const 5))",
        ..Pair::default()
    };
    memory.assert_forgets(Way::Rewound, "");
    let global = Pair {
        look: "(global.get $mine)",
        leave: "(global.set $mine (i64.const -1))",
        configure: "(global.set $mine (i64.const 12))",
        ..Pair::default()
    };
    global.assert_forgets(Way::Rewound, "");
    with_other().assert_forgets(Way::Rewound, "");
}

#[test]
fn memory_that_grew_in_any_module_ends_the_instance() {
    let pair = Pair {
        look: "(call $size)",
        leave: "(call $grow)",
        ..with_other()
    };
    pair.assert_forgets(Way::Rewound, "");
}

#[test]
fn start_functions_of_modules_have_run_when_it_is_put_back() {
    let starting = OTHER.replacen(
        "(func (export \"look\")",
        "(start $begin) (func $begin (global.set $counter (i64.const 1000)) (i32.store (i32.const 9) (i32.const 1)))
         (func (export \"look\")",
        1,
    );
    let pair = Pair {
        modules: &starting,
        ..with_other()
    };
    pair.assert_forgets(Way::Rewound, "");
}

#[test]
fn modules_that_are_never_instantiated_do_not_matter() {
    // They stand between the others, so that all numbers differ.
    let modules = format!(
        r#"(core module (memory (export "m") 1) (global (export "g") (mut i64) (i64.const 1)))
        {OTHER}
        (core module (func (export "f") (result f64) (f64.const 1)))"#
    );
    let pair = Pair {
        modules: &modules,
        ..with_other()
    };
    pair.assert_forgets(Way::Rewound, "");
}

#[test]
fn tables_that_modules_share_are_not_kept() {
    let pair = Pair {
        modules: r#"(core module $tables (table (export "table") 4 funcref))
            (core instance $tables (instantiate $tables))"#,
        imports: r#"(import "tables" "table" (table $t 4 funcref)) (elem declare func $leave)"#,
        with: r#"(with "tables" (instance $tables))"#,
        look: "(i64.extend_i32_u (ref.is_null (table.get $t (i32.const 1))))",
        leave: "(table.set $t (i32.const 1) (ref.func $leave))",
        ..Pair::default()
    };
    pair.assert_forgets(Way::Configured, "table.set");
}

#[test]
fn a_module_that_is_instantiated_twice_is_not_kept() {
    let twice = OTHER.replacen(
        "(core instance $other",
        "(core instance (instantiate $other)) (core instance $other",
        1,
    );
    let pair = Pair {
        modules: &twice,
        ..with_other()
    };
    pair.assert_forgets(Way::Configured, "at most once");
}

/// The same by another name: the component is its own outer one.
#[test]
fn a_module_with_two_names_is_not_kept() {
    let twice = OTHER.replacen(
        "(core instance $other",
        "(alias outer $self $other (core module $again)) (core instance (instantiate $again)) (core instance $other",
        1,
    );
    let pair = Pair {
        modules: &twice,
        ..with_other()
    };
    pair.assert_forgets(Way::Configured, "alias");
}

#[test]
fn a_module_whose_state_cannot_be_read_is_not_kept() {
    let fixed = OTHER.replacen("(memory 1)", "(memory 1 1)", 1);
    let pair = Pair {
        modules: &fixed,
        ..with_other()
    };
    pair.assert_forgets(Way::Configured, "");
    // It has no exports, and its start function changes what it has through the memory of another.
    let hidden = r#"(core module $hidden
          (import "state" "mine" (global $mine (mut i64)))
          (global $count (mut i64) (i64.const 2))
          (func $begin (global.set $mine (global.get $count)) (global.set $count (i64.const 3)))
          (start $begin))
        (core instance (instantiate $hidden (with "state" (instance $state))))"#;
    let pair = Pair {
        modules: hidden,
        look: "(global.get $mine)",
        leave: "(global.set $mine (i64.const -1))",
        ..Pair::default()
    };
    pair.assert_forgets(Way::Configured, "no exports");
}

#[test]
fn components_within_are_kept_only_if_there_is_nothing_in_them() {
    let within =
        |inner: &str| format!("(component $inner {inner}) (instance (instantiate $inner)) {OTHER}");
    let cases = [
        (r#"(type (record (field "a" u8)))"#, Way::Rewound, ""),
        (r#"(core module)"#, Way::Configured, "nested"),
        (
            r#"(core module $m (memory (export "m") 1)) (core instance (instantiate $m))"#,
            Way::Configured,
            "nested",
        ),
    ];
    for (inner, way, because) in cases {
        let modules = within(inner);
        let pair = Pair {
            modules: &modules,
            ..with_other()
        };
        pair.assert_forgets(way, because);
    }
}

/// Numbers of handles tell of those that were there before.
#[test]
fn resources_of_its_own_are_not_kept() {
    let pair = Pair {
        modules: r#"(type $own (resource (rep i32)))
            (core func $new (canon resource.new $own))
            (core func $drop (canon resource.drop $own))
            (core instance $own (export "new" (func $new)) (export "drop" (func $drop)))"#,
        imports: r#"(import "own" "new" (func $new (param i32) (result i32)))
            (import "own" "drop" (func $drop (param i32)))"#,
        with: r#"(with "own" (instance $own))"#,
        look: "(i64.extend_i32_u (call $new (i32.const 1)))",
        leave: "",
        ..Pair::default()
    };
    pair.assert_forgets(Way::Snapshot, "resources of its own");
}

/// The type of a function that is declared to be exact takes the place of another in the binary format (custom descriptors
/// proposal): whoever does not count it takes the guest's last function for the one that puts things back.
#[test]
fn functions_that_are_aliased_in_another_way_are_counted() {
    let pair = with_other();
    let mut component = pair.component("");
    let alias = |kind: u8| [&[0, kind, 1, 2, 7][..], b"nothing"].concat();
    let plain = alias(0);
    let mut places = component.windows(plain.len()).enumerate();
    let (at, _) = places
        .find(|(_, window)| *window == plain)
        .expect("it is there");
    drop(places);
    component[at..at + plain.len()].copy_from_slice(&alias(0x20));
    assert_forgets_all(&component, Way::Rewound);
}
