;; Refuses all settings, with {count} times the same reason.
;; part: finding
(data (i32.const 8192) "{path}")
(data (i32.const 16384) "{message}")
;; part: configure
(func (export "configure") (param $settings i32) (param $settings_len i32) (result i32)
  (local $at i32)
  (local.set $at (i32.const 98304))
  (loop $again
    (i32.store (local.get $at) (i32.const 8192))
    (i32.store offset=4 (local.get $at) (i32.const {path.len}))
    (i32.store offset=8 (local.get $at) (i32.const 16384))
    (i32.store offset=12 (local.get $at) (i32.const {message.len}))
    (local.set $at (i32.add (local.get $at) (i32.const 16)))
    (br_if $again
      (i32.lt_u (local.get $at) (i32.add (i32.const 98304) (i32.mul (i32.const 16) (i32.const {count}))))))
  (i32.store8 (i32.const 320) (i32.const 1))
  (i32.store (i32.const 324) (i32.const 98304))
  (i32.store (i32.const 328) (i32.const {count}))
  (i32.const 320))
