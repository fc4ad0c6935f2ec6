;; Counts its calls in a global, in memory and in its table, and vetoes (by a trap) if it remembers one.
;; part: act
(table $table 8 funcref)
(elem declare func $act)
(global $calls (mut i32) (i32.const 0))
(elem $passive func $act)
(data $segment "x")
(func $act
  (if (global.get $calls) (then unreachable))
  (if (i32.load (i32.const 200000)) (then unreachable))
  (if (i32.eqz (ref.is_null (table.get $table (i32.const 3)))) (then unreachable))
  ;; traps if the segments were dropped by an earlier call
  (memory.init $segment (i32.const 200008) (i32.const 0) (i32.const 1))
  (table.init $table $passive (i32.const 4) (i32.const 0) (i32.const 1))
  (data.drop $segment)
  (elem.drop $passive)
  (global.set $calls (i32.const 1))
  (i32.store (i32.const 200000) (i32.const 1))
  (table.set $table (i32.const 3) (ref.func $act)))
