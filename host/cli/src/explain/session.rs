//! Sessions in files: decision records, or what somebody wrote by hand.

mod certificates;
mod fields;
mod record;
mod words;

use std::{collections::BTreeSet, path::Path};

use countersign::policy::SettingsError;
use countersign_default_policy::Date;
use countersign_policy_sdk::{
    Endpoint, Role, Session,
    built::Facts,
    settings::{Document, Errors},
};

use self::fields::Members;
pub(crate) use self::fields::word_of;
use crate::{
    args::RoleArg,
    error::StartError,
    input::Input,
    settings::{Mistake, Origin, Settings},
};

/// Much more than a record ever has.
const BYTES_MAX: usize = 1024 * 1024;

/// A session, and all that is known of it.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) session: Session,
    pub(crate) facts: Facts,
    /// Facts of which nothing is known, by their names in the contract.
    pub(crate) unknown: BTreeSet<&'static str>,
    /// Whether it was only seen what a server would choose.
    pub(crate) is_observed: bool,
    /// The file that it is from.
    pub(crate) file: Option<String>,
    today: Option<Date>,
}

impl Known {
    /// What is known of a connection.
    pub(crate) fn of(session: Session, facts: Facts) -> Self {
        Self {
            session,
            today: Some(Date::from_days(facts.today)),
            facts,
            unknown: BTreeSet::new(),
            is_observed: false,
            file: None,
        }
    }

    /// The day that is named.
    pub(crate) const fn today(&self) -> Option<Date> {
        self.today
    }

    /// The same, on a day.
    #[must_use]
    pub(crate) fn on(mut self, day: Date) -> Self {
        self.today = Some(day);
        self.facts.today = day.days();
        self
    }
}

/// Reads a file. The role counts where the file names none.
pub(crate) fn read(path: &str, role: Option<RoleArg>) -> Result<Known, StartError> {
    let origin = Origin::File(path.into());
    let text = text(path, &origin)?;
    let document = Document::parse(&text.text);
    let known = document.and_then(|document| {
        let mut errors = Errors::default();
        let members = Members::of(&document, &text.text, &mut errors);
        let known = known(&members, role, &mut errors);
        errors.into_result(())?;
        known.ok_or_else(Vec::new)
    });
    let mut known = known.map_err(|errors| StartError::Session {
        mistakes: text.located(errors.into_iter().map(of_host).collect()),
        origin,
    })?;
    known.file = Some(path.to_owned());
    Ok(known)
}

/// The text of a file, which is an object of JSON.
fn text(path: &str, origin: &Origin) -> Result<Settings, StartError> {
    let bytes = Input::Session.read(Path::new(path), BYTES_MAX)?;
    let malformed = |mistake| StartError::SessionSyntax {
        origin: origin.clone(),
        mistake,
    };
    let refused = |message: String| {
        malformed(Mistake {
            position: None,
            path: "$".to_owned(),
            message,
        })
    };
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        refused(format!("it is not UTF-8 at byte {at}"))
    })?;
    if !text.trim_start().starts_with('{') {
        return Err(refused(
            "a session is an object, which begins with {".to_owned(),
        ));
    }
    match Settings::read(Some(&text), BYTES_MAX) {
        Ok(mut settings) => {
            settings.origin = origin.clone();
            Ok(settings)
        }
        Err(StartError::Malformed { mistake, .. }) => Err(malformed(mistake)),
        Err(other) => Err(other),
    }
}

/// Everything is read before anything is given up, so that all mistakes are told.
fn known(members: &Members<'_>, role: Option<RoleArg>, errors: &mut Errors) -> Option<Known> {
    let chosen = record::chosen(members, errors);
    let role = members.role(errors).or(role.map(Role::from));
    let role = role.unwrap_or(Role::Client);
    let listener = members.text("listener", errors).unwrap_or_default();
    let alpn = members.text("alpn", errors).map(|text| words::bytes(&text));
    let (resumed, retried) = (
        members.bool("resumed", errors),
        members.bool("retried", errors),
    );
    let today = members.day(errors);
    let server_name = members.name(errors);
    let port = members.port(errors);
    let mut unknown = BTreeSet::new();
    let signature = members.signature_scheme(errors);
    if signature.is_none() && resumed != Some(true) {
        unknown.insert("signature-scheme");
    }
    let peer_verification = members.verification(errors);
    if peer_verification.is_none() {
        unknown.insert("peer-verification");
    }
    let peer_certificates = certificates::read(members, role, &mut unknown, errors);
    let chosen = chosen?;
    Some(Known {
        session: Session {
            group: chosen.group,
            alpn,
            resumed: resumed.unwrap_or_default(),
            retried: retried.unwrap_or_default(),
            ..Session::new(
                Endpoint { role, listener },
                chosen.version,
                chosen.cipher_suite,
            )
        },
        facts: Facts {
            server_name,
            port,
            peer_certificates,
            peer_verification: peer_verification.unwrap_or_default(),
            signature_scheme: signature.map(u16::from),
            ..Facts::default()
        },
        unknown,
        is_observed: chosen.is_observed,
        file: None,
        today,
    })
}

fn of_host(error: countersign_policy_sdk::SettingsError) -> SettingsError {
    SettingsError {
        path: error.path,
        message: error.message,
    }
}
