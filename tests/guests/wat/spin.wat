;; Never ends.
;; part: act
(func $act (loop (br 0)))
