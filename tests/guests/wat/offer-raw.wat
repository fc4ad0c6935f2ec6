;; Answers `constrain` with 36 bytes of its choice.
;; part: constrain
(data (i32.const 384) "{offer}")
(func (export "constrain")
  (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (i32.const 384))
