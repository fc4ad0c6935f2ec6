;; Wants the server's name at {pointer}.
;; part: imports
(import "countersign:policy/facts@0.1.0" "server-name" (func $server_name (param i32)))
;; part: act
(func $act (call $server_name (i32.const {pointer})))
