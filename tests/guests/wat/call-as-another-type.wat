;; Calls a function as if it were of another type.
;; part: act
(type $other (func (param i64) (result f64)))
(table $table funcref (elem $act))
(func $act (drop (call_indirect $table (type $other) (i64.const 1) (i32.const 0))))
