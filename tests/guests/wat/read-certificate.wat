;; Reads {getter} of its first certificate for ever, each time to the same place.
;; part: imports
(import "countersign:policy/facts@0.1.0" "peer-certificates" (func $peer_certificates (param i32)))
(import "countersign:policy/facts@0.1.0" "[method]certificate.{getter}" (func $read (param i32 i32)))
;; part: memory
(memory (export "memory") 8)
;; part: act
(func $act
  (local $certificate i32)
  (call $peer_certificates (i32.const 1024))
  (local.set $certificate (i32.load (i32.load (i32.const 1024))))
  (loop
    (global.set $free (i32.const 65536))
    (call $read (local.get $certificate) (i32.const 1040))
    (br 0)))
