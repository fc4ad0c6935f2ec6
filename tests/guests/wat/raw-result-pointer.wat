;; Says that its verdict stands at {pointer}.
;; part: judge-peer
(func (export "judge-peer") (type $judge)
  (i32.const {pointer}))
