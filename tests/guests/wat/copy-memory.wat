;; Copies overlapping halves of 16 MiB for ever.
;; part: memory
(memory (export "memory") 256)
;; part: act
(func $act
  (loop (memory.copy (i32.const 1048577) (i32.const 1048576) (i32.const 15728000)) (br 0)))
