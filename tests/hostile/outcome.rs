//! What became of a guest, in words that can be compared.

use countersign::{
    policy::{CallError, LoadError},
    record::Stage,
    text::is_acted_on,
    verdict::Finding,
};

/// What became of a guest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was not loaded, for a reason that is not a call. In one word.
    NotLoaded(&'static str),
    /// It was stopped in this function, or stopped a connection there: the codes of the findings.
    Stopped(&'static str, String),
    /// All its functions gave usable answers, and it approved.
    Approved,
}

impl Outcome {
    /// How a policy could not be loaded.
    pub(crate) fn of_load(error: &LoadError) -> Self {
        Self::NotLoaded(match error {
            LoadError::Describe(error) => return Self::of_call("describe", error),
            LoadError::Configure(error) => return Self::of_call("configure", error),
            LoadError::Settings(_) => "settings",
            LoadError::SettingsTooLarge { .. } | LoadError::ComponentTooLarge { .. } => "too-large",
            LoadError::NotWasm => "not-wasm",
            LoadError::CoreModule => "core-module",
            LoadError::Invalid(_) => "invalid",
            LoadError::ForbiddenImport { .. } => "forbidden-import",
            LoadError::ForbiddenFact { .. } => "forbidden-fact",
            LoadError::OtherContract { .. } => "other-contract",
            LoadError::WrongWorld { .. } => "wrong-world",
            LoadError::WrongTypes(_) => "wrong-types",
            _ => "of another kind",
        })
    }

    /// How a call failed: the code of the finding that a gate makes of it.
    pub(crate) fn of_call(function: &'static str, error: &CallError) -> Self {
        let code = match error {
            CallError::Deadline { .. } => "engine.deadline",
            CallError::Memory { .. } => "engine.memory",
            CallError::Trap(_) => "engine.trap",
            CallError::Busy { .. } => "engine.busy",
            CallError::Start(_) => "engine.start",
            CallError::Tripped { .. } => "engine.tripped",
            CallError::Settings => "engine.settings",
            CallError::Output(_) => "engine.output",
            _ => "of another kind",
        };
        Self::Stopped(function, code.to_owned())
    }
}

/// The function of the contract that was asked last at a stage.
pub(crate) fn function_of(stage: Stage) -> &'static str {
    match stage {
        Stage::Offer => "constrain",
        Stage::Parameters => "judge-parameters",
        Stage::Peer => "judge-peer",
        Stage::Handshake | Stage::Finish | Stage::Established => "no function",
    }
}

/// The codes of what was found, in order.
pub(crate) fn codes(findings: &[Finding]) -> String {
    let codes: Vec<_> = findings
        .iter()
        .map(|finding| finding.code.as_str())
        .collect();
    codes.join(" ")
}

/// Refuses text that would move a cursor, colour a terminal or hide something. Guests had a say in it.
pub(crate) fn check_plain(text: &str) -> Result<(), String> {
    match text.chars().any(is_acted_on) {
        true => Err(format!("it tells {text:?}")),
        false => Ok(()),
    }
}
