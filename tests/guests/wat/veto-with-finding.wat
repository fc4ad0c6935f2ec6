;; Vetoes with one finding: {code}, of severity {severity}, and the alert {alert}, if {has-alert}.
;; part: finding
(data (i32.const 32768) "{code}")
;; part: judge-peer
(func (export "judge-peer") (type $judge)
  ;; finding at 512
  (i32.store (i32.const 512) (i32.const 32768))
  (i32.store (i32.const 516) (i32.const {code.len}))
  (i32.store8 (i32.const 520) (i32.const {severity}))
  ;; verdict at 448: veto, the alert, a list of one
  (i32.store8 (i32.const 448) (i32.const 1))
  (i32.store8 (i32.const 452) (i32.const {has-alert}))
  (i32.store8 (i32.const 453) (i32.const {alert}))
  (i32.store (i32.const 456) (i32.const 512))
  (i32.store (i32.const 460) (i32.const 1))
  (i32.const 448))
