;; Describes itself as it likes.
;; part: data
(data (i32.const 8192) "{name}")
(data (i32.const 16384) "{version}")
(data (i32.const 24576) "{summary}")
(data (i32.const 32768) "{schema}")
;; part: describe
(func (export "describe") (result i32)
  (i32.store (i32.const 256) (i32.const 8192))
  (i32.store (i32.const 260) (i32.const {name.len}))
  (i32.store (i32.const 264) (i32.const 16384))
  (i32.store (i32.const 268) (i32.const {version.len}))
  (i32.store (i32.const 272) (i32.const 24576))
  (i32.store (i32.const 276) (i32.const {summary.len}))
  (i32.store8 (i32.const 280) (i32.const {has-schema}))
  (i32.store (i32.const 284) (i32.const 32768))
  (i32.store (i32.const 288) (i32.const {schema.len}))
  (i32.const 256))
