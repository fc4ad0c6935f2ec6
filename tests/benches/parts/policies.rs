//! The built-in policy with empty settings, in each way in which its answers can come about.

use std::{fmt, sync::LazyLock};

use countersign::policy::{Engine, Limits, Policy, PolicyOptions, PolicySource, Way};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let mut limits = Limits::default();
    // The machine may be busy, and callgrind is slow.
    limits.deadline_ms = 5_000;
    limits.load_deadline_ms = 60_000;
    Engine::new(limits).expect("an engine")
});

/// Loading takes longer than many a handshake, so each is loaded once.
static POLICIES: LazyLock<[Policy; 3]> = LazyLock::new(|| Answers::ALL.map(Answers::load));

/// Where an answer comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answers {
    /// An instance that is put back after each call, every time.
    Rewound,
    /// A new instance from the configured snapshot, every time.
    Snapshot,
    /// The memo: every question was asked before.
    Memo,
}

impl Answers {
    pub(crate) const ALL: [Self; 3] = [Self::Rewound, Self::Snapshot, Self::Memo];

    /// The policy that answers so.
    pub(crate) fn policy(self) -> Policy {
        POLICIES[self as usize].clone()
    }

    fn load(self) -> Policy {
        let (way, memo) = match self {
            Self::Rewound => (Way::Rewound, false),
            Self::Snapshot => (Way::Snapshot, false),
            Self::Memo => (Way::Rewound, true),
        };
        let options = PolicyOptions::new().way(way).memo(memo);
        let policy = Policy::load_with(&ENGINE, &PolicySource::Default, &options);
        let policy = policy.expect("the built-in policy");
        assert_eq!(policy.execution().way, way);
        policy
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Rewound => "rewound",
            Self::Snapshot => "snapshot",
            Self::Memo => "memo",
        }
    }
}

impl fmt::Display for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
