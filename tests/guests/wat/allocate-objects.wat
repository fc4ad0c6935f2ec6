;; Makes objects (garbage collection proposal) for ever, which are in no linear memory.
;; part: act
(type $list (struct (field (ref null $list)) (field i64)))
(func $act
  (local $list (ref null $list))
  (loop (local.set $list (struct.new $list (local.get $list) (i64.const 0))) (br 0)))
