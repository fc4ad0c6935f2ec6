//! What is answered.

use std::fmt::{self, Display};

use crate::Failure;

/// Why a session is refused, in the order in which the reasons are written. The codes are the default policy's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Code {
    /// The version is older than the minimum.
    Version,
    /// The cipher suite is not listed.
    CipherSuite,
    /// There is a group, and it is not listed.
    Group,
}

impl Code {
    const ALL: [Self; 3] = [Self::Version, Self::CipherSuite, Self::Group];

    /// The code that this text is.
    pub(crate) fn read(text: &str) -> Result<Self, Failure> {
        Self::ALL
            .into_iter()
            .find(|code| code.text() == text)
            .ok_or_else(|| format!("{text:?} is no code").into())
    }

    const fn text(self) -> &'static str {
        match self {
            Self::Version => "version.not-allowed",
            Self::CipherSuite => "cipher-suite.not-allowed",
            Self::Group => "group.not-allowed",
        }
    }
}

/// The answer to one question, as a program would use it: with every reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nothing speaks against the session.
    Approve,
    /// These do. There is at least one, in order.
    Veto(Vec<Code>),
}

impl Verdict {
    /// The verdict that follows from all that was found.
    pub(crate) fn from_codes(mut codes: Vec<Code>) -> Self {
        if codes.is_empty() {
            return Self::Approve;
        }
        codes.sort_unstable();
        Self::Veto(codes)
    }
}

impl Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Approve => formatter.write_str("approve"),
            Self::Veto(codes) => {
                let codes: Vec<_> = codes.iter().map(|code| code.text()).collect();
                write!(formatter, "veto {}", codes.join(","))
            }
        }
    }
}
