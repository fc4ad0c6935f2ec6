;; The same without a loop: one fill after the other in straight line.
;; part: memory
(memory (export "memory") 256)
;; part: act
(func $act
  {fills})
