//! Why a session is judged as it is.

use countersign_default_policy::explain::{Attempt, Check, Outcome, Tried};
use countersign_policy_sdk::{Finding, Role, Severity};

use super::{INDENT, LABEL, OK, Page, VETO, WARNING, overview::label, text};
use crate::{
    explain::{Basis, Judged, Known, Peer},
    settings::Origin as Source,
};

/// The report on a session in a file.
pub(in crate::report) fn explained_session(
    basis: &Basis,
    known: &Known,
    judged: &Judged,
) -> String {
    let mut page = Page::default();
    page.verdict(known, judged);
    page.found(judged);
    page.about(basis, known);
    page.why(basis, Some((known, judged)));
    page.done()
}

/// What stands below the report on a connection.
pub(in crate::report) fn explained_connection(
    basis: &Basis,
    explained: Option<(&Known, &Judged)>,
) -> String {
    let mut page = Page::default();
    page.why(basis, explained);
    page.done()
}

impl Page {
    /// `VETO legacy.example:443 TLSv1.2 TLS_RSA_WITH_AES_128_GCM_SHA256`
    fn verdict(&mut self, known: &Known, judged: &Judged) {
        let (style, word) = match judged.is_approved() {
            true => (OK, "OK"),
            false => (VETO, "VETO"),
        };
        let session = &known.session;
        let group = session.group.map(|group| format!(" {group}"));
        let rest = text::line(&format!(
            "{} {} {}{}",
            peer(known),
            session.version,
            session.cipher_suite,
            group.unwrap_or_default()
        ));
        self.line(&format!("{style}{word}{style:#} {rest}"));
    }

    fn found(&mut self, judged: &Judged) {
        let findings: Vec<&Finding> = judged.findings().collect();
        let lengths = findings.iter().map(|finding| finding.code.len());
        let columns = lengths.max().unwrap_or_default();
        for finding in findings {
            let style = match finding.severity {
                Severity::Violation => VETO,
                Severity::Warning => WARNING,
                Severity::Note => LABEL,
            };
            let (code, message) = (&finding.code, text::line(&finding.message));
            self.line(&format!(
                "{INDENT}{style}{code:columns$}{style:#}  {message}"
            ));
        }
    }

    fn about(&mut self, basis: &Basis, known: &Known) {
        let end = match known.session.endpoint.role {
            Role::Client => "as a client",
            Role::Server => "as a server",
        };
        let file = known.file.as_deref().unwrap_or_default();
        self.wide_row("session", &format!("{file}, {end}, on {}", basis.today));
        let settings = match &basis.settings.origin {
            Source::None => "none".to_owned(),
            origin => origin.to_string(),
        };
        self.wide_row("settings", &settings);
        if known.is_observed {
            let seen = "only what the server would choose, by a look at plain hello bytes";
            self.wide_row("seen", seen);
        }
    }

    fn why(&mut self, basis: &Basis, explained: Option<(&Known, &Judged)>) {
        self.warnings(basis);
        let Some((_, judged)) = explained else {
            self.part(
                "EXPLANATION",
                "nothing was agreed on, so there is nothing to judge",
            );
            let hint = "`countersign explain` without a connection shows what would be offered";
            return self.note(hint);
        };
        if let Some((function, finding)) = judged.decided_by() {
            self.part("DECIDED BY", &format!("{}, in {function}", finding.code));
        } else {
            self.part("APPROVED", "nothing speaks against it");
        }
        if judged.rules.len() > 1 {
            self.part("RULES", "the first that holds counts");
            judged
                .rules
                .iter()
                .for_each(|attempt| self.attempt(attempt));
        }
        self.part("PARAMETERS", &format!("under {}", judged.rule()));
        self.checks(&judged.parameters);
        self.part("PEER", "");
        self.peer(judged);
    }

    fn attempt(&mut self, attempt: &Attempt) {
        let (style, word, why) = match &attempt.tried {
            Tried::Holds => (OK, "holds", String::new()),
            Tried::Fails(reasons) => (LABEL, "no", reasons.join("; ")),
            Tried::NotReached => (LABEL, "not reached", String::new()),
        };
        let when = attempt.when.clone();
        let when = when.unwrap_or_else(|| "all other connections".to_owned());
        let why = match (why.is_empty(), &attempt.tried) {
            (false, _) => why,
            (true, _) => when,
        };
        let (path, why) = (text::line(&attempt.path), text::line(&why));
        self.line(&format!(
            "{INDENT}{path:12}  {style}{word:11}{style:#}  {why}"
        ));
    }

    fn checks(&mut self, checks: &[Check]) {
        let width = |check: &Check| shown(check).chars().count();
        let columns = checks.iter().map(width).max().unwrap_or_default();
        let columns = columns.min(super::grid::VALUE_COLUMNS);
        let mut before = "";
        for check in checks {
            let label = label(check.key);
            let first = if label == before { "" } else { label };
            self.check(first, check, columns);
            before = label;
        }
    }

    fn check(&mut self, label: &str, check: &Check, columns: usize) {
        let (style, word) = match check.outcome {
            Outcome::Allowed => (OK, "ok"),
            Outcome::Warned => (WARNING, "warning"),
            Outcome::Refused => (VETO, "refused"),
            Outcome::NotJudged => (LABEL, "-"),
        };
        let lines = text::wrapped(&text::line(&shown(check)), columns);
        let from = text::line(&check.from.to_string());
        for (at, line) in lines.iter().enumerate() {
            let row = match at {
                0 => format!(
                    "{INDENT}{LABEL}{label:12}{LABEL:#}  {style}{word:7}{style:#}  {line:columns$}  {LABEL}{from}{LABEL:#}"
                ),
                _ => format!("{INDENT}{:12}  {:7}  {line}", "", ""),
            };
            self.line(&row);
        }
    }

    fn peer(&mut self, judged: &Judged) {
        match &judged.peer {
            Peer::Judged { checks, .. } if checks.is_empty() => {
                self.line(&format!("{INDENT}nothing is asked of it"));
            }
            Peer::Judged { checks, .. } => self.checks(checks),
            Peer::NotAsked | Peer::Unknown(_) => {
                let why = judged.not_judged().unwrap_or_default();
                self.line(&format!("{INDENT}{WARNING}not judged{WARNING:#}: {why}"));
            }
        }
    }
}

/// What was looked at: of certificates, with the name of the rule.
fn shown(check: &Check) -> String {
    let (_, name) = check.key.rsplit_once('.').unwrap_or(("", ""));
    let name = ["_days", "_bits"]
        .iter()
        .fold(name, |name, unit| name.trim_end_matches(unit));
    match name.is_empty() {
        true => check.value.clone(),
        false => format!("{}: {}", name.replace('_', " "), check.value),
    }
}

/// Whom the session is with.
fn peer(known: &Known) -> String {
    let facts = &known.facts;
    let name = facts.server_name.as_deref();
    match (known.session.endpoint.role, name, facts.port) {
        (Role::Server, _, _) => "a client".to_owned(),
        (_, Some(name), Some(port)) if name.contains(':') => format!("[{name}]:{port}"),
        (_, Some(name), Some(port)) => format!("{name}:{port}"),
        (_, Some(name), None) => name.to_owned(),
        (_, None, Some(port)) => format!("a server at port {port}"),
        (_, None, None) => "a server".to_owned(),
    }
}
