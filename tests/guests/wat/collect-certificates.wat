;; Takes handles to the peer's certificates for ever and gives none back.
;; part: imports
(import "countersign:policy/facts@0.1.0" "peer-certificates" (func $peer_certificates (param i32)))
;; part: act
(func $act
  (loop
    (global.set $free (i32.const 65536))
    (call $peer_certificates (i32.const 1024))
    (br 0)))
