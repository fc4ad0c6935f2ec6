;; Calls an empty place of its table.
;; part: act
(table $table 4 funcref)
(func $act (call_indirect $table (i32.const 2)))
