;; Wants the host to write the settings to {pointer}.
;; part: realloc
(func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
  (call $before_realloc)
  (i32.const {pointer}))
