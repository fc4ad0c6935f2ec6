;; Fills from within its memory to beyond its end.
;; part: act
(func $act (memory.fill (i32.const 131072) (i32.const 0xff) (i32.const 0x7fffffff)))
