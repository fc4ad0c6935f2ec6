;; A memory with 64-bit addresses beside the usual one.
;; part: memory
(memory (export "memory") 4)
(memory $second i64 4)
