//! Arithmetic whose results WebAssembly leaves open in part.

use std::thread;

use countersign::{
    policy::{Policy, PolicyOptions, PolicySource, Way},
    verdict::Verdict,
};

use super::{Sandbox, THREADS};
use crate::{
    guest::{Guest, Place},
    sandbox::judge_peer,
};

/// A guest that computes something, 64 bits of it, and tells it.
fn computing(expression: &str) -> Vec<u8> {
    let guest = Guest::named("tell-state")
        .acting_in(Place::In("judge-peer"))
        .part("inputs", INPUTS)
        .put("look", expression)
        .put("leave", "")
        .put("again", "")
        .put("end", "");
    guest.component()
}

/// Values that the compiler does not know.
const INPUTS: &str = r#"
    (global $f32_0 (mut f32) (f32.const 0))
    (global $f32_-0 (mut f32) (f32.const -0))
    (global $f32_inf (mut f32) (f32.const inf))
    (global $f64_0 (mut f64) (f64.const 0))
    (global $f64_-1 (mut f64) (f64.const -1))
    (global $f32_nan_bits (mut i32) (i32.const 0xffa00001))
    (global $f64_nan_bits (mut i64) (i64.const 0xfff4000000000001))
    (global $i32_16 (mut i32) (i32.const 16))
    (func $f32_nan (result f32) (f32.reinterpret_i32 (global.get $f32_nan_bits)))
    (func $f64_nan (result f64) (f64.reinterpret_i64 (global.get $f64_nan_bits)))
    (func $f32x4_nan (result v128) (f32x4.splat (call $f32_nan)))"#;

/// The answer of a guest, the same in every way, on every thread, and as often as it is asked.
fn the_answer(component: &[u8], what: &str) -> String {
    let sandbox = Sandbox::shared();
    let ask = |policy: &Policy| match judge_peer(policy).result {
        Ok(Verdict::Approve(findings)) => findings[0].message.clone(),
        other => panic!("{what}: {other:?}"),
    };
    let policies = [Way::Rewound, Way::Snapshot, Way::Configured].map(|way| {
        let options = PolicyOptions::new().way(way).memo(false);
        let source = PolicySource::Bytes(component.to_vec());
        Policy::load_with(&sandbox.engine, &source, &options).expect("it loads")
    });
    let answer = ask(&policies[0]);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for policy in policies.iter().cycle().take(30) {
                    assert_eq!(ask(policy), answer, "{what}");
                }
            });
        }
    });
    answer
}

/// WebAssembly core specification, "Deterministic profile": what is not a number is the positive canonical one.
#[test]
fn whatever_is_not_a_number_is_the_canonical_one() {
    const F32: &str = "000000007fc00000";
    const F64: &str = "7ff8000000000000";
    let f32 = |value| format!("(i64.extend_i32_u (i32.reinterpret_f32 {value}))");
    let f64 = |value| format!("(i64.reinterpret_f64 {value})");
    let lane =
        |value| format!("(i64.extend_i32_u (i32.reinterpret_f32 (f32x4.extract_lane 2 {value})))");
    let cases = [
        (
            f32("(f32.div (global.get $f32_0) (global.get $f32_-0))"),
            F32,
        ),
        (
            f32("(f32.sub (global.get $f32_inf) (global.get $f32_inf))"),
            F32,
        ),
        (
            f32("(f32.mul (global.get $f32_inf) (global.get $f32_0))"),
            F32,
        ),
        (f32("(f32.add (call $f32_nan) (global.get $f32_inf))"), F32),
        (f32("(f32.min (call $f32_nan) (global.get $f32_0))"), F32),
        (f32("(f32.max (global.get $f32_0) (call $f32_nan))"), F32),
        (f32("(f32.sqrt (f32.neg (global.get $f32_inf)))"), F32),
        (f32("(f32.nearest (call $f32_nan))"), F32),
        (f32("(f32.ceil (call $f32_nan))"), F32),
        (f32("(f32.demote_f64 (call $f64_nan))"), F32),
        (f64("(f64.promote_f32 (call $f32_nan))"), F64),
        (f64("(f64.sqrt (global.get $f64_-1))"), F64),
        (
            f64("(f64.div (global.get $f64_0) (global.get $f64_0))"),
            F64,
        ),
        (f64("(f64.trunc (call $f64_nan))"), F64),
        (lane("(f32x4.add (call $f32x4_nan) (call $f32x4_nan))"), F32),
        (lane("(f32x4.sqrt (f32x4.splat (f32.const -1)))"), F32),
        (
            lane("(f32x4.min (call $f32x4_nan) (f32x4.splat (global.get $f32_0)))"),
            F32,
        ),
        (
            lane("(f32x4.max (f32x4.splat (global.get $f32_0)) (call $f32x4_nan))"),
            F32,
        ),
        (lane("(f32x4.floor (call $f32x4_nan))"), F32),
        (
            lane("(f32x4.div (f32x4.splat (global.get $f32_0)) (f32x4.splat (global.get $f32_0)))"),
            F32,
        ),
        // Those that only look at bits leave them as they are.
        (f32("(f32.neg (call $f32_nan))"), "000000007fa00001"),
        (f32("(f32.abs (call $f32_nan))"), "000000007fa00001"),
        (
            f32("(f32.copysign (call $f32_nan) (global.get $f32_0))"),
            "000000007fa00001",
        ),
        (f64("(f64.neg (call $f64_nan))"), "7ff4000000000001"),
    ];
    for (expression, expected) in cases {
        assert_eq!(
            the_answer(&computing(&expression), &expression),
            expected,
            "{expression}"
        );
    }
}

