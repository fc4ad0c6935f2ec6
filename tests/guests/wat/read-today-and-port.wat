;; Imports three getters, and reads two of them.
;; part: imports
(import "countersign:policy/facts@0.1.0" "today" (func $today (result i32)))
(import "countersign:policy/facts@0.1.0" "port" (func $port (param i32)))
(import "countersign:policy/facts@0.1.0" "[method]certificate.subject" (func $subject (param i32 i32)))
;; part: before-judge-peer
(func $before_judge_peer
  (drop (call $today))
  (call $port (i32.const 1024)))
