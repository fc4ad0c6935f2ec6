use countersign_policy_sdk::{Description, FindingDoc};

use crate::{Code, certificate};

const SETTINGS_SCHEMA: &str = include_str!("../settings.schema.json");

/// What the default policy says about itself.
pub(crate) fn description() -> Description {
    let finding = |code: &Code| FindingDoc {
        code: code.code().into(),
        severity: code.severity(),
        summary: code.summary().into(),
    };
    let of_certificates = certificate::DOCS.iter().map(|doc| FindingDoc {
        code: doc.code.into(),
        severity: doc.severity,
        summary: doc.summary.into(),
    });
    Description {
        name: "default".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        summary: "Allows what a published standard and its settings name, for all connections or by server, port, listener \
                  and role; without settings, what is safe today."
            .into(),
        settings_schema: Some(SETTINGS_SCHEMA.into()),
        findings: Code::ALL.iter().map(finding).chain(of_certificates).collect(),
    }
}
