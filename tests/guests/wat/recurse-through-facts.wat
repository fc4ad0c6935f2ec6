;; Calls the host from every depth of a recursion whose frames are large: sooner or later the host has no stack left.
;; part: imports
(import "countersign:policy/facts@0.1.0" "today" (func $today (result i32)))
;; part: act
(func $act (drop (call $deeper {arguments})))
(func $deeper {parameters} (result i64)
  (drop (call $today))
  ;; what is used after the call stays on the stack during it
  (i64.add (call $deeper {parameters.passed}) {parameters.added}))
