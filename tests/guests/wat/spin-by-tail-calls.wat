;; Never ends, and has neither a loop nor a growing stack.
;; part: act
(func $act (return_call $other))
(func $other (return_call $act))
