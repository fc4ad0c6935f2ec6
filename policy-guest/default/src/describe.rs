use countersign_policy_sdk::{Description, FindingDoc};

use crate::Code;

const SETTINGS_SCHEMA: &str = include_str!("../settings.schema.json");

/// What the default policy says about itself.
pub(crate) fn description() -> Description {
    let finding = |code: Code| FindingDoc {
        code: code.code().into(),
        severity: code.severity(),
        summary: code.summary().into(),
    };
    Description {
        name: "default".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        summary: "Allows the versions, cipher suites, groups and resumption that its settings name; without settings, \
                  those that are safe today."
            .into(),
        settings_schema: Some(SETTINGS_SCHEMA.into()),
        findings: Code::ALL.into_iter().map(finding).collect(),
    }
}
