use core::fmt;

use countersign_names::{CipherSuite, Group, SignatureScheme};

/// An entry of a list, and how long the publication lets it be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed<T: 'static> {
    /// What may be used.
    pub value: T,
    /// How long.
    pub until: Until,
}

/// How long a publication lets something be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// It names no end.
    Open,
    /// Until the end of this year.
    Year(u16),
    /// Until the end of this year at least: the publication says that it may become longer.
    AtLeast(u16),
}

impl fmt::Display for Until {
    /// As publications write it: `2026`, `2029+`, and nothing where no end is named.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open => Ok(()),
            Self::Year(year) => write!(formatter, "{year}"),
            Self::AtLeast(year) => write!(formatter, "{year}+"),
        }
    }
}

impl<T: Copy> Listed<T> {
    /// The same, until the end of a year.
    pub(super) const fn until(self, year: u16) -> Self {
        Self {
            until: Until::Year(year),
            value: self.value,
        }
    }

    /// The same, until the end of a year at least.
    pub(super) const fn at_least(self, year: u16) -> Self {
        Self {
            until: Until::AtLeast(year),
            value: self.value,
        }
    }
}

/// A cipher suite without an end.
pub(super) const fn suite(code: u16) -> Listed<CipherSuite> {
    open(CipherSuite::new(code))
}

/// A group without an end.
pub(super) const fn group(code: u16) -> Listed<Group> {
    open(Group::new(code))
}

/// A signature scheme without an end.
pub(super) const fn scheme(code: u16) -> Listed<SignatureScheme> {
    open(SignatureScheme::new(code))
}

const fn open<T: Copy>(value: T) -> Listed<T> {
    Listed {
        value,
        until: Until::Open,
    }
}
