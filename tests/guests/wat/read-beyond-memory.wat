;; Reads the last address of the address space, where its memory does not reach.
;; part: act
(func $act (drop (i64.load offset=0xfffffff0 (i32.const -1))))
