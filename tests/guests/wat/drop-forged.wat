;; Gives back a certificate that it was never given.
;; part: imports
(import "countersign:policy/facts@0.1.0" "[resource-drop]certificate" (func $drop (param i32)))
;; part: act
(func $act (call $drop (i32.const {handle})))
