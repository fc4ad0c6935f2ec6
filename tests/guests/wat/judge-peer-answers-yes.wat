;; Says `true` instead of a verdict.
;; part: judge-peer
(func (export "judge-peer") (type $judge) (i32.const 1))
