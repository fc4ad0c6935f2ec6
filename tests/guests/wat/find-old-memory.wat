;; Looks through 16 MiB for anything that another instance left behind (a trap says that it found something), then
;; leaves something in every page itself.
;; part: memory
(memory (export "memory") 4)
;; part: act
(func $act
  (local $at i32)
  (if (i32.eq (memory.grow (i32.const 252)) (i32.const -1)) (then unreachable))
  (local.set $at (i32.const 131072))
  (loop $again
    (if (i64.ne (i64.load (local.get $at)) (i64.const 0)) (then unreachable))
    (i64.store (local.get $at) (i64.const -1))
    (local.set $at (i32.add (local.get $at) (i32.const 256)))
    (br_if $again (i32.lt_u (local.get $at) (i32.const 16777216)))))
