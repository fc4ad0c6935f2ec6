;; Tells in a note, as 16 digits, what `{look}` finds, and only then acts: it leaves something behind by `{leave}`. What a
;; call left, `{again}` shows in the same call, if it looks again; no later call may find it. A call for a resumed session
;; ends with `{end}`.
;; part: look
(func $look (result i64) {look})
;; part: leave
(func $leave {leave})
;; part: act
(func $act (call $leave))
;; part: judge-peer
;; finding at 512, its code at 544, its message at 560
(func (export "judge-peer") (type $judge)
  (local $found i64)
  (local $digit i32)
  (local $at i32)
  (local.set $found (call $look))
  (call $before_judge_peer)
  {again}
  (if (local.get 10) (then {end})) ;; resumed
  (i64.store (i32.const 544) (i64.const 0x646e756f66)) ;; found
  (local.set $at (i32.const 576))
  (loop $digits
    (local.set $at (i32.sub (local.get $at) (i32.const 1)))
    (local.set $digit (i32.and (i32.wrap_i64 (local.get $found)) (i32.const 15)))
    (i32.store8 (local.get $at)
      (i32.add (local.get $digit)
        (select (i32.const 87) (i32.const 48) (i32.gt_u (local.get $digit) (i32.const 9)))))
    (local.set $found (i64.shr_u (local.get $found) (i64.const 4)))
    (br_if $digits (i32.gt_u (local.get $at) (i32.const 560))))
  (i32.store (i32.const 512) (i32.const 544))
  (i32.store (i32.const 516) (i32.const 5))
  (i32.store (i32.const 520) (i32.const 0))
  (i32.store (i32.const 524) (i32.const 560))
  (i32.store (i32.const 528) (i32.const 16))
  (i32.store (i32.const 448) (i32.const 0))
  (i32.store (i32.const 452) (i32.const 512))
  (i32.store (i32.const 456) (i32.const 1))
  (i32.const 448))
