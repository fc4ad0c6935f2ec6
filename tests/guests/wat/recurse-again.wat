;; Goes down a thousand frames and comes up again, for ever.
;; part: act
(func $act
  (loop (call $deeper (i32.const 1000)) (br 0)))
(func $deeper (param $left i32)
  (if (local.get $left)
    (then (call $deeper (i32.sub (local.get $left) (i32.const 1)))
          ;; work after the call, so that it is no tail call
          (i32.store (i32.const 8) (local.get $left)))))
