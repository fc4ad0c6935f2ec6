;; Gives its certificates back, then goes on reading from the first.
;; part: imports
(import "countersign:policy/facts@0.1.0" "peer-certificates" (func $peer_certificates (param i32)))
(import "countersign:policy/facts@0.1.0" "[method]certificate.subject" (func $subject (param i32 i32)))
(import "countersign:policy/facts@0.1.0" "[resource-drop]certificate" (func $drop (param i32)))
;; part: act
(func $act
  (local $handle i32)
  (call $peer_certificates (i32.const 1024))
  (local.set $handle (i32.load (i32.load (i32.const 1024))))
  (call $drop (local.get $handle))
  (call $subject (local.get $handle) (i32.const 1024)))
