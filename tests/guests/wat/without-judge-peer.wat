;; Has no opinion on peers.
;; part: judge-peer
