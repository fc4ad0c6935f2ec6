;; Counts to {count} before it accepts its settings: in time while it is loaded, too late on a connection.
;; part: before-configure
(func $before_configure
  (local $left i64)
  (local.set $left (i64.const {count}))
  (loop $again
    (br_if $again (i64.ne (local.tee $left (i64.sub (local.get $left) (i64.const 1))) (i64.const 0)))))
