;; Gives its first certificate back twice.
;; part: imports
(import "countersign:policy/facts@0.1.0" "peer-certificates" (func $peer_certificates (param i32)))
(import "countersign:policy/facts@0.1.0" "[resource-drop]certificate" (func $drop (param i32)))
;; part: act
(func $act
  (call $peer_certificates (i32.const 1024))
  (call $drop (i32.load (i32.load (i32.const 1024))))
  (call $drop (i32.load (i32.load (i32.const 1024)))))
