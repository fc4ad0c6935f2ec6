;; Reads every fact and tells it: one note each, the getter's name as its code, text as it is, numbers and bytes in
;; hexadecimal. The getters are put in by the test.
;; part: imports
{imports}
;; part: memory
(memory (export "memory") 16)
;; part: notes
{names}
(data (i32.const 128) "0123456789abcdef")
;; notes at 32768
(global $count (mut i32) (i32.const 0))
(func $tell_text (param $code i32) (param $code_len i32) (param $text i32) (param $len i32)
  (local $at i32)
  (local.set $at (i32.add (i32.const 32768) (i32.mul (global.get $count) (i32.const 20))))
  (i32.store (local.get $at) (local.get $code))
  (i32.store offset=4 (local.get $at) (local.get $code_len))
  (i32.store offset=12 (local.get $at) (local.get $text))
  (i32.store offset=16 (local.get $at) (local.get $len))
  (global.set $count (i32.add (global.get $count) (i32.const 1))))
(func $digit (param $digit i32) (result i32)
  (i32.load8_u offset=128 (i32.and (local.get $digit) (i32.const 15))))
(func $tell_bytes (param $code i32) (param $code_len i32) (param $bytes i32) (param $len i32)
  (local $text i32)
  (local $at i32)
  (local.set $text
    (call $realloc (i32.const 0) (i32.const 0) (i32.const 1) (i32.mul (local.get $len) (i32.const 2))))
  (block $done
    (loop $again
      (br_if $done (i32.ge_u (local.get $at) (local.get $len)))
      (i32.store8 (i32.add (local.get $text) (i32.mul (local.get $at) (i32.const 2)))
        (call $digit (i32.shr_u (i32.load8_u (i32.add (local.get $bytes) (local.get $at))) (i32.const 4))))
      (i32.store8 offset=1 (i32.add (local.get $text) (i32.mul (local.get $at) (i32.const 2)))
        (call $digit (i32.load8_u (i32.add (local.get $bytes) (local.get $at)))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br $again)))
  (call $tell_text (local.get $code) (local.get $code_len) (local.get $text)
    (i32.mul (local.get $len) (i32.const 2))))
(func $tell_number (param $code i32) (param $code_len i32) (param $number i64)
  (local $at i32)
  (local.set $at (call $realloc (i32.const 0) (i32.const 0) (i32.const 8) (i32.const 8)))
  (i64.store (local.get $at) (local.get $number))
  (call $tell_bytes (local.get $code) (local.get $code_len) (local.get $at) (i32.const 8)))
(func $tell_texts (param $code i32) (param $code_len i32) (param $list i32) (param $left i32)
  (block $done
    (loop $again
      (br_if $done (i32.eqz (local.get $left)))
      (call $tell_text (local.get $code) (local.get $code_len)
        (i32.load (local.get $list)) (i32.load offset=4 (local.get $list)))
      (local.set $list (i32.add (local.get $list) (i32.const 8)))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br $again))))
;; part: judge-peer
(func (export "judge-peer") (type $judge)
  (local $certificate i32)
  {calls}
  (i32.store (i32.const 452) (i32.const 32768))
  (i32.store (i32.const 456) (global.get $count))
  (i32.const 448))
