;; Waits (threads proposal) for a wake-up that nobody sends: no instruction runs, so none can be interrupted.
;; part: act
(func $act
  (drop (memory.atomic.wait32 (i32.const 1024) (i32.const 0) (i64.const -1))))
