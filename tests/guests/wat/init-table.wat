;; Writes a passive element segment into its table for ever.
;; part: act
(table $table 8 funcref)
(elem $passive func $act $act $act $act $act $act $act $act)
(func $act
  (loop (table.init $table $passive (i32.const 0) (i32.const 0) (i32.const 8)) (br 0)))
