//! Reports for people: the verdict on the first line, and below it why, by whom and on what grounds.

use std::{fmt::Write, net::SocketAddr};

use anstyle::{AnsiColor, Style};
use countersign::{
    facts::Certificate,
    offer::Offer,
    probe::Outcome,
    record::{Decision, DecisionRecord, PolicyRecord},
    verdict::{Finding, Severity},
};
use time::OffsetDateTime;

use super::text;
use crate::{
    plan::CheckPlan,
    settings::{Origin, Settings},
    target::Target,
};

const OK: Style = AnsiColor::Green.on_default().bold();
const VETO: Style = AnsiColor::Red.on_default().bold();
const FAIL: Style = AnsiColor::Yellow.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default();
const LABEL: Style = Style::new().dimmed();

/// Before each line but the first.
const INDENT: &str = "     ";

/// The columns that labels get.
const LABEL_COLUMNS: usize = 11;

/// Where lists are broken.
const LIST_COLUMNS: usize = 100;

/// Settings that are shown as they are, up to this many characters.
const SETTINGS_SHOWN: usize = 60;

/// The report on one target.
pub(super) fn page(plan: &CheckPlan, target: &Target, record: &DecisionRecord) -> String {
    let mut page = Page(String::new());
    page.head(target, record);
    page.findings(&record.findings);
    page.failure(record);
    page.certificate(plan, record);
    page.connected(plan, target, record);
    if let Some(protocol) = record
        .session
        .as_ref()
        .and_then(|session| session.alpn.as_ref())
    {
        page.row("alpn", &protocol.escape_ascii().to_string());
    }
    for policy in &record.policies {
        page.row("policy", &policy_line(policy, &plan.settings));
    }
    if record.decision == Decision::Vetoed || record.probe.is_some() {
        page.list("offered", &offer_line(record.offer.as_ref()));
    }
    if let Some(probe) = &record.probe {
        let probe = &probe.0;
        page.row(
            "seen by",
            &format!("a look at plain hello bytes, not authenticated: {probe}"),
        );
    }
    page.0
}

/// Lines of text; what comes from strangers is made safe on its way in.
struct Page(String);

impl Page {
    /// `VETO legacy.example:443 TLSv1.1 TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA`
    fn head(&mut self, target: &Target, record: &DecisionRecord) {
        let (style, word) = match record.decision {
            Decision::Approved => (OK, "OK"),
            Decision::Vetoed => (VETO, "VETO"),
            Decision::Failed => (FAIL, "FAIL"),
        };
        let rest = match (record.decision, &record.failure) {
            (Decision::Failed, Some(failure)) => failure.message.clone(),
            _ => parameters(record),
        };
        let rest = text::line(&format!("{target} {rest}"));
        self.line(&format!("{style}{word}{style:#} {}", rest.trim_end()));
    }

    fn findings(&mut self, findings: &[Finding]) {
        let lengths = findings.iter().map(|finding| finding.code.as_str().len());
        let columns = lengths.max().unwrap_or_default().max(LABEL_COLUMNS);
        for finding in findings {
            let style = match finding.severity {
                Severity::Violation => VETO,
                Severity::Warning => WARNING,
                Severity::Note => LABEL,
            };
            let code = finding.code.as_str();
            let message = text::line(&finding.message);
            self.line(&format!(
                "{INDENT}{style}{code:columns$}{style:#}  {message}"
            ));
        }
    }

    /// What went wrong beside a veto; or how far the handshake came that failed for another reason.
    fn failure(&mut self, record: &DecisionRecord) {
        match (record.decision, &record.failure) {
            (Decision::Vetoed, Some(failure)) if failure.kind != "certificate" => {
                self.row("handshake", &failure.message);
            }
            (Decision::Failed, _) if record.session.is_some() => {
                self.row("session", &parameters(record));
            }
            _ => {}
        }
    }

    fn certificate(&mut self, plan: &CheckPlan, record: &DecisionRecord) {
        let Some(certificate) = record.facts.peer_certificates().first() else {
            return;
        };
        self.row("certificate", &certificate_line(certificate));
        let Some(why) = record.facts.peer_verification().reason() else {
            return;
        };
        if plan.insecure {
            let why = format!("--insecure lets this certificate pass: {why}");
            self.styled_row(WARNING, "warning", &why);
        } else if record.decision == Decision::Vetoed {
            self.row("", &format!("not accepted: {why}"));
        }
    }

