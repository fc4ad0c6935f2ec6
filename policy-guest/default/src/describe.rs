use countersign_policy_sdk::{Description, FindingDoc};

use crate::Code;

/// The file `settings.schema.json`, compressed: every instance carries it.
const SETTINGS_SCHEMA: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/settings.schema.lz4"));

/// What the default policy says about itself.
pub(crate) fn description() -> Description {
    let finding = |code: &Code| FindingDoc {
        code: code.code().into(),
        severity: code.severity(),
        summary: code.summary().into(),
    };
    Description {
        name: "default".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        summary: "Allows what a published standard and its settings name, for all connections or by server, port, listener \
                  and role; without settings, what is safe today."
            .into(),
        settings_schema: settings_schema(),
        findings: Code::ALL.iter().map(finding).collect(),
    }
}

fn settings_schema() -> Option<String> {
    let text = lz4_flex::decompress_size_prepended(SETTINGS_SCHEMA).ok()?;
    String::from_utf8(text).ok()
}
