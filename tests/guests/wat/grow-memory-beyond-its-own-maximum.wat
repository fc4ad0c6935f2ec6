;; Its memory says that it never grows. By the WebAssembly specification each try answers -1 and costs nothing.
;; part: memory
(memory (export "memory") 4 4)
;; part: act
(func $act
  (local $left i32)
  (local.set $left (i32.const 10000))
  (loop $again
    (if (i32.ne (memory.grow (i32.const 1)) (i32.const -1)) (then unreachable))
    (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1))))))
