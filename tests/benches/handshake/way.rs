//! In which ways a handshake is made, and how long that takes.

use std::time::Duration;

use countersign::record::DecisionRecord;

use crate::policies::Answers;

/// How a handshake is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Gate(Answers),
    Plain,
}

impl Way {
    /// All of them. Who goes first changes: the second finds its caches warmed by the first.
    pub(crate) fn in_turn(round: usize) -> [Self; 4] {
        let [one, two, three] = Answers::ALL.map(Self::Gate);
        let mut ways = [one, two, three, Self::Plain];
        let count = ways.len();
        ways.rotate_left(round % count);
        ways
    }
}

/// A time, and the part of it that was spent in calls of the policy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Took {
    pub(crate) all: Duration,
    pub(crate) calls: Duration,
}

impl Took {
    pub(crate) fn plain(all: Duration) -> Self {
        let calls = Duration::ZERO;
        Self { all, calls }
    }

    pub(crate) fn judged(all: Duration, record: &DecisionRecord) -> Self {
        let calls = record.policies.iter().flat_map(|policy| &policy.calls);
        let calls = calls.map(|call| call.duration).sum();
        Self { all, calls }
    }

    /// A call and nothing else.
    pub(crate) fn call(all: Duration) -> Self {
        Self { all, calls: all }
    }
}
