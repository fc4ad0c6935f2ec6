;; Approves with {count} notes that all share one code and one message of {bytes} bytes.
;; part: memory
(memory (export "memory") {pages})
;; part: finding
(data (i32.const 512) "a.b")
;; part: judge-peer
(func (export "judge-peer") (type $judge)
  (local $at i32)
  (local $end i32)
  ;; the message at 65536, the list behind it
  (memory.fill (i32.const 65536) (i32.const 0x61) (i32.const {bytes}))
  (local.set $at (i32.and (i32.add (i32.const 65536) (i32.const {bytes})) (i32.const -4)))
  (local.set $at (i32.add (local.get $at) (i32.const 4)))
  (i32.store (i32.const 452) (local.get $at))
  (i32.store (i32.const 456) (i32.const {count}))
  (local.set $end (i32.add (local.get $at) (i32.mul (i32.const {count}) (i32.const 20))))
  (loop $again
    (i32.store (local.get $at) (i32.const 512))
    (i32.store offset=4 (local.get $at) (i32.const 3))
    (i32.store offset=12 (local.get $at) (i32.const 65536))
    (i32.store offset=16 (local.get $at) (i32.const {bytes}))
    (local.set $at (i32.add (local.get $at) (i32.const 20)))
    (br_if $again (i32.lt_u (local.get $at) (local.get $end))))
  (i32.const 448))