/// The same chapter: of the results that relaxed instructions may have, one is taken.
#[test]
fn relaxed_instructions_have_one_result() {
    let low = |value: &str| format!("(i64x2.extract_lane 0 {value})");
    let splat32 = |value: &str| format!("(f32x4.splat {value})");
    let nan = "(call $f32x4_nan)";
    let big = splat32("(f32.const 0x1p40)");
    let cases = [
        (
            low(
                "(i8x16.relaxed_swizzle (i8x16.splat (i32.const 7)) (i8x16.splat (global.get $i32_16)))",
            ),
            Some("0000000000000000"),
        ),
        (
            low(&format!("(i32x4.relaxed_trunc_f32x4_s {nan})")),
            Some("0000000000000000"),
        ),
        (
            low(&format!("(i32x4.relaxed_trunc_f32x4_s {big})")),
            Some("7fffffff7fffffff"),
        ),
        (
            low(&format!("(i32x4.relaxed_trunc_f32x4_u {big})")),
            Some("ffffffffffffffff"),
        ),
        (
            low(&format!(
                "(i32x4.relaxed_trunc_f32x4_u {})",
                splat32("(f32.const -5)")
            )),
            Some("0000000000000000"),
        ),
        (
            low(
                "(i16x8.relaxed_q15mulr_s (i16x8.splat (i32.const -32768)) (i16x8.splat (i32.const -32768)))",
            ),
            Some("7fff7fff7fff7fff"),
        ),
        (
            low(
                "(i8x16.relaxed_laneselect (i8x16.splat (i32.const 0xff)) (i8x16.splat (i32.const 0)) (i8x16.splat (i32.const 0x0f)))",
            ),
            Some("0f0f0f0f0f0f0f0f"),
        ),
        (
            low(&format!(
                "(f32x4.relaxed_min {} {})",
                splat32("(global.get $f32_0)"),
                splat32("(global.get $f32_-0)")
            )),
            Some("8000000080000000"),
        ),
        (
            low(&format!(
                "(f32x4.relaxed_max {nan} {})",
                splat32("(global.get $f32_0)")
            )),
            Some("7fc000007fc00000"),
        ),
        // Fused or not: that is the profile's to say, but it is the same everywhere.
        (
            low(
                "(f32x4.relaxed_madd (f32x4.splat (f32.const 0x1.000002p0)) (f32x4.splat (f32.const 0x1.000002p0)) (f32x4.splat (f32.const -0x1.000004p0)))",
            ),
            None,
        ),
        (
            low(
                "(i16x8.relaxed_dot_i8x16_i7x16_s (i8x16.splat (i32.const -128)) (i8x16.splat (i32.const -128)))",
            ),
            None,
        ),
    ];
    for (expression, expected) in cases {
        let answer = the_answer(&computing(&expression), &expression);
        assert!(
            expected.is_none_or(|expected| answer == expected),
            "{expression}: {answer}"
        );
    }
}
