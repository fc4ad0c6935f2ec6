;; Traps unless the NaN of 0/0 has the canonical bits, and a relaxed SIMD operation the deterministic result.
;; part: act
(func $act
  (local $zero f32)
  (local $zero64 f64)
  (if (i32.ne (i32.reinterpret_f32 (f32.div (local.get $zero) (local.get $zero))) (i32.const 0x7fc00000))
    (then unreachable))
  (if (i64.ne (i64.reinterpret_f64 (f64.div (local.get $zero64) (local.get $zero64)))
              (i64.const 0x7ff8000000000000))
    (then unreachable))
  ;; an index of 16 is beyond the lanes: the deterministic profile says 0, x86 hardware alone says lane 0
  (if (i32.ne
        (i8x16.extract_lane_u 0
          (i8x16.relaxed_swizzle (i8x16.splat (i32.const 7)) (i8x16.splat (i32.const 16))))
        (i32.const 0))
    (then unreachable)))
