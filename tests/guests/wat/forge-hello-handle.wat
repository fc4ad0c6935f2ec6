;; Reads from a ClientHello that it was never given.
;; part: imports
(import "countersign:policy/facts@0.1.0" "[method]client-hello.ja4" (func $ja4 (param i32 i32)))
;; part: act
(func $act (call $ja4 (i32.const 1) (i32.const 1024)))
