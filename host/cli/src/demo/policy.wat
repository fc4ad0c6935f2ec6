;; The policy `demo`: it lets in the clients of one identity, or hangs, as its settings say.
;;
;; `policy.wasm` is made from this file, and a test compares the two: `tests/cli/demo_policy.rs`. A real policy is written
;; in a language with JSON and strings. This one is written by the canonical ABI of the component model, so that it is small
;; and needs no compiler for guests. It takes its settings in exactly two spellings:
;;
;;   {"allow":"spiffe://demo.example/billing"}   clients whose certificate has this URI
;;   {"hang":true}                               nobody, ever: the verdict never comes
(module
  (import "countersign:policy/facts@0.1.0" "peer-certificates" (func $peer_certificates (param i32)))
  (import "countersign:policy/facts@0.1.0" "[method]certificate.uris" (func $uris (param i32 i32)))

  (memory (export "memory") 4)

  ;; 0: texts. 1024: answers. 65536: the heap.
  (data (i32.const 0) "demo")
  (data (i32.const 16) "1.0.0")
  (data (i32.const 32) "Lets in the clients of one identity.")
  (data (i32.const 96) "caller.missing")
  (data (i32.const 128) "The client showed no certificate.")
  (data (i32.const 192) "caller.not-allowed")
  (data (i32.const 224) "The client is not the one that the settings allow.")
  (data (i32.const 288) "The client's certificate is for ")
  (data (i32.const 320) "; the settings allow ")
  (data (i32.const 352) "no URI")
  (data (i32.const 368) ".")
  (data (i32.const 384) "{\"hang\":true}")
  (data (i32.const 416) "{\"allow\":\"")
  (data (i32.const 448) "\"}")
  (data (i32.const 464) "$")
  (data (i32.const 480) "write {\"allow\":\"URI\"} or {\"hang\":true}, without spaces")

  ;; The URI that is allowed.
  (global $allowed (mut i32) (i32.const 0))
  (global $allowed_len (mut i32) (i32.const 0))
  (global $hangs (mut i32) (i32.const 0))

  ;; Memory is only ever taken: every call has an instance of its own. What does not fit traps, and that is a veto.
  (global $free (mut i32) (i32.const 65536))
  (func (export "cabi_realloc")
    (param $old i32) (param $old_size i32) (param $align i32) (param $size i32) (result i32)
    (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
    (global.set $free (i32.add (local.get $at) (local.get $size)))
    (local.get $at))

  (func $equal (param $one i32) (param $other i32) (param $len i32) (result i32)
    (loop $next
      (if (i32.eqz (local.get $len)) (then (return (i32.const 1))))
      (if (i32.ne (i32.load8_u (local.get $one)) (i32.load8_u (local.get $other)))
        (then (return (i32.const 0))))
      (local.set $one (i32.add (local.get $one) (i32.const 1)))
      (local.set $other (i32.add (local.get $other) (i32.const 1)))
      (local.set $len (i32.sub (local.get $len) (i32.const 1)))
      (br $next))
    (unreachable))

  ;; Stores where a string or list is, and how long.
  (func $store_list (param $at i32) (param $list i32) (param $len i32)
    (i32.store (local.get $at) (local.get $list))
    (i32.store offset=4 (local.get $at) (local.get $len)))

  ;; description: name, version, summary, no schema, two findings
  (func (export "describe") (result i32)
    (call $store_list (i32.const 1024) (i32.const 0) (i32.const 4))
    (call $store_list (i32.const 1032) (i32.const 16) (i32.const 5))
    (call $store_list (i32.const 1040) (i32.const 32) (i32.const 36))
    (call $store_list (i32.const 1060) (i32.const 1072) (i32.const 2))
    (call $document (i32.const 1072) (i32.const 96) (i32.const 14) (i32.const 128) (i32.const 33))
    (call $document (i32.const 1092) (i32.const 192) (i32.const 18) (i32.const 224) (i32.const 50))
    (i32.const 1024))

  ;; finding-doc, and in the same layout finding: code, violation, text
  (func $document
    (param $at i32) (param $code i32) (param $code_len i32) (param $text i32) (param $text_len i32)
    (call $store_list (local.get $at) (local.get $code) (local.get $code_len))
    (i32.store8 offset=8 (local.get $at) (i32.const 2))
    (call $store_list
      (i32.add (local.get $at) (i32.const 12)) (local.get $text) (local.get $text_len)))

  ;; result: ok, or a list of one settings-error
  (func (export "configure") (param $settings i32) (param $len i32) (result i32)
    (i32.store8 (i32.const 1024) (i32.const 0))
    (if (i32.eq (local.get $len) (i32.const 13))
      (then (if (call $equal (local.get $settings) (i32.const 384) (i32.const 13))
        (then
          (global.set $hangs (i32.const 1))
          (return (i32.const 1024))))))
    (if (i32.gt_u (local.get $len) (i32.const 12))
      (then (if
        (i32.and
          (call $equal (local.get $settings) (i32.const 416) (i32.const 10))
          (call $equal
            (i32.sub (i32.add (local.get $settings) (local.get $len)) (i32.const 2))
            (i32.const 448) (i32.const 2)))
        (then
          (global.set $allowed (i32.add (local.get $settings) (i32.const 10)))
          (global.set $allowed_len (i32.sub (local.get $len) (i32.const 12)))
          (return (i32.const 1024))))))
    (i32.store8 (i32.const 1024) (i32.const 1))
    (call $store_list (i32.const 1028) (i32.const 1040) (i32.const 1))
    (call $store_list (i32.const 1040) (i32.const 464) (i32.const 1))
    (call $store_list (i32.const 1048) (i32.const 480) (i32.const 54))
    (i32.const 1024))

  ;; offer: as it came
  (func (export "constrain")
    (param $role i32) (param $listener i32) (param $listener_len i32)
    (param $versions i32) (param $versions_len i32) (param $suites i32) (param $suites_len i32)
    (param $groups i32) (param $groups_len i32) (param $alpn i32) (param $alpn_len i32)
    (param $resumption i32) (param $client_auth i32) (result i32)
    (call $store_list (i32.const 1024) (local.get $versions) (local.get $versions_len))
    (call $store_list (i32.const 1032) (local.get $suites) (local.get $suites_len))
    (call $store_list (i32.const 1040) (local.get $groups) (local.get $groups_len))
    (call $store_list (i32.const 1048) (local.get $alpn) (local.get $alpn_len))
    (i32.store8 (i32.const 1056) (local.get $resumption))
    (i32.store8 (i32.const 1057) (local.get $client_auth))
    (i32.const 1024))

  (type $judge (func
    (param $role i32) (param $listener i32) (param $listener_len i32) (param $version i32) (param $suite i32)
    (param $has_group i32) (param $group i32) (param $has_alpn i32) (param $alpn i32) (param $alpn_len i32)
    (param $resumed i32) (param $retried i32) (result i32)))

  (func (export "judge-parameters") (type $judge)
    (if (global.get $hangs) (then (loop $for_ever (br $for_ever))))
    (call $approve))

  (func (export "judge-peer") (type $judge)
    (local $uri i32) (local $left i32)
    (call $peer_certificates (i32.const 1024))
    (if (i32.eqz (i32.load (i32.const 1028)))
      ;; certificate_required
      (then (return
        (call $veto (i32.const 116) (i32.const 96) (i32.const 14) (i32.const 128) (i32.const 33)))))
    ;; The first certificate is the client's own.
    (call $uris (i32.load (i32.load (i32.const 1024))) (i32.const 1032))
    (local.set $uri (i32.load (i32.const 1032)))
    (local.set $left (i32.load (i32.const 1036)))
    (block $none
      (loop $next
        (br_if $none (i32.eqz (local.get $left)))
        (if (i32.eq (i32.load offset=4 (local.get $uri)) (global.get $allowed_len))
          (then (if (call $equal (i32.load (local.get $uri)) (global.get $allowed) (global.get $allowed_len))
            (then (return (call $approve))))))
        (local.set $uri (i32.add (local.get $uri) (i32.const 8)))
        (local.set $left (i32.sub (local.get $left) (i32.const 1)))
        (br $next)))
    (call $veto_stranger))

  ;; The message names the first URI: it is the only one in certificates for workloads (SPIFFE, X509-SVID, section 2).
  (func $veto_stranger (result i32)
    (local $message i32)
    (local.set $message (global.get $free))
    (call $append (i32.const 288) (i32.const 32))
    (if (i32.load (i32.const 1036))
      (then (call $append
        (i32.load (i32.load (i32.const 1032))) (i32.load offset=4 (i32.load (i32.const 1032)))))
      (else (call $append (i32.const 352) (i32.const 6))))
    (call $append (i32.const 320) (i32.const 21))
    (call $append (global.get $allowed) (global.get $allowed_len))
    (call $append (i32.const 368) (i32.const 1))
    ;; access_denied
    (call $veto (i32.const 49) (i32.const 192) (i32.const 18)
      (local.get $message) (i32.sub (global.get $free) (local.get $message))))

  (func $append (param $text i32) (param $len i32)
    (memory.copy (global.get $free) (local.get $text) (local.get $len))
    (global.set $free (i32.add (global.get $free) (local.get $len))))

  ;; verdict: approve, no findings
  (func $approve (result i32)
    (i32.store8 (i32.const 1088) (i32.const 0))
    (call $store_list (i32.const 1092) (i32.const 0) (i32.const 0))
    (i32.const 1088))

  ;; verdict: veto, the alert, one finding
  (func $veto
    (param $alert i32) (param $code i32) (param $code_len i32) (param $text i32) (param $text_len i32) (result i32)
    (call $document (i32.const 1104)
      (local.get $code) (local.get $code_len) (local.get $text) (local.get $text_len))
    (i32.store8 (i32.const 1088) (i32.const 1))
    (i32.store8 (i32.const 1092) (i32.const 1))
    (i32.store8 (i32.const 1093) (local.get $alert))
    (call $store_list (i32.const 1096) (i32.const 1104) (i32.const 1))
    (i32.const 1088)))
