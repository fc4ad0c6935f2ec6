//! What one thread writes down.

use std::time::Duration;

use super::Account;
use crate::{
    policy::{CallError, question::Answer},
    verdict::Verdict,
};

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::policy) enum Outcome {
    Offer,
    Approval,
    Veto,
    Trap,
    Deadline,
    Memory,
    Busy,
    Tripped,
    Failure,
}

impl Outcome {
    pub(in crate::policy) fn of(result: Result<&Answer, &CallError>) -> Self {
        match result {
            Ok(Answer::Offer(_)) => Self::Offer,
            Ok(Answer::Verdict(Verdict::Approve(_))) => Self::Approval,
            Ok(Answer::Verdict(Verdict::Veto(_))) => Self::Veto,
            Err(error) => Self::of_error(error),
        }
    }

    fn of_error(error: &CallError) -> Self {
        match error {
            CallError::Trap(_) => Self::Trap,
            CallError::Deadline { .. } => Self::Deadline,
            CallError::Memory { .. } => Self::Memory,
            CallError::Busy { .. } => Self::Busy,
            CallError::Tripped { .. } => Self::Tripped,
            CallError::Start(_) | CallError::Settings | CallError::Output(_) => Self::Failure,
        }
    }
}

/// Counts for one lane: plain numbers, to be held under a lock that nobody else wants.
#[derive(Debug, Default)]
pub(in crate::policy) struct Ledger(Account);

impl Ledger {
    /// A call that the memo answered.
    pub(in crate::policy) fn remembered(&mut self, outcome: Outcome) {
        self.end(outcome);
        self.0.memo_hits += 1;
    }

    /// The memo was asked in vain. What the call comes to is told on its own.
    pub(in crate::policy) fn not_remembered(&mut self) {
        self.0.memo_misses += 1;
    }

    /// A call that ran in the sandbox, and the linear memory that it had at its end.
    pub(in crate::policy) fn ran(
        &mut self,
        outcome: Outcome,
        duration: Duration,
        memory_bytes: u64,
    ) {
        self.end(outcome);
        self.0.time.record(duration);
        self.0.memory_bytes_peak = self.0.memory_bytes_peak.max(memory_bytes);
    }

    /// A call that never ran.
    pub(in crate::policy) fn refused(&mut self, outcome: Outcome) {
        self.end(outcome);
    }

    /// Adds what stands here.
    pub(in crate::policy) fn add_to(&self, total: &mut Account) {
        total.add(&self.0);
    }

    fn end(&mut self, outcome: Outcome) {
        self.0.calls += 1;
        let count = match outcome {
            Outcome::Offer => &mut self.0.offers,
            Outcome::Approval => &mut self.0.approvals,
            Outcome::Veto => &mut self.0.vetoes,
            Outcome::Trap => &mut self.0.traps,
            Outcome::Deadline => &mut self.0.deadlines,
            Outcome::Memory => &mut self.0.memory,
            Outcome::Busy => &mut self.0.busy,
            Outcome::Tripped => &mut self.0.tripped,
            Outcome::Failure => &mut self.0.failures,
        };
        *count += 1;
    }
}

impl Account {
    fn add(&mut self, other: &Self) {
        let Self {
            calls,
            offers,
            approvals,
            vetoes,
            traps,
            deadlines,
            memory,
            busy,
            tripped,
            failures,
            memo_hits,
            memo_misses,
            memo_entries,
            memo_bytes,
            memory_bytes_peak,
            time,
        } = other;
        self.calls += calls;
        self.offers += offers;
        self.approvals += approvals;
        self.vetoes += vetoes;
        self.traps += traps;
        self.deadlines += deadlines;
        self.memory += memory;
        self.busy += busy;
        self.tripped += tripped;
        self.failures += failures;
        self.memo_hits += memo_hits;
        self.memo_misses += memo_misses;
        self.memo_entries += memo_entries;
        self.memo_bytes += memo_bytes;
        self.memory_bytes_peak = self.memory_bytes_peak.max(*memory_bytes_peak);
        self.time.add(time);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        policy::OutputError,
        verdict::{Finding, FindingCode, Refusal},
    };

    fn veto() -> Answer {
        let finding = Finding::host(FindingCode::host("engine.test"), "No.");
        Answer::Verdict(Verdict::Veto(Refusal {
            alert: None,
            findings: vec![finding],
        }))
    }

    #[test]
    fn an_answer_is_counted_by_what_it_says_and_an_error_by_what_it_is() {
        let approval = Answer::Verdict(Verdict::Approve(Vec::new()));
        assert_eq!(Outcome::of(Ok(&approval)), Outcome::Approval);
        assert_eq!(Outcome::of(Ok(&veto())), Outcome::Veto);
        let errors = [
            (CallError::Deadline { deadline_ms: 1 }, Outcome::Deadline),
            (CallError::Memory { bytes_max: 1 }, Outcome::Memory),
            (CallError::Trap(String::new()), Outcome::Trap),
            (CallError::Busy { instances_max: 1 }, Outcome::Busy),
            (CallError::Tripped { retry_ms: 1 }, Outcome::Tripped),
            (CallError::Start(String::new()), Outcome::Failure),
            (CallError::Settings, Outcome::Failure),
            (OutputError::VetoWithoutViolation.into(), Outcome::Failure),
        ];
        for (error, outcome) in errors {
            assert_eq!(Outcome::of(Err(&error)), outcome, "{error:?}");
        }
    }

    #[test]
    fn every_call_ends_in_one_way() {
        let mut ledger = Ledger::default();
        for outcome in [Outcome::Offer, Outcome::Approval, Outcome::Veto] {
            ledger.remembered(outcome);
            ledger.not_remembered();
            ledger.ran(outcome, Duration::from_micros(7), 65_536);
        }
        for outcome in [
            Outcome::Trap,
            Outcome::Deadline,
            Outcome::Memory,
            Outcome::Failure,
        ] {
            ledger.not_remembered();
            ledger.ran(outcome, Duration::from_micros(70), 131_072);
        }
        for outcome in [Outcome::Busy, Outcome::Tripped] {
            ledger.not_remembered();
            ledger.refused(outcome);
        }
        let mut account = Account::default();
        ledger.add_to(&mut account);
        let text = serde_json::to_value(&account).expect("it is plain data");
        let ends = [
            "offers",
            "approvals",
            "vetoes",
            "traps",
            "deadlines",
            "memory",
            "busy",
            "tripped",
            "failures",
        ];
        let counts = ends.map(|end| text[end].as_u64().expect("it is a number"));
        assert_eq!(counts, [2, 2, 2, 1, 1, 1, 1, 1, 1]);
        assert_eq!(account.calls, counts.iter().sum::<u64>());
        assert_eq!((account.memo_hits, account.memo_misses), (3, 9));
        assert_eq!(account.time.count(), 7);
        assert_eq!(account.time.sum(), Duration::from_micros(3 * 7 + 4 * 70));
    }

    #[test]
    fn ledgers_add_up_and_the_highest_peak_stands() {
        let mut account = Account::default();
        for memory_bytes in [1, 3, 2] {
            let mut ledger = Ledger::default();
            ledger.ran(Outcome::Approval, Duration::from_micros(1), memory_bytes);
            ledger.add_to(&mut account);
        }
        assert_eq!((account.calls, account.approvals), (3, 3));
        assert_eq!(account.memory_bytes_peak, 3);
        assert_eq!(account.time.count(), 3);
    }
}
