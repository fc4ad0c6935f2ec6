//! The default policy of Countersign: which versions, cipher suites and groups may be negotiated, and whether sessions may
//! be resumed, as the operator's settings say. Without settings: TLS 1.2 and newer, forward-secret AEAD cipher
//! suites, elliptic-curve groups and their post-quantum hybrids.
//!
//! It reads no facts: the parameters of the session are all that it ever sees.

mod constrain;
mod describe;
mod finding;
mod judge;
mod objection;
mod settings;

use countersign_policy_sdk::{
    Description, Endpoint, Offer, Policy, Session, SettingsError, Verdict,
};

pub use finding::Code;
use settings::Settings;

/// The default policy under its settings.
#[derive(Clone, Debug, Default)]
pub struct DefaultPolicy(Settings);

impl Policy for DefaultPolicy {
    fn describe() -> Description {
        describe::description()
    }

    fn configure(settings: &str) -> Result<Self, Vec<SettingsError>> {
        Settings::parse(settings).map(Self)
    }

    fn constrain(&self, _: &Endpoint, available: Offer) -> Offer {
        constrain::constrain(&self.0, available)
    }

    fn judge_parameters(&self, session: &Session) -> Verdict {
        judge::judge(&self.0, session)
    }
}

countersign_policy_sdk::export!(DefaultPolicy);
