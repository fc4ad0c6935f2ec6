;; Never ends: calls one function after the other through a table.
;; part: act
(type $step (func (param i32) (result i32)))
(table $steps funcref (elem $up $down))
(func $up (param $at i32) (result i32) (i32.const 1))
(func $down (param $at i32) (result i32) (i32.const 0))
(func $act
  (local $at i32)
  (loop
    (local.set $at (call_indirect (type $step) (local.get $at) (local.get $at)))
    (br 0)))
