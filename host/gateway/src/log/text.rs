//! A line for people.

use std::fmt::Write;

use countersign::{
    record::{Decision, DecisionRecord},
    text::is_acted_on,
    verdict::Severity,
};

use super::{
    Entry,
    json::{micros, printable, rfc3339},
};

/// Appends the line.
pub(super) fn write(entry: &Entry, out: &mut Vec<u8>) {
    let mut line = format!("{} {}", rfc3339(entry.started), entry.listener);
    if let Some(client) = entry.client {
        let _ = write!(line, " {client}");
    }
    match entry.record.as_deref() {
        Some(record) => decided(record, &mut line),
        None => line.push_str(" -"),
    }
    if let Some((name, address)) = &entry.upstream {
        let _ = write!(line, " -> {name}");
        if let Some(address) = address {
            let _ = write!(line, " {address}");
        }
        if let Some(record) = entry.upstream_record.as_deref() {
            decided(record, &mut line);
        }
    }
    let _ = write!(
        line,
        " {} in={} out={} us={}",
        entry.end.as_str(),
        entry.bytes_in,
        entry.bytes_out,
        micros(entry.duration)
    );
    // Names are from strangers: nothing of them may look like another line, or be acted on by a terminal.
    for c in line.chars() {
        match is_acted_on(c) {
            true => out.extend(c.escape_unicode().to_string().bytes()),
            false => out.extend(c.encode_utf8(&mut [0; 4]).bytes()),
        }
    }
    out.push(b'\n');
}

fn decided(record: &DecisionRecord, line: &mut String) {
    line.push_str(match record.decision {
        Decision::Approved => " OK",
        Decision::Vetoed => " VETO",
        Decision::Failed => " FAIL",
    });
    if let Some(name) = record.facts.server_name() {
        let _ = write!(line, " {name}");
    }
    if let Some(session) = &record.session {
        let _ = write!(line, " {} {}", session.version, session.cipher_suite);
        if let Some(group) = session.group {
            let _ = write!(line, " {group}");
        }
        if let Some(alpn) = &session.alpn {
            let _ = write!(line, " {}", printable(alpn));
        }
        if session.resumed {
            line.push_str(" resumed");
        }
    }
    let violations = record
        .findings
        .iter()
        .filter(|it| it.severity == Severity::Violation);
    for finding in violations {
        let _ = write!(line, " [{}: {}]", finding.code, finding.message);
    }
    if let Some(failure) = &record.failure {
        let _ = write!(line, " [{}: {}]", failure.kind, failure.message);
    }
}
