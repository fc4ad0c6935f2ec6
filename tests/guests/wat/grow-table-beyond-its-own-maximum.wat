;; Its table says that it never grows. By the WebAssembly specification each try answers -1.
;; part: act
(table $table 1 1 funcref)
(func $act
  (local $left i32)
  (local.set $left (i32.const 200))
  (loop $again
    (if (i32.ne (table.grow $table (ref.null func) (i32.const 100)) (i32.const -1)) (then unreachable))
    (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1))))))
