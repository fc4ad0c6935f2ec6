;; A memory that threads could share, beside the usual one.
;; part: memory
(memory (export "memory") 4)
(memory $second 4 4 shared)
