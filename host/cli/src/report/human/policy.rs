//! What a policy is, for people.

use std::path::Path;

use countersign::{
    policy::{CONTRACT_VERSION, Engine, Execution, FindingDoc, Policy, Way},
    verdict::Severity,
};

use super::{Page, TITLE, WARNING, page::LABEL, text};
use crate::{
    inspect::Inspected,
    policy::{self, Loaded},
    report::limits,
    settings::Origin,
};

/// The report on a policy.
pub(in crate::report) fn inspected(inspected: &Inspected) -> String {
    let Inspected { loaded, engine } = inspected;
    let mut page = Page::default();
    page.identity(loaded);
    page.sight(loaded);
    page.findings_of(&loaded.policy.description().findings);
    page.execution(loaded.policy.execution(), engine);
    page.row("loaded", &loading(loaded, engine));
    let limits = limits::all(engine.limits()).map(|(name, value)| format!("{name}={value}"));
    page.list("limits", &limits.join(" "));
    page.done()
}

impl Page {
    /// `POLICY default 0.1.0`
    fn identity(&mut self, loaded: &Loaded) {
        let policy = &loaded.policy;
        let about = policy.description();
        let name = text::line(&format!("{} {}", about.name, about.version));
        self.line(&format!("{TITLE}POLICY{TITLE:#} {name}"));
        self.list("summary", &about.summary);
        let (from, bytes) = (
            policy::named(loaded.path.as_deref()),
            loaded.policy.component_bytes(),
        );
        self.row("component", &format!("{from}, {bytes} bytes"));
        self.row("", &policy.digest().to_string());
        let contract = format!("countersign:policy@{CONTRACT_VERSION}");
        self.row("contract", &contract);
        self.row("settings", &settings(loaded));
        self.row("", &policy.settings_digest().to_string());
        let schema = match about.settings_schema {
            Some(_) => "there is one: --schema shows it",
            None => "none",
        };
        self.row("schema", schema);
    }

    /// What it can see, and what it could not.
    fn sight(&mut self, loaded: &Loaded) {
        self.list("imports", &imports(&loaded.policy));
        let forbidden: Vec<_> = loaded.forbidden.iter().map(|fact| fact.name()).collect();
        if !forbidden.is_empty() {
            self.list("forbidden", &forbidden.join(", "));
        }
    }

    fn findings_of(&mut self, findings: &[FindingDoc]) {
        if findings.is_empty() {
            self.row("finds", "nothing");
        }
        let widest = |of: fn(&FindingDoc) -> &str| {
            let columns = findings.iter().map(|finding| of(finding).len());
            columns.max().unwrap_or_default()
        };
        let code_columns = widest(|finding| finding.code.as_str());
        let weight_columns = widest(|finding| weight(finding.severity));
        for (at, finding) in findings.iter().enumerate() {
            let label = if at == 0 { "finds" } else { "" };
            let FindingDoc { code, summary, .. } = finding;
            let (code, weight) = (code.as_str(), weight(finding.severity));
            self.row(
                label,
                &format!("{code:code_columns$}  {weight:weight_columns$}  {summary}"),
            );
        }
    }

    fn execution(&mut self, execution: &Execution, engine: &Engine) {
        self.list(
            "runs",
            &format!("{}: {}", execution.way, meaning(execution.way)),
        );
        if let Some(because) = &execution.because {
            self.list("", &format!("not faster: {because}"));
        }
        if !execution.rehearsed {
            let failed = "it failed when it was asked about a made-up session; calls are the first thing it is asked";
            self.styled_row(WARNING, "warning", failed);
        }
        self.row("memory", &memory(execution));
        if !engine.is_pooled() {
            let slow = "this machine has no room for a pool, so instances are allocated one by one, which is slower";
            self.styled_row(LABEL, "", slow);
        }
    }
}

fn settings(loaded: &Loaded) -> String {
    match &loaded.settings.origin {
        Origin::None => "none".to_owned(),
        origin => format!("{origin}, {} bytes", loaded.settings.text.len()),
    }
}

fn imports(policy: &Policy) -> String {
    match policy.imports() {
        [] => "none: it sees what was negotiated, and nothing else".to_owned(),
        facts => facts.join(", "),
    }
}

fn weight(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Violation => "violation",
    }
}

/// What a way to run comes to.
fn meaning(way: Way) -> &'static str {
    match way {
        Way::Rewound => {
            "each thread keeps an instance, which is put back to its configured state after every call"
        }
        Way::Snapshot => "every call gets a new instance, which starts configured",
        Way::Configured => "every call gets a new instance, which takes its settings first",
    }
}

/// `128 KiB for each instance`
fn memory(execution: &Execution) -> String {
    let size = match execution.memory_bytes {
        bytes if bytes % 1024 == 0 => format!("{} KiB", bytes / 1024),
        bytes => format!("{bytes} bytes"),
    };
    match execution.memories {
        0 | 1 => format!("{size} for each instance"),
        several => format!("{size} for each instance, in {several} memories"),
    }
}

fn loading(loaded: &Loaded, engine: &Engine) -> String {
    let took = format!("{:.1} ms", loaded.took.as_secs_f64() * 1e3);
    let dir = engine.cache().map(|cache| cache.dir());
    match (loaded.policy.execution().cached, dir.map(Path::display)) {
        (true, Some(dir)) => format!("from the cache {dir} in {took}"),
        (_, Some(dir)) => format!("compiled in {took}; the cache is {dir}"),
        (_, None) => format!("compiled in {took}; there is no cache"),
    }
}
