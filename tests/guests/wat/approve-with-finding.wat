;; Approves with one finding: {code}, of severity {severity}, with a {message}.
;; part: memory
(memory (export "memory") 128)
;; part: finding
(data (i32.const 4096) "{code}")
(data (i32.const 131072) "{message}")
;; part: judge-peer
(func (export "judge-peer") (type $judge)
  ;; finding at 512
  (i32.store (i32.const 512) (i32.const 4096))
  (i32.store (i32.const 516) (i32.const {code.len}))
  (i32.store8 (i32.const 520) (i32.const {severity}))
  (i32.store (i32.const 524) (i32.const 131072))
  (i32.store (i32.const 528) (i32.const {message.len}))
  ;; verdict at 448: approve, a list of one
  (i32.store (i32.const 452) (i32.const 512))
  (i32.store (i32.const 456) (i32.const 1))
  (i32.const 448))
