;; Gives the ClientHello back, then goes on reading from it.
;; part: imports
(import "countersign:policy/facts@0.1.0" "hello" (func $hello (param i32)))
(import "countersign:policy/facts@0.1.0" "[method]client-hello.ja4" (func $ja4 (param i32 i32)))
(import "countersign:policy/facts@0.1.0" "[resource-drop]client-hello" (func $drop (param i32)))
;; part: act
(func $act
  (local $handle i32)
  (call $hello (i32.const 1024))
  (local.set $handle (i32.load (i32.const 1028)))
  (call $ja4 (local.get $handle) (i32.const 1040))
  (call $drop (local.get $handle))
  (call $ja4 (local.get $handle) (i32.const 1040)))
