//! What is said, and where: verdicts on standard output, everything else on standard error.

mod human;
mod json;
mod text;

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use countersign::record::DecisionRecord;

use crate::{args::Format, error::StartError, plan::CheckPlan, target::Target};

const ERROR: Style = AnsiColor::Red.on_default().bold();
const NOTE: Style = AnsiColor::Yellow.on_default().bold();

/// Reports what became of a target. Returns whether the report is not lost.
pub(crate) fn decided(plan: &CheckPlan, target: &Target, record: &DecisionRecord) -> bool {
    let report = match plan.format {
        Format::Human => human::page(plan, target, record),
        Format::Json => json::record(target, record),
    };
    say(&report)
}

/// Reports that nothing could be started.
pub(crate) fn not_started(error: &StartError, format: Format) {
    complain(ERROR, "error", &error.to_string());
    if format == Format::Json {
        say(&json::not_started(error));
    }
}

/// Reports arguments that cannot be understood.
pub(crate) fn misuse(text: &str, as_json: bool) {
    let text = text.strip_prefix("error: ").unwrap_or(text);
    complain(ERROR, "error", text.trim_end());
    if as_json {
        say(&json::misuse(text));
    }
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
