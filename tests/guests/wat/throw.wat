;; Throws an exception that nobody catches.
;; part: act
(tag $tag)
(func $act (throw $tag))
