//! Explanations, for programs. The keys are part of the program's interface and stay.

mod effective;
mod session;

use countersign_default_policy::explain::Origin;
use serde_json::{Value, json};

pub(in crate::report) use self::{effective::explained_settings, session::explained_session};
use super::text;
use crate::{explain::Basis, settings::Origin as Source};

/// What every explanation begins with.
fn begin(basis: &Basis) -> Value {
    let settings = match &basis.settings.origin {
        Source::File(path) => Some(path.to_string_lossy().into_owned()),
        Source::None | Source::Argument => None,
    };
    let warnings = basis.warnings().into_iter();
    let warnings = warnings.map(|one| json!({"path": one.path, "message": one.message}));
    json!({
        "policy": {"name": "default", "version": env!("CARGO_PKG_VERSION")},
        "settings": settings,
        "today": basis.today.to_string(),
        "warnings": warnings.collect::<Vec<_>>(),
    })
}

fn origin(from: &Origin) -> Value {
    match from {
        Origin::Default => json!({"kind": "default"}),
        Origin::Profile(name) => json!({"kind": "profile", "name": name}),
        Origin::Settings(path) => json!({"kind": "settings", "path": path}),
    }
}

fn one_line(value: &Value) -> String {
    format!("{}\n", text::json(&value.to_string()))
}
