//! What every explanation begins with: the settings, and the day.

use std::time::{SystemTime, UNIX_EPOCH};

use countersign::policy::{Limits, SettingsError};
use countersign_default_policy::{
    Date,
    explain::{Explanation, Warning},
};

use crate::{error::StartError, profiles::Library, settings::Settings};

const SECONDS_A_DAY: u64 = 86_400;

/// Settings that the built-in policy takes, and the day on which they are looked at.
pub(crate) struct Basis {
    pub(crate) settings: Settings,
    pub(crate) explanation: Explanation,
    pub(crate) library: Library,
    pub(crate) today: Date,
}

impl Basis {
    /// Reads the settings, and refuses what other commands refuse.
    pub(crate) fn new(settings: Option<&str>, today: Option<Date>) -> Result<Self, StartError> {
        let settings = Settings::read(settings, Limits::default().settings_bytes_max)?;
        let explanation = Explanation::of(&settings.text);
        let mistakes = match &explanation {
            Ok(_) => settings.unspoken(),
            Err(errors) => settings.located(errors.iter().map(of_host).collect()),
        };
        match explanation {
            Ok(explanation) if mistakes.is_empty() => Ok(Self {
                settings,
                explanation,
                library: Library::default(),
                today: today.unwrap_or_else(|| day(SystemTime::now())),
            }),
            _ => Err(StartError::Refused {
                origin: settings.origin,
                mistakes,
            }),
        }
    }

    /// What an operator should know.
    pub(crate) fn warnings(&self) -> Vec<Warning> {
        self.explanation.warnings(self.today)
    }
}

fn of_host(error: &countersign_policy_sdk::SettingsError) -> SettingsError {
    SettingsError {
        path: error.path.clone(),
        message: error.message.clone(),
    }
}

/// The day of a moment in UTC.
pub(crate) fn day(time: SystemTime) -> Date {
    let seconds = time
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs();
    Date::from_days(u32::try_from(seconds / SECONDS_A_DAY).unwrap_or(u32::MAX))
}
