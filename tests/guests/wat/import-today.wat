;; Wants today's date, of contract version {version}.
;; part: imports
(import "countersign:policy/facts@{version}" "today" (func $today (result i32)))
