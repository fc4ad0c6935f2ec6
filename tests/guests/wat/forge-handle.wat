;; Reads from a certificate that it was never given.
;; part: imports
(import "countersign:policy/facts@0.1.0" "[method]certificate.subject" (func $subject (param i32 i32)))
;; part: act
(func $act (call $subject (i32.const {handle}) (i32.const 1024)))
