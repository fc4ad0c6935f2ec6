;; part: act
(func $act unreachable)