    /// Where the connection went, if that is not the target itself.
    fn connected(&mut self, plan: &CheckPlan, target: &Target, record: &DecisionRecord) {
        let way = plan.way_to(target);
        if let Some(address) = record.facts.peer_address()
            && way != *target
        {
            self.row("connected", &SocketAddr::new(address, way.port).to_string());
        }
    }

    fn row(&mut self, label: &str, text: &str) {
        self.styled_row(LABEL, label, text);
    }

    fn styled_row(&mut self, style: Style, label: &str, text: &str) {
        let text = text::line(text);
        self.line(&format!(
            "{INDENT}{style}{label:LABEL_COLUMNS$}{style:#}  {text}"
        ));
    }

    fn list(&mut self, label: &str, text: &str) {
        let columns = LIST_COLUMNS - INDENT.len() - LABEL_COLUMNS - 2;
        for (at, part) in text::wrapped(text, columns).iter().enumerate() {
            self.row(if at == 0 { label } else { "" }, part);
        }
    }

    fn line(&mut self, line: &str) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.0, "{line}");
    }
}

/// What was negotiated, or what the server would choose. Of the latter, which is not authenticated, the group is left
/// to the line that says where it comes from.
fn parameters(record: &DecisionRecord) -> String {
    if let Some(session) = &record.session {
        let group = session
            .group
            .map(|group| format!(" {group}"))
            .unwrap_or_default();
        return format!("{} {}{group}", session.version, session.cipher_suite);
    }
    match record.probe.as_ref().map(|probe| &probe.0) {
        Some(Outcome::Observed { best, .. }) => format!("{} {}", best.version, best.cipher_suite),
        _ => String::new(),
    }
}

fn certificate_line(certificate: &Certificate) -> String {
    let subject = match (certificate.subject(), certificate.dns_names().first()) {
        ("", Some(name)) => name,
        ("", None) => "without a subject",
        (subject, _) => subject,
    };
    let until = OffsetDateTime::from_unix_timestamp(certificate.not_after());
    let until = until.map_or_else(
        |_| "an unknown day".to_owned(),
        |until| until.date().to_string(),
    );
    format!(
        "{subject}, issued by {}, valid until {until}",
        certificate.issuer()
    )
}

fn policy_line(policy: &PolicyRecord, settings: &Settings) -> String {
    let (name, version, digest) = (&policy.name, &policy.version, policy.digest.short());
    let settings_digest = policy.settings_digest.short();
    let from = match &settings.origin {
        Origin::None => "none".to_owned(),
        Origin::Argument if settings.text.chars().count() <= SETTINGS_SHOWN => {
            format!("{} (sha256 {settings_digest})", settings.text.trim())
        }
        origin => format!("{origin} (sha256 {settings_digest})"),
    };
    format!("{name} {version} (sha256 {digest}), settings {from}")
}

/// `TLSv1.3 TLSv1.2; 2 cipher suites: A, B; 1 group: C`
fn offer_line(offer: Option<&Offer>) -> String {
    let Some(offer) = offer else {
        return "nothing".to_owned();
    };
    let versions: Vec<_> = offer.versions.iter().map(ToString::to_string).collect();
    let mut line = format!(
        "{}; {}; {}",
        versions.join(" "),
        counted("cipher suite", &offer.cipher_suites),
        counted("group", &offer.groups)
    );
    if !offer.alpn.is_empty() {
        let names: Vec<_> = offer
            .alpn
            .iter()
            .map(|name| name.escape_ascii().to_string())
            .collect();
        line += &format!("; alpn {}", names.join(", "));
    }
    line
}

fn counted<T: ToString>(what: &str, items: &[T]) -> String {
    let names: Vec<_> = items.iter().map(ToString::to_string).collect();
    let plural = if items.len() == 1 { "" } else { "s" };
    format!("{} {what}{plural}: {}", items.len(), names.join(", "))
}
