//! The default policy of Countersign: what may be negotiated, with whom, and until when, as a published standard and the
//! operator's settings say; the same for all connections, or by server name, port, listener and role. Without settings: TLS 1.2 and
//! newer, forward-secret AEAD cipher suites, elliptic-curve groups and their post-quantum hybrids.
//!
//! Facts are read only where the settings ask for them: without rules, sunsets and certificates, the parameters of the session
//! are all that it sees.

mod certificate;
mod constrain;
mod date;
mod describe;
#[cfg(not(target_arch = "wasm32"))]
pub mod explain;
mod finding;
mod judge;
mod objection;
pub mod profiles;
#[cfg(not(target_arch = "wasm32"))]
mod schema;
mod settings;
mod terms;

use countersign_policy_sdk::{
    Description, Endpoint, Offer, Policy, Session, SettingsError, Verdict, settings::from_text,
};

pub use date::Date;
pub use finding::Code;
#[cfg(not(target_arch = "wasm32"))]
pub use schema::settings_schema;
use settings::Settings;
use terms::Rules;

/// The default policy under its settings.
#[derive(Clone, Debug)]
pub struct DefaultPolicy(Rules);

impl Policy for DefaultPolicy {
    fn describe() -> Description {
        describe::description()
    }

    fn configure(settings: &str) -> Result<Self, Vec<SettingsError>> {
        let settings: Settings = from_text(settings)?;
        Rules::of(&settings).map(Self)
    }

    fn constrain(&self, endpoint: &Endpoint, available: Offer) -> Offer {
        constrain::constrain(self.0.at(endpoint), endpoint.role, available)
    }

    fn judge_parameters(&self, session: &Session) -> Verdict {
        judge::judge(self.0.at(&session.endpoint), session)
    }

    fn judge_peer(&self, session: &Session) -> Verdict {
        judge::judge_peer(self.0.at(&session.endpoint), session)
    }
}

countersign_policy_sdk::export!(DefaultPolicy);
