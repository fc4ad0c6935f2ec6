;; Reads {getter} of the ClientHello {times} times, each time to the same place, and traps unless it has {count} items.
;; part: imports
(import "countersign:policy/facts@0.1.0" "hello" (func $hello (param i32)))
(import "countersign:policy/facts@0.1.0" "[method]client-hello.{getter}" (func $read (param i32 i32)))
;; part: memory
(memory (export "memory") {pages})
;; part: act
(func $act
  (local $left i32)
  (local.set $left (i32.const {times}))
  (call $hello (i32.const 1024))
  (loop $again
    (call $read (i32.load (i32.const 1028)) (i32.const 1040))
    (if (i32.ne (i32.load (i32.const 1044)) (i32.const {count})) (then unreachable))
    (global.set $free (i32.const 65536))
    (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1))))))
