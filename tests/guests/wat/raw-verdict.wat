;; Answers with 16 bytes of its choice as the verdict.
;; part: finding
(data (i32.const 448) "{verdict}")
