;; A good policy: it describes itself, takes any settings, offers all that is available and approves.
;;
;; Written by the canonical ABI, in parts. A hostile guest is a file that replaces some of them, and adds others.

;; part: imports

;; part: memory
(memory (export "memory") 4)

;; part: data
(data (i32.const 16) "good")
(data (i32.const 32) "1.0.0")
(data (i32.const 48) "Approves of everything.")

;; part: before-realloc
(func $before_realloc)

;; part: realloc
(global $free (mut i32) (i32.const 65536))
(func $realloc (export "cabi_realloc")
  (param $old i32) (param $old_size i32) (param $align i32) (param $size i32) (result i32)
  (local $at i32)
  (call $before_realloc)
  (local.set $at (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
  (global.set $free (i32.add (local.get $at) (local.get $size)))
  (local.get $at))

;; part: before-describe
(func $before_describe)

;; part: describe
;; description at 256: name, version, summary, no schema, no findings
(func (export "describe") (result i32)
  (call $before_describe)
  (i32.store (i32.const 256) (i32.const 16))
  (i32.store (i32.const 260) (i32.const 4))
  (i32.store (i32.const 264) (i32.const 32))
  (i32.store (i32.const 268) (i32.const 5))
  (i32.store (i32.const 272) (i32.const 48))
  (i32.store (i32.const 276) (i32.const 23))
  (i32.const 256))

;; part: before-configure
(func $before_configure)

;; part: configure
;; result at 320: ok
(func (export "configure") (param $settings i32) (param $settings_len i32) (result i32)
  (call $before_configure)
  (i32.const 320))

;; part: before-constrain
(func $before_constrain)

;; part: constrain
;; offer at 384, as it came
(func (export "constrain")
  (param $role i32) (param $listener i32) (param $listener_len i32)
  (param $versions i32) (param $versions_len i32) (param $suites i32) (param $suites_len i32)
  (param $groups i32) (param $groups_len i32) (param $alpn i32) (param $alpn_len i32)
  (param $resumption i32) (param $client_auth i32) (result i32)
  (call $before_constrain)
  (i32.store (i32.const 384) (local.get $versions))
  (i32.store (i32.const 388) (local.get $versions_len))
  (i32.store (i32.const 392) (local.get $suites))
  (i32.store (i32.const 396) (local.get $suites_len))
  (i32.store (i32.const 400) (local.get $groups))
  (i32.store (i32.const 404) (local.get $groups_len))
  (i32.store (i32.const 408) (local.get $alpn))
  (i32.store (i32.const 412) (local.get $alpn_len))
  (i32.store8 (i32.const 416) (local.get $resumption))
  (i32.store8 (i32.const 417) (local.get $client_auth))
  (i32.const 384))

;; part: session
(type $judge (func
  (param $role i32) (param $listener i32) (param $listener_len i32) (param $version i32) (param $suite i32)
  (param $has_group i32) (param $group i32) (param $has_alpn i32) (param $alpn i32) (param $alpn_len i32)
  (param $resumed i32) (param $retried i32) (result i32)))

;; part: before-judge-parameters
(func $before_judge_parameters)

;; part: judge-parameters
;; verdict at 448: approve, no findings
(func (export "judge-parameters") (type $judge)
  (call $before_judge_parameters)
  (i32.const 448))

;; part: before-judge-peer
(func $before_judge_peer)

;; part: judge-peer
(func (export "judge-peer") (type $judge)
  (call $before_judge_peer)
  (i32.const 448))

;; part: start
