//! What a policy has done so far, as plain data.

mod histogram;
mod ledger;

use serde::Serialize;

pub use histogram::Histogram;
pub(super) use ledger::{Ledger, Outcome};

/// What a policy has done since it was loaded.
///
/// Every call ends in one of [`offers`](Self::offers), [`approvals`](Self::approvals), [`vetoes`](Self::vetoes),
/// [`traps`](Self::traps), [`deadlines`](Self::deadlines), [`memory`](Self::memory), [`busy`](Self::busy),
/// [`tripped`](Self::tripped) and [`failures`](Self::failures): together they are [`calls`](Self::calls). Threads count for
/// themselves, so the numbers of a policy that is being asked may be a few calls apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Account {
    /// Questions put to the policy, whoever answered: the sandbox, the memo, or nobody.
    pub calls: u64,
    /// Answers to `constrain`.
    pub offers: u64,
    /// Judge calls that ended in an approval.
    pub approvals: u64,
    /// Judge calls that ended in a veto of the policy's own.
    pub vetoes: u64,
    /// Calls in which the guest trapped.
    pub traps: u64,
    /// Calls that took too long: they were stopped, or ended too late.
    pub deadlines: u64,
    /// Calls that were stopped because they asked for more memory than allowed.
    pub memory: u64,
    /// Calls that were refused because all instances were in use.
    pub busy: u64,
    /// Calls that were refused because the policy had overrun its deadline too often.
    pub tripped: u64,
    /// Calls that failed in another way: no instance could be made, the settings were refused, the answer was unusable.
    pub failures: u64,
    /// Calls that the memo answered.
    pub memo_hits: u64,
    /// Calls for which the memo had no answer. Where it is off, nothing is counted.
    pub memo_misses: u64,
    /// Answers that are remembered now. The same one counts once a thread.
    pub memo_entries: u64,
    /// Their bytes, with all that is stored beside them.
    pub memo_bytes: u64,
    /// The most linear memory that a call has had, in bytes.
    pub memory_bytes_peak: u64,
    /// How long the calls took that ran in the sandbox.
    pub time: Histogram,
}
