;; Starts with two tables: {first} and {second} elements.
;; part: act
(table $first {first} funcref)
(table $second {second} funcref)
(func $act)
