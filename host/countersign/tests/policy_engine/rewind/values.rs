//! Globals, tables and segments.

use countersign::policy::Way;

use super::{assert_forgets, assert_it_could_tell, hiding};

/// Each type of number, with values that are easily lost: signs of zeros, and bits of what is not a number.
const GLOBALS: [(&str, &str, &str, &str); 9] = [
    ("i32", "-7", "i64.extend_i32_u", "i32.const 0x80000000"),
    ("i64", "0x8000000000000001", "", "i64.const 5"),
    ("f32", "-0", F32, "f32.const 0"),
    ("f32", "0", F32, "f32.const nan:0x200001"),
    ("f32", "inf", F32, "f32.const -nan"),
    ("f32", "0x1p-149", F32, "f32.const 0"),
    ("f64", "-0", F64, "f64.const 0"),
    ("f64", "0x1p-1074", F64, "f64.const nan:0x4000000000001"),
    ("f64", "0", F64, "f64.const -nan:0xfffffffffffff"),
];
const F32: &str = "i64.extend_i32_u (i32.reinterpret_f32";
const F64: &str = "(i64.reinterpret_f64";

#[test]
fn globals_of_every_type_are_put_back_to_the_bit() {
    for (ty, start, read, value) in GLOBALS {
        for export in ["", r#"(export "mine")"#] {
            let look = match read {
                "" => "(global.get $mine)".to_owned(),
                F32 => format!("({F32} (global.get $mine)))"),
                F64 => format!("{F64} (global.get $mine))"),
                read => format!("({read} (global.get $mine))"),
            };
            let guest = hiding(&look, &format!("(global.set $mine ({value}))"));
            let guest = guest.part(
                "globals",
                format!("(global $mine {export} (mut {ty}) ({ty}.const {start}))"),
            );
            assert_it_could_tell(&guest);
            assert_forgets(&guest, Way::Rewound);
        }
    }
}

/// One of `base.wat`'s own, and these.
#[test]
fn as_many_globals_as_may_be_are_put_back_and_more_are_not_tried() {
    for (count, way) in [(999, Way::Rewound), (1_000, Way::Snapshot)] {
        let globals: String = (0..count)
            .map(|number| format!("(global $g{number} (mut i64) (i64.const {number}))"))
            .collect();
        let last = count - 1;
        let look = format!("(i64.add (global.get $g0) (global.get $g{last}))");
        let leave = format!(
            "(global.set $g0 (i64.const 0x10000)) (global.set $g{last} (i64.const 0x20000))"
        );
        let guest = hiding(&look, &leave).part("globals", globals);
        assert_it_could_tell(&guest);
        assert_forgets(&guest, way);
    }
}

/// What cannot be put back, or not to the bit, is never kept.
#[test]
fn globals_that_cannot_be_put_back_are_not_kept() {
    let references = "(elem declare func $act)";
    let cases = [
        (
            "(global $mine (mut v128) (v128.const i64x2 0 0))",
            "(i64x2.extract_lane 1 (global.get $mine))",
            "(global.set $mine (v128.const i64x2 0 7))",
            "v128",
        ),
        (
            "(global $mine (mut f32) (f32.const nan:0x200001))",
            "(i64.extend_i32_u (i32.reinterpret_f32 (global.get $mine)))",
            "(global.set $mine (f32.const 0))",
            "not a number",
        ),
        (
            "(global $mine (mut f64) (f64.const -nan))",
            "(i64.reinterpret_f64 (global.get $mine))",
            "(global.set $mine (f64.const 0))",
            "not a number",
        ),
        (
            "(global $mine (mut funcref) (ref.null func))",
            "(i64.extend_i32_u (ref.is_null (global.get $mine)))",
            "(global.set $mine (ref.func $act))",
            "reference",
        ),
    ];
    for (global, look, leave, because) in cases {
        let guest = hiding(look, leave).part("globals", format!("{references} {global}"));
        assert_it_could_tell(&guest);
        let policy = assert_forgets(&guest, Way::Configured);
        let said = policy.execution().because.clone().unwrap_or_default();
        assert!(said.contains(because), "{said}");
    }
}

const TABLE: &str = "(table $t 8 funcref) (elem declare func $act) (elem $own func $act $look)
    (data $bytes \"abcd\")";

/// How many of the table's places are taken, and how many there are.
fn look_at_table() -> String {
    let places = (0..8).map(|at| {
        format!(
            "(i64.shl (i64.extend_i32_u (ref.is_null (table.get $t (i32.const {at})))) (i64.const {at}))"
        )
    });
    let size = "(i64.shl (i64.extend_i32_u (table.size $t)) (i64.const 8))".to_owned();
    places.fold(size, |sum, place| format!("(i64.or {sum} {place})"))
}

#[test]
fn whoever_writes_to_tables_is_not_kept() {
    let leaves = [
        ("table.set", "(table.set $t (i32.const 3) (ref.func $act))"),
        (
            "table.grow",
            "(drop (table.grow $t (ref.null func) (i32.const 2)))",
        ),
        (
            "table.fill",
            "(table.fill $t (i32.const 1) (ref.func $act) (i32.const 2))",
        ),
        (
            "table.copy",
            "(table.copy $t $u (i32.const 0) (i32.const 0) (i32.const 1))",
        ),
        (
            "table.init",
            "(table.init $t $own (i32.const 0) (i32.const 0) (i32.const 2))",
        ),
    ];
    for (instruction, leave) in leaves {
        let guest = hiding(&look_at_table(), leave);
        let tables =
            format!("{TABLE} (table $u 2 funcref) (elem (table $u) (i32.const 0) func $act $act)");
        let guest = guest.part("tables", tables);
        assert_it_could_tell(&guest);
        let policy = assert_forgets(&guest, Way::Configured);
        let said = policy.execution().because.clone().unwrap_or_default();
        assert!(said.contains(instruction), "{said}");
    }
}

/// The segment is there on every call: to use one that was dropped is a trap.
#[test]
fn whoever_drops_segments_is_not_kept() {
    let leaves = [
        ("elem.drop", "(elem.drop $own)", "(table.size $t)"),
        (
            "data.drop",
            "(memory.init $bytes (i32.const 150000) (i32.const 0) (i32.const 4)) (data.drop $bytes)",
            "(i32.load (i32.const 150000))",
        ),
    ];
    for (instruction, leave, look) in leaves {
        let guest = hiding(&format!("(i64.extend_i32_u {look})"), leave).part("tables", TABLE);
        let policy = assert_forgets(&guest, Way::Configured);
        let said = policy.execution().because.clone().unwrap_or_default();
        assert!(said.contains(instruction), "{said}");
    }
}

/// Tables that only the module itself fills do not keep it from being rewound: the languages use them for function pointers.
#[test]
fn tables_that_are_only_read_may_be_there() {
    let guest = hiding(
        "(call_indirect $t (result i64) (i32.const 1))",
        "(global.set $mine (i64.const 9))",
    )
    .part(
        "tables",
        "(table $t 2 2 funcref) (global $mine (mut i64) (i64.const 4))
         (func $mine_is (result i64) (global.get $mine)) (elem (table $t) (i32.const 1) func $mine_is)",
    );
    assert_it_could_tell(&guest);
    assert_forgets(&guest, Way::Rewound);
}
