;; What it reads depends on what it is asked: in `judge-peer` the server's name for resumed sessions, the port for those with a
;; second hello, and only for a port below 1024 the address of the peer as well. It tells all that it read. For the suite 0 it
;; traps, having read the name.
;; part: imports
(import "countersign:policy/facts@0.1.0" "server-name" (func $server_name (param i32)))
(import "countersign:policy/facts@0.1.0" "port" (func $port (param i32)))
(import "countersign:policy/facts@0.1.0" "peer-address" (func $peer_address (param i32)))
;; part: notes
(data (i32.const 96) "name")
(data (i32.const 104) "port")
(data (i32.const 112) "address")
;; notes at 512, digits of the port at 768
(global $count (mut i32) (i32.const 0))
(func $tell (param $code i32) (param $code_len i32) (param $text i32) (param $len i32)
  (local $at i32)
  (local.set $at (i32.add (i32.const 512) (i32.mul (global.get $count) (i32.const 20))))
  (i32.store (local.get $at) (local.get $code))
  (i32.store offset=4 (local.get $at) (local.get $code_len))
  (i32.store offset=12 (local.get $at) (local.get $text))
  (i32.store offset=16 (local.get $at) (local.get $len))
  (global.set $count (i32.add (global.get $count) (i32.const 1))))
(func $tell_text (param $code i32) (param $code_len i32)
  (if (i32.load8_u (i32.const 1024))
    (then
      (call $tell (local.get $code) (local.get $code_len)
        (i32.load (i32.const 1028)) (i32.load (i32.const 1032))))))
(func $tell_port (param $port i32)
  (local $at i32)
  (local.set $at (i32.const 773))
  (loop $digits
    (local.set $at (i32.sub (local.get $at) (i32.const 1)))
    (i32.store8 (local.get $at)
      (i32.add (i32.const 48) (i32.rem_u (local.get $port) (i32.const 10))))
    (local.set $port (i32.div_u (local.get $port) (i32.const 10)))
    (br_if $digits (i32.gt_u (local.get $at) (i32.const 768))))
  (call $tell (i32.const 104) (i32.const 4) (i32.const 768) (i32.const 5)))
;; part: judge-peer
(func (export "judge-peer") (type $judge)
  ;; resumed
  (if (local.get 10)
    (then
      (call $server_name (i32.const 1024))
      (call $tell_text (i32.const 96) (i32.const 4))
      ;; the suite
      (if (i32.eqz (local.get 4)) (then unreachable))))
  ;; retried
  (if (local.get 11)
    (then
      (call $port (i32.const 1024))
      (call $tell_port (i32.load16_u (i32.const 1026)))
      (if (i32.lt_u (i32.load16_u (i32.const 1026)) (i32.const 1024))
        (then
          (call $peer_address (i32.const 1024))
          (call $tell_text (i32.const 112) (i32.const 7))))))
  (i32.store (i32.const 452) (i32.const 512))
  (i32.store (i32.const 456) (global.get $count))
  (i32.const 448))
