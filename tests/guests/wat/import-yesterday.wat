;; Wants a fact that the contract does not have.
;; part: imports
(import "countersign:policy/facts@{version}" "yesterday" (func $yesterday (result i32)))
