;; Calls the host back while the host writes into its memory, which the component model forbids.
;; part: imports
(import "countersign:policy/facts@0.1.0" "today" (func $today (result i32)))
;; part: act
(func $act (drop (call $today)))
