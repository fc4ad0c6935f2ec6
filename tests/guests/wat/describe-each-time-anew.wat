;; Describes itself under another name each time it is asked: its instance counts.
;; part: describe
(func (export "describe") (result i32)
  (i32.store8 (i32.const 19) (i32.add (i32.load8_u (i32.const 19)) (i32.const 1)))
  (i32.store (i32.const 256) (i32.const 16))
  (i32.store (i32.const 260) (i32.const 4))
  (i32.store (i32.const 264) (i32.const 32))
  (i32.store (i32.const 268) (i32.const 5))
  (i32.store (i32.const 272) (i32.const 48))
  (i32.store (i32.const 276) (i32.const 23))
  (i32.const 256))
