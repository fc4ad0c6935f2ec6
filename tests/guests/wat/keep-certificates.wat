;; Reads its first certificate again and again and keeps every copy, until there is no memory left to keep them in.
;; part: imports
(import "countersign:policy/facts@0.1.0" "peer-certificates" (func $peer_certificates (param i32)))
(import "countersign:policy/facts@0.1.0" "[method]certificate.der" (func $der (param i32 i32)))
;; part: act
(func $act
  (call $peer_certificates (i32.const 1024))
  (loop (call $der (i32.load (i32.load (i32.const 1024))) (i32.const 1040)) (br 0)))
