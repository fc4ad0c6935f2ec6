;; Fills a large table for ever.
;; part: act
(table $table 50000 funcref)
(func $act
  (loop (table.fill $table (i32.const 0) (ref.null func) (i32.const 50000)) (br 0)))
