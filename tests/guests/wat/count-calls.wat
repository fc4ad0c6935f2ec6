;; Counts its calls in a global, in memory and in its table, and traps if it remembers more than {earlier}: those of the rehearsal.
;; part: act
(table $table 8 funcref)
(elem declare func $act)
(global $calls (mut i32) (i32.const 0))
(elem $passive func $act)
(data $segment "x")
(func $act
  (if (i32.gt_u (global.get $calls) (i32.const {earlier})) (then unreachable))
  (if (i32.ne (i32.load (i32.const 200000)) (global.get $calls)) (then unreachable))
  (if (i32.ne
        (i32.eqz (ref.is_null (table.get $table (i32.const 3))))
        (i32.ne (global.get $calls) (i32.const 0)))
    (then unreachable))
  (if (i32.eqz (global.get $calls))
    (then
      ;; traps if the segments were dropped by an earlier call
      (memory.init $segment (i32.const 200008) (i32.const 0) (i32.const 1))
      (table.init $table $passive (i32.const 4) (i32.const 0) (i32.const 1))
      (data.drop $segment)
      (elem.drop $passive)
      (table.set $table (i32.const 3) (ref.func $act))))
  (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
  (i32.store (i32.const 200000) (global.get $calls)))
