;; part: judge-peer
(func (export "judge-peer") (type $judge)
  (i32.store8 (i32.const 448) (i32.const 1))
  (i32.const 448))
