//! What all programs have, in the text format.

use countersign_test_guests::Guest;

use super::Shape;

/// A program that does nothing.
pub fn guest(may_read: bool, has_more: bool) -> Guest {
    // Tells of its state as it was before and is afterwards, in 16 letters.
    const ASK: &str = r#"
        (data (i32.const 80) "state.digest")
        (func $ask (result i32)
          (local $digest i64)
          (local $at i32)
          (local.set $digest (call $digest))
          (call $judging)
          (local.set $digest
            (i64.add (i64.mul (local.get $digest) (i64.const 31)) (call $digest)))
          (loop $again
            (i32.store8
              (i32.add (i32.const 600) (local.get $at))
              (i32.add (i32.const 97) (i32.wrap_i64 (i64.and (local.get $digest) (i64.const 15)))))
            (local.set $digest (i64.shr_u (local.get $digest) (i64.const 4)))
            (local.set $at (i32.add (local.get $at) (i32.const 1)))
            (br_if $again (i32.lt_u (local.get $at) (i32.const 16))))
          (i32.store (i32.const 512) (i32.const 80))
          (i32.store (i32.const 516) (i32.const 12))
          (i32.store (i32.const 520) (i32.const 0))
          (i32.store (i32.const 524) (i32.const 600))
          (i32.store (i32.const 528) (i32.const 16))
          (i32.store (i32.const 448) (i32.const 0))
          (i32.store (i32.const 452) (i32.const 512))
          (i32.store (i32.const 456) (i32.const 1))
          (i32.const 448))
        "#;
    let judge = |name: &str| format!("(func (export \"{name}\") (type $judge) (call $ask))\n");
    let imports = r#"
        (import "countersign:policy/facts@0.1.0" "hello" (func $hello (param i32)))
        (import "countersign:policy/facts@0.1.0" "today" (func $today (result i32)))
        (import "countersign:policy/facts@0.1.0" "[method]client-hello.cipher-suites"
          (func $suites (param i32 i32)))
        (import "countersign:policy/facts@0.1.0" "[resource-drop]client-hello"
          (func $close (param i32)))
        "#;
    let shape = Shape::EMPTY;
    let mut guest = Guest::good()
        .part("imports", if may_read { imports } else { "" })
        .part("memory", "")
        .part("state", state(shape))
        .part("digest", digest(shape))
        .part("judging", "(func $judging)\n")
        .part("afterwards", "(func $afterwards)\n")
        .part("ask", ASK)
        .part(
            "before-constrain",
            "(func $before_constrain (call $judging))\n",
        )
        .part("judge-parameters", judge("judge-parameters"))
        .part("judge-peer", judge("judge-peer"));
    if has_more {
        let function = r#"(func (export "cabi_post_judge-peer") (param i32) (call $afterwards))"#;
        guest = guest.part("post-return", function);
    }
    guest
}

/// Everything that can change.
pub fn state(shape: Shape) -> String {
    let max = if shape.is_memory_bounded() { "3" } else { "" };
    let mut text = format!("(memory (export \"memory\") 2 {max})\n");
    if shape.has_reference() {
        text += "(global $r (mut funcref) (ref.null func))\n";
    }
    if shape.has_vector() {
        text += "(global $v (mut v128) (v128.const i64x2 1 2))\n";
    }
    let export = if shape.exports_state() {
        "(export \"a\")"
    } else {
        ""
    };
    text + &format!(
        "(type $act (func))
         (global $a {export} (mut i32) (i32.const 1))
         (global $b (mut i64) (i64.const -1))
         (global $c (mut f32) (f32.const -0))
         (global $d (mut f64) (f64.const inf))
         (global $opened (mut i32) (i32.const 0))
         (table $table 4 12 funcref)
         (elem (table $table) (i32.const 1) func $one)
         (elem $items func $one $two)
         (data $bytes \"segment!\")
         (func $one (global.set $a (i32.add (global.get $a) (i32.const 3))))
         (func $two (global.set $b (i64.mul (global.get $b) (i64.const 5))))\n"
    )
}

/// A number that is another one after any change of that.
pub fn digest(shape: Shape) -> String {
    let mut text = "
        (func $digest (result i64)
          (local $sum i64)
          (local $at i32)
          (local $end i32)
          (local.set $end (i32.shl (memory.size) (i32.const 16)))
          (loop $again
            (local.set $sum
              (i64.xor
                (i64.mul (i64.rotl (local.get $sum) (i64.const 23)) (i64.const 0x100000001b3))
                (i64.load (local.get $at))))
            (local.set $at (i32.add (local.get $at) (i32.const 8)))
            (br_if $again (i32.lt_u (local.get $at) (local.get $end))))\n"
        .to_owned();
    let mut numbers = vec![
        "(i64.extend_i32_u (global.get $a))",
        "(global.get $b)",
        "(i64.extend_i32_u (i32.reinterpret_f32 (global.get $c)))",
        "(i64.reinterpret_f64 (global.get $d))",
        "(i64.extend_i32_u (global.get $opened))",
        "(i64.extend_i32_u (table.size $table))",
        "(i64.extend_i32_u (ref.is_null (table.get $table (i32.const 0))))",
        "(i64.extend_i32_u (ref.is_null (table.get $table (i32.const 1))))",
        "(i64.extend_i32_u (ref.is_null (table.get $table (i32.const 2))))",
        "(i64.extend_i32_u (ref.is_null (table.get $table (i32.const 3))))",
    ];
    if shape.has_reference() {
        numbers.push("(i64.extend_i32_u (ref.is_null (global.get $r)))");
    }
    if shape.has_vector() {
        numbers.push("(i64x2.extract_lane 1 (global.get $v))");
    }
    for number in numbers {
        text += &format!(
            "(local.set $sum
               (i64.add (i64.mul (local.get $sum) (i64.const 0x9e3779b97f4a7c15)) {number}))\n"
        );
    }
    text + "(local.get $sum))\n"
}
