;; Takes handles to the peer's certificates for ever and gives none back.
;; part: imports
(import "countersign:policy/facts@0.1.0" "peer-certificates" (func $peer_certificates (param i32)))
;; part: realloc
(func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
  (i32.const 4096))
;; part: act
(func $act
  (loop (call $peer_certificates (i32.const 1024)) (br 0)))
