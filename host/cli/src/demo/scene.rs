//! A scene: what happened, and what had been announced.

use std::sync::Arc;

use countersign::{record::DecisionRecord, session::Role};

use super::{DemoError, announced::Announced, cast::SERVER_NAME, peers::Saw};
use crate::{report::About, settings::Settings};

/// Connections that show one thing.
pub(crate) struct Scene {
    /// A stable word for programs.
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    /// What happens, and why it matters.
    pub(crate) story: &'static str,
    pub(crate) acts: Vec<Act>,
}

/// One record, and what belongs to it.
pub(crate) struct Act {
    /// Whose record this is, and of what.
    pub(crate) caption: &'static str,
    pub(crate) record: Arc<DecisionRecord>,
    /// What the other end saw, where it has no gate of its own.
    pub(super) saw: Option<Saw>,
    /// The settings of the policies, in order.
    pub(super) settings: Vec<Settings>,
    pub(super) announced: Announced,
}

impl Scene {
    /// Whether everything was as announced.
    pub(super) fn as_announced(&self) -> Result<(), DemoError> {
        for act in &self.acts {
            let held = act.announced.holds(&act.record, act.saw.as_ref());
            held.map_err(|why| DemoError::NotAsAnnounced {
                scene: self.title,
                caption: act.caption,
                why,
            })?;
        }
        Ok(())
    }
}

impl Act {
    /// What the report says that the record does not.
    pub(crate) fn about(&self) -> About<'_> {
        let peer = match (self.record.endpoint.role, self.record.facts.peer_address()) {
            (Role::Client, _) => format!("server {SERVER_NAME}"),
            (Role::Server, None) => "client".to_owned(),
            (Role::Server, Some(address)) => format!("client {address}"),
        };
        About {
            peer,
            settings: &self.settings,
            calls: true,
            more: self.peer_saw().map(|saw| (self.witness(), saw)),
            ..About::default()
        }
    }

    /// What the other end saw, in words.
    pub(crate) fn peer_saw(&self) -> Option<String> {
        Some(match self.saw.as_ref()? {
            Saw::Data => "its application data echoed".to_owned(),
            Saw::Alert(code) => {
                let alert = self.record.alert.filter(|alert| alert.code() == *code);
                let name = alert.map_or_else(|| code.to_string(), |alert| alert.to_string());
                format!("the fatal alert {name}, and no application data")
            }
            Saw::NothingInCommon => "an offer without any cipher suite that it speaks".to_owned(),
            Saw::Other(error) => format!("an error: {error}"),
        })
    }

    fn witness(&self) -> &'static str {
        match self.record.endpoint.role {
            Role::Client => "server saw",
            Role::Server => "client saw",
        }
    }
}
