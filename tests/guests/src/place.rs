//! Where guest code runs.

use std::fmt;

/// A place where guest code runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The start function of the module.
    Start,
    /// A function of the contract, or `realloc` each time it is called.
    In(&'static str),
    /// `realloc`, while the host writes the arguments of a function that has some: of `configure`, of `constrain`, or of
    /// the judge functions (which cannot be told apart there).
    Lowering(&'static str),
    /// What the host calls when it has read the answer of a function.
    PostReturn(&'static str),
}

impl Place {
    /// One of each kind, and every function.
    pub const USUAL: [Self; 8] = [
        Self::Start,
        Self::In("describe"),
        Self::In("realloc"),
        Self::In("configure"),
        Self::In("constrain"),
        Self::In("judge-parameters"),
        Self::In("judge-peer"),
        Self::PostReturn("judge-peer"),
    ];

    /// All of them, in the order in which a connection comes to them.
    pub const ALL: [Self; 14] = [
        Self::Start,
        Self::In("describe"),
        Self::PostReturn("describe"),
        Self::Lowering("configure"),
        Self::In("configure"),
        Self::PostReturn("configure"),
        Self::Lowering("constrain"),
        Self::In("constrain"),
        Self::PostReturn("constrain"),
        Self::Lowering("judge-parameters"),
        Self::In("judge-parameters"),
        Self::PostReturn("judge-parameters"),
        Self::In("judge-peer"),
        Self::PostReturn("judge-peer"),
    ];

    /// The function of the contract whose call fails when something goes wrong at this place.
    pub fn noticed_in(self) -> &'static str {
        match self {
            Self::Start => "describe",
            // The settings are the first thing that the host writes into the guest.
            Self::In("realloc") => "configure",
            Self::In(function) | Self::Lowering(function) | Self::PostReturn(function) => function,
        }
    }

    /// How often guest code has run there in an instance that is asked its first question of a connection: the rehearsal is
    /// a call of `judge-parameters`.
    pub fn rehearsals(self) -> u32 {
        u32::from(self.noticed_in() == "judge-parameters")
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start => f.write_str("the start function"),
            Self::In(function) => f.write_str(function),
            Self::Lowering(function) => write!(f, "realloc for {function}"),
            Self::PostReturn(function) => write!(f, "post-return of {function}"),
        }
    }
}
