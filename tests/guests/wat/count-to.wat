;; Counts to {count}, which takes a while.
;; part: act
(func $act
  (local $left i64)
  (local.set $left (i64.const {count}))
  (loop $again
    (br_if $again (i64.ne (local.tee $left (i64.sub (local.get $left) (i64.const 1))) (i64.const 0)))))
