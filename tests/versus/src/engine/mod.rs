//! The engines. Each has a function that makes a judge: a closure which one thread owns, with everything compiled and
//! prepared. To judge, it makes its input from the session, evaluates the rule and reads the answer.

mod cedar;
mod native;
mod rego;

use std::time::Duration;

use crate::window::{self, Window};
use crate::{Failure, session::Session, verdict::Verdict};

/// What judges sessions.
pub(crate) type Judge = Box<dyn FnMut(&Session) -> Result<Verdict, Failure>>;

/// Who judges.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Engine {
    /// The rule as a closure in Rust.
    Native,
    /// The rule in Rego, run by regorus.
    Regorus,
    /// The rule in Cedar, run by cedar-policy.
    Cedar,
}

impl Engine {
    /// All of them, with their names.
    pub(crate) const ALL: [(&str, Self); 3] = [
        ("native", Self::Native),
        ("regorus", Self::Regorus),
        ("cedar", Self::Cedar),
    ];

    /// The engine of this name.
    pub(crate) fn read(name: &str) -> Result<Self, Failure> {
        Self::ALL
            .into_iter()
            .find_map(|(known, engine)| (known == name).then_some(engine))
            .ok_or_else(|| format!("there is no engine {name:?}").into())
    }

    /// A judge to be asked now and then.
    pub(crate) fn judge(self) -> Result<Judge, Failure> {
        Ok(match self {
            Self::Native => Box::new(native::judge()?),
            Self::Regorus => Box::new(rego::judge()?),
            Self::Cedar => Box::new(cedar::judge()?),
        })
    }

    /// Judges these sessions over and over, on so many threads for so long.
    pub(crate) fn run(
        self,
        sessions: &[Session],
        threads: usize,
        time: Duration,
    ) -> Result<Window, Failure> {
        match self {
            Self::Native => window::run(native::judge, sessions, threads, time),
            Self::Regorus => window::run(rego::judge, sessions, threads, time),
            Self::Cedar => window::run(cedar::judge, sessions, threads, time),
        }
    }
}
