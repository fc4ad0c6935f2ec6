;; Copies 4 MiB of a passive data segment for ever.
;; part: memory
(memory (export "memory") 128)
;; part: act
(data $passive "{zeros}")
(func $act
  (loop (memory.init $passive (i32.const 1048576) (i32.const 0) (i32.const {zeros.len})) (br 0)))
