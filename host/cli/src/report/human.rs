//! Reports for people: the verdict on the first line, and below it why, by whom and on what grounds.

mod explain;
mod gateway;
mod page;
mod phrases;
mod policy;
mod profiles;

use std::net::SocketAddr;

use anstyle::{AnsiColor, Style};
use countersign::{
    record::{Decision, DecisionRecord},
    session::Role,
    verdict::{Finding, Severity},
};

use self::page::{INDENT, LABEL, LABEL_COLUMNS, LIST_COLUMNS, Page};
pub(super) use self::{
    explain::{explained_connection, explained_session, explained_settings},
    gateway::gateway_checked,
    policy::inspected,
    profiles::profiles,
};
use super::text;
use crate::{demo::Scene, settings::Settings};

const OK: Style = AnsiColor::Green.on_default().bold();
const VETO: Style = AnsiColor::Red.on_default().bold();
const FAIL: Style = AnsiColor::Yellow.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default();
const TITLE: Style = Style::new().bold();

/// What a record does not say of its connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct About<'a> {
    /// What the report calls the other end.
    pub(crate) peer: String,
    /// Where the connection went, if `peer` does not say so.
    pub(crate) connected: Option<SocketAddr>,
    /// Whether certificates that do not verify were let pass.
    pub(crate) insecure: bool,
    /// The settings of the policies, in order.
    pub(crate) settings: &'a [Settings],
    /// Whether to tell what each policy was asked.
    pub(crate) calls: bool,
    /// One more row, with its label.
    pub(crate) more: Option<(&'static str, String)>,
}

/// The report on one connection.
pub(super) fn page(about: &About<'_>, record: &DecisionRecord) -> String {
    let mut page = Page::default();
    page.head(&about.peer, record);
    page.findings(&record.findings);
    page.failure(record);
    page.certificate(about.insecure, record);
    if let Some(address) = about.connected {
        page.row("connected", &address.to_string());
    }
    page.session(record);
    page.policies(about, record);
    page.proposals(record);
    page.probe(record);
    if let Some((label, text)) = &about.more {
        page.list(label, text);
    }
    page.done()
}

/// A scene of the demo: what it is about, and the reports on its connections.
pub(super) fn scene(number: usize, scene: &Scene) -> String {
    let title = scene.title;
    let mut text = format!("\n{TITLE}{number}. {title}{TITLE:#}\n");
    for line in text::wrapped(scene.story, LIST_COLUMNS) {
        text += &format!("{line}\n");
    }
    for act in &scene.acts {
        let caption = &act.caption;
        text += &format!("\n  {caption}:\n");
        for line in page(&act.about(), &act.record).lines() {
            text += &format!("  {line}\n");
        }
    }
    text
}

impl Page {
    /// `VETO legacy.example:443 TLSv1.1 TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA`
    fn head(&mut self, peer: &str, record: &DecisionRecord) {
        let (style, word) = match record.decision {
            Decision::Approved => (OK, "OK"),
            Decision::Vetoed => (VETO, "VETO"),
            Decision::Failed => (FAIL, "FAIL"),
        };
        let rest = match (record.decision, &record.failure) {
            (Decision::Failed, Some(failure)) => failure.message.clone(),
            _ => phrases::parameters(record),
        };
        let rest = text::line(&format!("{peer} {rest}"));
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
                self.row("session", &phrases::parameters(record));
            }
            _ => {}
        }
    }

    fn certificate(&mut self, insecure: bool, record: &DecisionRecord) {
        let Some(certificate) = record.facts.peer_certificates().first() else {
            return;
        };
        self.row("certificate", &phrases::certificate(certificate));
        let Some(why) = record.facts.peer_verification().reason() else {
            return;
        };
        if insecure {
            let why = format!("--insecure lets this certificate pass: {why}");
            self.styled_row(WARNING, "warning", &why);
        } else if record.decision == Decision::Vetoed {
            self.row("", &format!("not accepted: {why}"));
        }
    }

    /// What the first line has no room for.
    fn session(&mut self, record: &DecisionRecord) {
        let Some(session) = &record.session else {
            return;
        };
        if session.resumed {
            self.row("resumed", "an earlier session, judged again");
        }
        if let Some(protocol) = &session.alpn {
            self.row("alpn", &phrases::protocol(protocol));
        }
    }

    fn policies(&mut self, about: &About<'_>, record: &DecisionRecord) {
        for (at, policy) in record.policies.iter().enumerate() {
            self.row("policy", &phrases::policy(policy, about.settings.get(at)));
            if about.calls {
                self.list("", &phrases::calls(policy));
            }
            if let Some(would) = &policy.would {
                self.row("", phrases::would(would));
                self.findings(&would.findings);
            }
        }
    }

    /// What was on the table where nothing came of it, and what the client was told.
    fn proposals(&mut self, record: &DecisionRecord) {
        let vetoed = record.decision == Decision::Vetoed;
        let ours = phrases::offer(record.offer.as_ref());
        match record.endpoint.role {
            Role::Client if vetoed || record.probe.is_some() => self.list("offered", &ours),
            Role::Server if vetoed && record.session.is_none() => {
                if let Some(hello) = record.facts.client_hello() {
                    self.list("offered", &phrases::hello(hello));
                }
                self.list("acceptable", &ours);
            }
            _ => {}
        }
        if let (Role::Server, Some(alert)) = (record.endpoint.role, record.alert) {
            self.row("alert", &format!("{alert}, sent to the client"));
        }
    }

    fn probe(&mut self, record: &DecisionRecord) {
        if let Some(probe) = &record.probe {
            let probe = &probe.0;
            self.row(
                "seen by",
                &format!("a look at plain hello bytes, not authenticated: {probe}"),
            );
        }
    }
}
