;; Approves with one note whose message are the settings, and whose code stands at {code}.
;; part: echo
(global $settings (mut i32) (i32.const 0))
(global $settings_len (mut i32) (i32.const 0))
(data (i32.const 8192) "hostile.echo")
;; part: configure
(func (export "configure") (param $at i32) (param $len i32) (result i32)
  (global.set $settings (local.get $at))
  (global.set $settings_len (local.get $len))
  (i32.const 320))
;; part: judge-peer
(func (export "judge-peer") (type $judge)
  (i32.store (i32.const 512) {code})
  (i32.store (i32.const 516) {code.len})
  (i32.store (i32.const 524) (global.get $settings))
  (i32.store (i32.const 528) (global.get $settings_len))
  (i32.store (i32.const 452) (i32.const 512))
  (i32.store (i32.const 456) (i32.const 1))
  (i32.const 448))
