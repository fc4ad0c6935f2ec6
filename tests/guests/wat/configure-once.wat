;; Accepts its settings the first time and refuses them later: its instance counts.
;; part: configure
(func (export "configure") (param $settings i32) (param $settings_len i32) (result i32)
  (i32.store8 (i32.const 320) (i32.load (i32.const 1024)))
  (i32.store (i32.const 1024) (i32.const 1))
  (i32.const 320))
