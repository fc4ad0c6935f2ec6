;; Fills 16 MiB again and again: few instructions, much time.
;; part: memory
(memory (export "memory") 256)
;; part: act
(func $act
  (loop (memory.fill (i32.const 1048576) (i32.const 0) (i32.const 15728640)) (br 0)))
