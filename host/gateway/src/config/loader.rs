//! From the file to a configuration that holds, or to everything that is wrong with it.

use std::{path::Path, sync::Arc};

use countersign::rustls::crypto::{CryptoProvider, aws_lc_rs};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    Config, Mistake, Mistakes,
    draft::{self, Draft, nearest},
    file,
    listeners::{self, RawListener},
    policies::{Policies, RawPolicy},
    process,
    standards::Standards,
    upstreams::{RawUpstream, Upstreams},
};

/// The size of a configuration.
const BYTES_MAX: usize = 8 * 1024 * 1024;

/// The keys of the document.
const KEYS: [&str; 7] = [
    "gateway", "log", "admin", "metrics", "listener", "policy", "upstream",
];

/// Reads configurations. It keeps what it loaded for the next one: a policy that has not changed is not compiled again, and keeps
/// what it remembers.
#[derive(Debug)]
pub struct Loader {
    provider: Arc<CryptoProvider>,
    policies: Policies,
}

/// A configuration that holds, and what is doubtful about it.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The configuration.
    pub config: Config,
    /// What the operator should look at, in the order of the file.
    pub warnings: Vec<Mistake>,
}

/// The parts of a document, each by itself as it must be.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) gateway: file::Gateway,
    pub(super) log: file::Log,
    pub(super) admin: Option<file::Admin>,
    pub(super) metrics: file::Metrics,
    pub(super) listeners: Vec<RawListener>,
    pub(super) policies: Vec<RawPolicy>,
    pub(super) upstreams: Vec<RawUpstream>,
}

impl Loader {
    /// One that has loaded nothing yet.
    pub fn new() -> Self {
        Self {
            provider: Arc::new(aws_lc_rs::default_provider()),
            policies: Policies::default(),
        }
    }

    /// Reads a configuration and all that it names, loads its policies and lets them answer a self-test. It takes as long as they
    /// take to be compiled: call it where a thread may block.
    ///
    /// # Errors
    ///
    /// All that is wrong, not only the first of it.
    pub fn load(&mut self, path: &Path) -> Result<Loaded, Mistakes> {
        let unreadable = |message: String| {
            let path = path.to_owned();
            let mistake = Mistake {
                path,
                position: None,
                message,
            };
            Mistakes::new(vec![mistake], Path::new(""))
        };
        let bytes = draft::read(path, BYTES_MAX)
            .map_err(|error| unreadable(format!("the configuration cannot be read: {error}")))?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            unreadable(format!(
                "not UTF-8 at byte {at}: a configuration is a TOML text"
            ))
        })?;
        let mut draft = Draft::new(path, text.strip_prefix('\u{feff}').unwrap_or(&text));
        let config = self.read(&mut draft);
        match config.filter(|_| draft.mistakes.is_empty()) {
            Some(config) => {
                let mut warnings = draft.warnings;
                warnings.sort_by_key(|it| it.position.map(|it| (it.line, it.column)));
                Ok(Loaded { config, warnings })
            }
            None => Err(Mistakes::new(draft.mistakes, path)),
        }
    }

    /// None if anything is wrong, all of which the draft knows.
    fn read(&mut self, draft: &mut Draft<'_>) -> Option<Config> {
        let (document, errors) = DeTable::parse_recoverable(draft.text());
        if !errors.is_empty() {
            // What is no TOML has parts that nobody meant.
            errors
                .iter()
                .for_each(|error| draft.wrong_toml(error, &(0..0)));
            return None;
        }
        let parts = parts(draft, document.into_inner());
        let policies = self.policies.load(draft, &parts, &parts.policies);
        let process = process::of(draft, &parts);
        let standards = Standards::read(draft, &parts.metrics, &self.provider);
        let mut upstreams = Upstreams::new(&parts.upstreams);
        let listeners = {
            let mut context = listeners::Context {
                policies: &policies,
                upstreams: &mut upstreams,
                provider: &self.provider,
            };
            listeners::of(draft, &parts.listeners, &mut context)
        };
        upstreams.unused(draft, &policies, &self.provider);
        policies.unused(draft);
        Some(Config {
            process: process?,
            standards: Arc::new(standards),
            listeners: listeners?,
            policies: policies.named(),
            files: draft.files.clone(),
        })
    }
}

