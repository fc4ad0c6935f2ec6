;; Takes the ClientHello for a certificate.
;; part: imports
(import "countersign:policy/facts@0.1.0" "hello" (func $hello (param i32)))
(import "countersign:policy/facts@0.1.0" "[method]certificate.subject" (func $subject (param i32 i32)))
;; part: act
(func $act
  (call $hello (i32.const 1024))
  (call $subject (i32.load (i32.const 1028)) (i32.const 1040)))
