//! What the exit code of the program says.

use std::process::ExitCode;

use countersign::record::Decision;

/// The exit status of the program. The numbers are part of its interface and do not change.
///
/// The order is the one in which several targets count: the greatest is the status of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ExitStatus {
    /// 0: every server was approved. Or what else was asked for is told.
    Approved,
    /// 3: a server could not be judged: it was not reached, the handshake or the certificate failed, or it speaks
    /// only what this client cannot. Or the report could not be written, or the demo did not go as announced.
    NotJudged,
    /// 1: a policy vetoed a server.
    Vetoed,
    /// 2: the arguments, the settings or the policy cannot be used. Nothing was connected to.
    Usage,
}

impl ExitStatus {
    /// The number that the shell sees.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Approved => 0,
            Self::Vetoed => 1,
            Self::Usage => 2,
            Self::NotJudged => 3,
        }
    }
}

impl From<Decision> for ExitStatus {
    fn from(decision: Decision) -> Self {
        match decision {
            Decision::Approved => Self::Approved,
            Decision::Vetoed => Self::Vetoed,
            Decision::Failed => Self::NotJudged,
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status.code())
    }
}

#[cfg(test)]
mod tests {
    use super::ExitStatus::{Approved, NotJudged, Usage, Vetoed};

    #[test]
    fn the_codes_are_those_of_the_manual() {
        let codes = [Approved, Vetoed, Usage, NotJudged].map(|status| status.code());
        assert_eq!(codes, [0, 1, 2, 3]);
    }

    #[test]
    fn of_several_the_gravest_counts() {
        assert_eq!(
            [Approved, NotJudged, Vetoed].into_iter().max(),
            Some(Vetoed)
        );
        assert_eq!([NotJudged, Approved].into_iter().max(), Some(NotJudged));
        assert_eq!([Vetoed, Usage, NotJudged].into_iter().max(), Some(Usage));
    }
}
