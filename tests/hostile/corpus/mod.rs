//! The table of hostile guests, a file for each kind of attack.

pub(crate) mod answers;
pub(crate) mod components;
pub(crate) mod configure;
pub(crate) mod describe;
pub(crate) mod endless;
pub(crate) mod facts;
pub(crate) mod greedy;
pub(crate) mod harmless;
pub(crate) mod lists;
pub(crate) mod storms;
pub(crate) mod texts;
pub(crate) mod traps;
pub(crate) mod verdicts;

use countersign_test_guests::{Guest, Place};

use crate::outcome::Outcome;

/// A guest, and what has to become of it.
pub(crate) struct Case {
    /// The guest and the place, for people.
    pub(crate) name: String,
    pub(crate) guest: Source,
    pub(crate) settings: String,
    /// One of these.
    demanded: Vec<Outcome>,
}

/// Where a component comes from. Made when it is needed: all of them at once would be many.
pub(crate) enum Source {
    Guest(Guest),
    /// A component in text form.
    Text(String),
    Bytes(Vec<u8>),
}

impl Source {
    pub(crate) fn component(&self) -> Vec<u8> {
        match self {
            Self::Guest(guest) => guest.component(),
            Self::Text(text) => wat::parse_str(text).unwrap_or_else(|error| panic!("{error}")),
            Self::Bytes(bytes) => bytes.clone(),
        }
    }
}

impl Case {
    fn new(name: impl Into<String>, guest: Source, demanded: Vec<Outcome>) -> Self {
        Self {
            name: name.into(),
            guest,
            settings: "{}".to_owned(),
            demanded,
        }
    }

    /// A guest that has to be stopped in this function, with one of these codes.
    fn stopped(
        name: impl Into<String>,
        guest: Guest,
        function: &'static str,
        codes: &[&str],
    ) -> Self {
        let stopped = |code: &&str| Outcome::Stopped(function, (*code).to_owned());
        let demanded = codes.iter().map(stopped).collect();
        Self::new(name, Source::Guest(guest), demanded)
    }

    /// A guest that must not be loaded, for this reason.
    fn not_loaded(name: impl Into<String>, guest: Source, reasons: &[&'static str]) -> Self {
        let demanded = reasons.iter().map(|reason| Outcome::NotLoaded(reason));
        Self::new(name, guest, demanded.collect())
    }

    /// A guest that is as good as any, whatever it tries.
    fn approved(name: impl Into<String>, guest: Guest) -> Self {
        Self::new(name, Source::Guest(guest), vec![Outcome::Approved])
    }

    fn with_settings(mut self, settings: impl Into<String>) -> Self {
        self.settings = settings.into();
        self
    }

    /// Compares what became of the guest with what had to.
    ///
    /// # Errors
    ///
    /// The difference.
    pub(crate) fn check(&self, way: &str, outcome: &Outcome) -> Result<(), String> {
        match self.demanded.contains(outcome) {
            true => Ok(()),
            false => Err(format!("{way}: {outcome:?} instead of {:?}", self.demanded)),
        }
    }
}

/// A guest whose `$act` is hostile, at all places where guest code runs.
fn everywhere(name: &str, guest: &Guest, codes: &[&str]) -> Vec<Case> {
    let at = |place: Place| {
        let guest = guest.clone().acting_in(place);
        Case::stopped(
            format!("{name} in {place}"),
            guest,
            place.noticed_in(),
            codes,
        )
    };
    Place::ALL.into_iter().map(at).collect()
}
