;; Does in `judge-peer` what the port asks for: 2 veto, 3 trap, 4 spin, 5 want all memory, 6 answer nonsense, 7 grow by 12 pages
;; first. Otherwise it approves.
;; part: imports
(import "countersign:policy/facts@0.1.0" "port" (func $port (param i32)))
;; part: finding
(data (i32.const 512) "by.port")
;; part: judge-peer
(func $answer (param $port i32) (result i32)
  (if (i32.eq (local.get $port) (i32.const 2)) (then
    ;; finding at 544: code, violation, message; verdict at 448: veto, no alert, a list of one
    (i32.store (i32.const 544) (i32.const 512))
    (i32.store (i32.const 548) (i32.const 7))
    (i32.store8 (i32.const 552) (i32.const 2))
    (i32.store (i32.const 556) (i32.const 512))
    (i32.store (i32.const 560) (i32.const 7))
    (i32.store8 (i32.const 448) (i32.const 1))
    (i32.store (i32.const 456) (i32.const 544))
    (i32.store (i32.const 460) (i32.const 1))))
  (if (i32.eq (local.get $port) (i32.const 3)) (then unreachable))
  (if (i32.eq (local.get $port) (i32.const 4)) (then (loop (br 0))))
  (if (i32.eq (local.get $port) (i32.const 5)) (then
    (loop (drop (memory.grow (i32.const 1))) (br 0))))
  (if (i32.eq (local.get $port) (i32.const 6)) (then (return (i32.const -16))))
  (if (i32.eq (local.get $port) (i32.const 7)) (then
    (if (i32.eq (memory.grow (i32.const 12)) (i32.const -1)) (then unreachable))))
  (i32.const 448))
(func (export "judge-peer") (type $judge)
  (call $port (i32.const 1024))
  (call $answer
    (i32.mul (i32.load8_u (i32.const 1024)) (i32.load16_u (i32.const 1026)))))
