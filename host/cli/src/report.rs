//! What is said, and where: what was asked for on standard output, everything else on standard error.

mod human;
mod json;
mod limits;
mod rules;
mod text;

use std::{
    io::{self, Write},
    path::Path,
};

use anstyle::{AnsiColor, Style};
use countersign::record::DecisionRecord;
use countersign_gateway::RunError;

pub(crate) use human::About;

use crate::{
    args::{Format, RoleArg},
    demo::{DemoError, Scene},
    error::StartError,
    explain::{Basis, Connected, Judged, Known},
    gateway::Counts,
    inspect::Inspected,
    plan::CheckPlan,
    profiles::{Asked, Library},
    target::Target,
};

const ERROR: Style = AnsiColor::Red.on_default().bold();
const NOTE: Style = AnsiColor::Yellow.on_default().bold();

/// Reports what became of a target. Returns whether the report is not lost.
pub(crate) fn decided(plan: &CheckPlan, target: &Target, record: &DecisionRecord) -> bool {
    let report = match plan.format {
        Format::Human => human::page(&about(plan, target, record), record),
        Format::Json => json::record(target, record),
    };
    say(&report)
}

fn about<'a>(plan: &'a CheckPlan, target: &Target, record: &DecisionRecord) -> About<'a> {
    let way = plan.way_to(target);
    let address = record.facts.peer_address().filter(|_| way != *target);
    About {
        peer: target.to_string(),
        connected: address.map(|address| (address, way.port).into()),
        insecure: plan.insecure,
        settings: std::slice::from_ref(&plan.settings),
        ..About::default()
    }
}

/// Shows a policy. Returns whether the report is not lost.
pub(crate) fn inspected(inspected: &Inspected, format: Format) -> bool {
    let report = match format {
        Format::Human => human::inspected(inspected),
        Format::Json => json::inspected(inspected),
    };
    say(&report)
}

/// Shows the schema of a policy's settings. Returns whether it is not lost.
pub(crate) fn schema(text: &str, format: Format) -> bool {
    say(&json::schema(text, format))
}

/// Shows published standards. Returns whether the report is not lost.
pub(crate) fn profiles(asked: Asked, library: &Library, format: Format) -> bool {
    let report = match format {
        Format::Human => human::profiles(asked, library),
        Format::Json => json::profiles(asked, library),
    };
    say(&report)
}

/// Explains settings. Returns whether the report is not lost.
pub(crate) fn explained_settings(basis: &Basis, role: Option<RoleArg>, format: Format) -> bool {
    let report = match format {
        Format::Human => human::explained_settings(basis, role),
        Format::Json => json::explained_settings(basis, role),
    };
    say(&report)
}

/// Explains a session that was in a file. Returns whether the report is not lost.
pub(crate) fn explained_session(
    basis: &Basis,
    known: &Known,
    judged: &Judged,
    format: Format,
) -> bool {
    let report = match format {
        Format::Human => human::explained_session(basis, known, judged),
        Format::Json => json::explained_session(basis, Some((known, judged)), None),
    };
    say(&report)
}

/// Explains a connection that was made. Returns whether the report is not lost.
pub(crate) fn explained_connection(
    basis: &Basis,
    plan: &CheckPlan,
    connected: &Connected,
    format: Format,
) -> bool {
    let Connected { record, explained } = connected;
    let target = &plan.targets[0];
    let explained = explained.as_ref().map(|(known, judged)| (known, judged));
    let report = match format {
        Format::Human => {
            let page = human::page(&about(plan, target, record), record);
            page + &human::explained_connection(basis, explained)
        }
        Format::Json => json::explained_session(basis, explained, Some((target, record))),
    };
    say(&report)
}

/// Shows a scene of the demo. Returns whether it is not lost.
pub(crate) fn scene(number: usize, scene: &Scene, format: Format) -> bool {
    let report = match format {
        Format::Human => human::scene(number, scene),
        Format::Json => json::scene(scene),
    };
    say(&report)
}

/// Says something to the people who watch the demo; programs have no use for it. Returns whether it is not lost.
pub(crate) fn words(text: &str, format: Format) -> bool {
    format == Format::Json || say(&text::lines(text))
}

/// Reports that nothing could be started.
pub(crate) fn not_started(error: &StartError, format: Format) {
    complain(ERROR, "error", &error.to_string());
    if format == Format::Json {
        say(&json::not_started(error));
    }
}

/// Reports that the demo did not come to its end, or not to the announced one.
pub(crate) fn demo_failed(error: &DemoError, format: Format) {
    complain(ERROR, "error", &error.to_string());
    if format == Format::Json {
        say(&json::demo_failed(error));
    }
}

/// Reports that a gateway does not run.
pub(crate) fn gateway_not_started(error: &RunError, format: Format) {
    complain(ERROR, "error", &error.to_string());
    if format == Format::Json {
        say(&json::gateway_not_started(error));
    }
}

/// Reports that a configuration holds. Returns whether the report is not lost.
pub(crate) fn gateway_checked(
    path: &Path,
    counts: &Counts,
    warnings: usize,
    format: Format,
) -> bool {
    say(&match format {
        Format::Human => human::gateway_checked(path, counts, warnings),
        Format::Json => json::gateway_checked(path, counts, warnings),
    })
}

/// Reports arguments that cannot be understood.
pub(crate) fn misuse(text: &str, as_json: bool) {
    let text = text.strip_prefix("error: ").unwrap_or(text);
    complain(ERROR, "error", text.trim_end());
    if as_json {
        say(&json::misuse(text));
    }
}

/// Reports that this program contradicts itself.
pub(crate) fn internal(text: &str) {
    complain(ERROR, "internal error", text);
}

/// Mentions something that does not belong to any verdict.
pub(crate) fn note(text: &str) {
    complain(NOTE, "note", text);
}

/// Writes to standard output, and returns whether that is done. A reader who left wants no more: that is no loss, and no
/// reason to stop, as the exit code is still asked for.
fn say(text: &str) -> bool {
    let mut out = anstream::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            complain(
                ERROR,
                "error",
                &format!("the report cannot be written: {error}"),
            );
            false
        }
        _ => true,
    }
}

/// Writes to standard error. There is nobody to tell if that fails.
fn complain(style: Style, word: &str, text: &str) {
    let text = text::lines(text);
    let _ = writeln!(anstream::stderr().lock(), "{style}{word}:{style:#} {text}");
}
