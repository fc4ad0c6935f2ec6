;; Acts in `realloc` when {when}, and not at other times.
;; part: realloc
(global $free (mut i32) (i32.const 65536))
(global $count (mut i32) (i32.const 0))
(func $realloc (export "cabi_realloc")
  (param $old i32) (param $old_size i32) (param $align i32) (param $size i32) (result i32)
  (local $at i32)
  (global.set $count (i32.add (global.get $count) (i32.const 1)))
  (if {when} (then (call $act)))
  (local.set $at (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
  (global.set $free (i32.add (local.get $at) (local.get $size)))
  (local.get $at))
