//! `countersign profiles`: the published standards that the built-in policy knows.

mod difference;
mod library;

use countersign_default_policy::profiles::{self, Found};

use crate::{args::ProfilesArgs, exit::ExitStatus, report};

pub(crate) use self::{
    difference::{Difference, Lists},
    library::{Library, Spoken},
};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Which there are.
    All,
    /// All that one says.
    One(Found),
    /// In what two differ.
    Difference(Found, Found),
}

/// Does what the arguments ask for.
pub(crate) fn run(args: &ProfilesArgs) -> ExitStatus {
    let library = Library::default();
    match report::profiles(args.asked(), &library, args.output.format) {
        true => ExitStatus::Approved,
        false => ExitStatus::NotJudged,
    }
}

/// The profile with this name or alias.
///
/// # Errors
///
/// A sentence with the names that are most like it.
pub(crate) fn named(name: &str) -> Result<Found, String> {
    profiles::find(name).ok_or_else(|| unknown(name))
}

fn unknown(name: &str) -> String {
    let advice = "`countersign profiles` lists all";
    match profiles::near(name).as_slice() {
        [] => format!("there is no such profile: {advice}"),
        near => format!(
            "there is no such profile: did you mean {}? {advice}",
            near.join(", ")
        ),
    }
}