impl Default for Loader {
    fn default() -> Self {
        Self::new()
    }
}

fn parts(draft: &mut Draft<'_>, document: DeTable<'_>) -> Parts {
    let mut parts = Parts::default();
    for (key, value) in document {
        match (&**key.get_ref(), value) {
            ("gateway", value) => parts.gateway = draft.part(value).unwrap_or_default(),
            ("log", value) => parts.log = draft.part(value).unwrap_or_default(),
            ("metrics", value) => parts.metrics = draft.part(value).unwrap_or_default(),
            ("admin", value) => parts.admin = draft.part(value),
            ("listener", value) => parts.listeners = each(draft, value, RawListener::read),
            ("policy", value) => parts.policies = named(draft, value, "policy", RawPolicy::read),
            ("upstream", value) => {
                parts.upstreams = named(draft, value, "upstream", RawUpstream::read);
            }
            (unknown, _) => {
                let allowed = KEYS.join(", ");
                let sentence = match nearest(unknown, KEYS.into_iter()) {
                    Some(nearest) => format!("unknown key `{unknown}`: did you mean `{nearest}`?"),
                    None => format!("unknown key `{unknown}`: allowed are {allowed}"),
                };
                draft.wrong(&key.span(), sentence);
            }
        }
    }
    parts
}

/// The items of an array of tables.
pub(super) fn each<T>(
    draft: &mut Draft<'_>,
    value: Spanned<DeValue<'_>>,
    read: impl Fn(&mut Draft<'_>, Spanned<DeValue<'_>>) -> Option<T>,
) -> Vec<T> {
    let at = value.span();
    match value.into_inner() {
        DeValue::Array(items) => {
            let read = items.into_iter().map(|item| read(draft, item));
            // All are read, whatever becomes of the first.
            read.collect::<Vec<_>>().into_iter().flatten().collect()
        }
        other => {
            let sentence = format!(
                "this must be an array of tables, each headed by its name in double brackets, and is {}",
                article(other.type_str())
            );
            draft.wrong(&at, sentence);
            Vec::new()
        }
    }
}

/// The members of a table of tables.
fn named<T>(
    draft: &mut Draft<'_>,
    value: Spanned<DeValue<'_>>,
    what: &str,
    read: impl Fn(&mut Draft<'_>, Spanned<String>, Spanned<DeValue<'_>>) -> Option<T>,
) -> Vec<T> {
    let at = value.span();
    match value.into_inner() {
        DeValue::Table(members) => {
            let read = members.into_iter().map(|(key, value)| {
                let name = Spanned::new(key.span(), key.get_ref().clone().into_owned());
                read(draft, name, value)
            });
            read.collect::<Vec<_>>().into_iter().flatten().collect()
        }
        other => {
            let sentence = format!(
                "each {what} is a table of its own, [{what}.NAME], and this is {}",
                article(other.type_str())
            );
            draft.wrong(&at, sentence);
            Vec::new()
        }
    }
}

fn article(kind: &str) -> String {
    match kind.starts_with(['a', 'e', 'i', 'o', 'u']) {
        true => format!("an {kind}"),
        false => format!("a {kind}"),
    }
}

/// A name that was given where another is needed, with the one that may have been meant.
pub(super) fn unknown<'a>(
    what: &str,
    name: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> String {
    match nearest(name, known.clone()) {
        Some(nearest) => format!("there is no {what} `{name}`: did you mean `{nearest}`?"),
        None if known.clone().next().is_none() => {
            format!("there is no {what} `{name}`: write it as [{what}.{name}]")
        }
        None => {
            let known: Vec<_> = known.collect();
            format!(
                "there is no {what} `{name}`: there are {}",
                known.join(", ")
            )
        }
    }
}
