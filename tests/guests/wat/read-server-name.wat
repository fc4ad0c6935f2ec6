;; Reads the server's name {times} times.
;; part: imports
(import "countersign:policy/facts@0.1.0" "server-name" (func $server_name (param i32)))
;; part: act
(func $act
  (local $left i32)
  (local.set $left (i32.const {times}))
  (loop $again
    (call $server_name (i32.const 1024))
    (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1))))))
