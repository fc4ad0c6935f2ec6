;; Wants to see the host's environment.
;; part: imports
(import "wasi:cli/environment@0.2.0" "get-environment" (func $get_environment (param i32)))
