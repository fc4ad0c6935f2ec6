;; Takes the integer part of a NaN whose payload is its own choice.
;; part: act
(func $act (drop (i64.trunc_f64_u (f64.const nan:0x4000000badbad))))
