;; part: memory
(memory (export "memory") 4)
(memory $second 4)
