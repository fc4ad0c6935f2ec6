;; Grows its memory by {pages} pages and touches the last byte of them.
;; part: act
(func $act
  (if (i32.eq (memory.grow (i32.const {pages})) (i32.const -1)) (then unreachable))
  (i32.store8 (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 1)) (i32.const 1)))
