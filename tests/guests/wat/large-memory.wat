;; Starts with {pages} pages.
;; part: memory
(memory (export "memory") {pages})
