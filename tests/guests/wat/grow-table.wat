;; Asks for ever more table elements, whatever it is answered.
;; part: act
(table $table 1 funcref)
(func $act
  (loop (drop (table.grow $table (ref.null func) (i32.const 100))) (br 0)))
