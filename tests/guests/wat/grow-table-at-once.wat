;; Asks for 2^31 table elements.
;; part: act
(table $table 1 funcref)
(func $act
  (if (i32.eq (table.grow $table (ref.null func) (i32.const 0x7fffffff)) (i32.const -1)) (then unreachable)))
