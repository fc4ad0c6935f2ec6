//! `[policy.NAME]`: components, settings, limits; and chains of them.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet, HashMap},
    ops::Range,
    path::PathBuf,
    sync::Arc,
};

use countersign::{
    facts::Fact,
    policy::{
        Chain, CodeCache, Digest, Engine, Limits, Link, LoadError, Policy, PolicyOptions,
        PolicySource, SelfTest,
    },
};
use toml::{Spanned, de::DeValue};

use super::{
    NamedPolicy,
    draft::Draft,
    file,
    loader::{Parts, unknown},
};
use crate::settings::{self, NoJson, Table};

/// The name of the built-in policy with its defaults, where a route names none.
const BUILT_IN: &str = "built-in";

/// A policy as it is said.
#[derive(Debug)]
pub(super) struct RawPolicy {
    name: Spanned<String>,
    said: file::Policy,
    settings: Option<Inline>,
}

/// Settings in the configuration itself: where they begin, and what they are.
type Inline = (Range<usize>, Result<Table, Vec<settings::Mistake>>);

impl RawPolicy {
    pub(super) fn read(
        draft: &mut Draft<'_>,
        name: Spanned<String>,
        value: Spanned<DeValue<'_>>,
    ) -> Option<Self> {
        let at = value.span();
        let DeValue::Table(mut members) = value.into_inner() else {
            let sentence = format!("policy `{0}` is a table, [policy.{0}]", name.get_ref());
            draft.wrong(&at, sentence);
            return None;
        };
        let key = members
            .keys()
            .find(|key| &**key.get_ref() == "settings")
            .cloned();
        let settings = key.and_then(|key| Some((key.span(), members.remove(&key)?)));
        let said = draft.part(Spanned::new(at, DeValue::Table(members)))?;
        let settings = settings.map(|(key, value)| match value.get_ref() {
            DeValue::Table(table) => {
                let read = Table::read(table, key.start, draft.text());
                (key, read)
            }
            other => {
                let sentence = format!(
                    "settings are a table, and this is {}; a file is named by `settings_file`",
                    other.type_str()
                );
                draft.wrong(&value.span(), sentence);
                (key, Err(Vec::new()))
            }
        });
        Some(Self {
            name,
            said,
            settings,
        })
    }
}

/// Engines and policies, kept from one configuration to the next.
#[derive(Debug, Default)]
pub(super) struct Policies {
    cache: Option<(PathBuf, CodeCache)>,
    engines: Vec<(Limits, Engine)>,
    loaded: HashMap<Key, Policy>,
}

/// What makes a policy another one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    name: String,
    digest: Option<Digest>,
    settings: String,
    forbidden: BTreeSet<&'static str>,
    /// Limits as they are shown.
    limits: String,
}

/// The policies of a configuration.
#[derive(Debug)]
pub(super) struct LoadedPolicies {
    /// None: it is not as it must be, which has been said.
    named: BTreeMap<String, (Range<usize>, Option<Link>)>,
    built_in: Option<Link>,
    used: RefCell<BTreeSet<String>>,
}

/// Settings as they were written.
enum Written<'a> {
    Nowhere,
    Inline(&'a Table),
    Json(PathBuf, String),
    Toml(PathBuf, String),
}

impl Policies {
    /// Loads what has changed, and forgets what nobody wants any more.
    pub(super) fn load(
        &mut self,
        draft: &mut Draft<'_>,
        parts: &Parts,
        raw: &[RawPolicy],
    ) -> LoadedPolicies {
        self.open_cache(draft, parts);
        let mut kept = HashMap::new();
        let mut named = BTreeMap::new();
        for raw in raw {
            let link = self.link(draft, raw, &mut kept);
            named.insert(raw.name.get_ref().clone(), (raw.name.span(), link));
        }
        let built_in = self.built_in(draft, &mut kept);
        self.loaded = kept;
        let limits: BTreeSet<_> = self.loaded.keys().map(|key| key.limits.clone()).collect();
        self.engines
            .retain(|(of, _)| limits.contains(&format!("{of:?}")));
        LoadedPolicies {
            named,
            built_in,
            used: RefCell::default(),
        }
    }

    fn open_cache(&mut self, draft: &mut Draft<'_>, parts: &Parts) {
        let Some(path) = &parts.gateway.cache else {
            return;
        };
        let dir = draft.resolve(path.get_ref());
        if self.cache.as_ref().is_some_and(|(open, _)| *open == dir) {
            return;
        }
        match CodeCache::open(&dir) {
            Ok(cache) => self.cache = Some((dir, cache)),
            Err(error) => draft.wrong(&path.span(), error.to_string()),
        }
    }

    fn built_in(&mut self, draft: &mut Draft<'_>, kept: &mut HashMap<Key, Policy>) -> Option<Link> {
        let limits = Limits::default();
        let key = Key {
            name: BUILT_IN.to_owned(),
            digest: None,
            settings: "{}".to_owned(),
            forbidden: BTreeSet::new(),
            limits: format!("{limits:?}"),
        };
        let loaded = self.policy(
            key,
            limits,
            &PolicySource::Default,
            &PolicyOptions::new().name(BUILT_IN),
            kept,
        );
        match loaded {
            Ok(policy) => Some(Link::enforce(policy)),
            Err(error) => {
                draft.wrong(&(0..0), format!("the built-in policy: {error}"));
                None
            }
        }
    }

    fn link(
        &mut self,
        draft: &mut Draft<'_>,
        raw: &RawPolicy,
        kept: &mut HashMap<Key, Policy>,
    ) -> Option<Link> {
        let said = &raw.said;
        let limits = limits(&said.limits);
        let source = match &said.component {
            None => Some(PolicySource::Default),
            Some(path) => {
                let bytes = draft.read("component", path, limits.component_bytes_max);
                bytes.map(PolicySource::Bytes)
            }
        };
        let settings = settings_of(draft, raw, &limits);
        let forbidden = forbidden(draft, said);
        let (source, (json, written)) = (source?, settings?);
        let digest = match &source {
            PolicySource::Bytes(bytes) => Some(Digest::of(bytes)),
            _ => None,
        };
        let name = raw.name.get_ref();
        let options = PolicyOptions::new()
            .settings(json.as_str())
            .name(name.as_str());
        let options = forbidden
            .iter()
            .fold(options, |options, fact| options.forbid(*fact));
        let key = Key {
            name: name.clone(),
            digest,
            settings: json,
            forbidden: forbidden.iter().map(|fact| fact.name()).collect(),
            limits: format!("{limits:?}"),
        };
        match self.policy(key, limits, &source, &options, kept) {
            Ok(policy) => Some(match said.mode {
                file::PolicyMode::Enforce => Link::enforce(policy),
                file::PolicyMode::Audit => Link::audit(policy),
            }),
            Err(error) => {
                complain(draft, raw, error, &written);
                None
            }
        }
    }

    fn policy(
        &mut self,
        key: Key,
        limits: Limits,
        source: &PolicySource,
        options: &PolicyOptions,
        kept: &mut HashMap<Key, Policy>,
    ) -> Result<Policy, Problem> {
        if let Some(policy) = kept.get(&key).or_else(|| self.loaded.get(&key)).cloned() {
            kept.insert(key, policy.clone());
            return Ok(policy);
        }
        let engine = self.engine(limits)?;
        let policy = Policy::load_with(&engine, source, options).map_err(Problem::Load)?;
        let test = SelfTest::default().run(&Chain::from(policy.clone()));
        test.map_err(|error| Problem::Other(format!("its self-test fails: {error}")))?;
        kept.insert(key, policy.clone());
        Ok(policy)
    }

    fn engine(&mut self, limits: Limits) -> Result<Engine, Problem> {
        if let Some((_, engine)) = self.engines.iter().find(|(of, _)| *of == limits) {
            return Ok(engine.clone());
        }
        let engine = Engine::new(limits).map_err(|error| Problem::Other(error.to_string()))?;
        let engine = match &self.cache {
            Some((_, cache)) => engine.with_cache(cache.clone()),
            None => engine,
        };
        self.engines.push((limits, engine.clone()));
        Ok(engine)
    }
}

/// Why a policy cannot be used.
#[derive(Debug, thiserror::Error)]
enum Problem {
    #[error(transparent)]
    Load(LoadError),
    #[error("{0}")]
    Other(String),
}

/// Says what is wrong, each mistake in settings where it stands.
fn complain(draft: &mut Draft<'_>, raw: &RawPolicy, problem: Problem, written: &Written<'_>) {
    let name = raw.name.get_ref();
    let errors = match problem {
        Problem::Load(LoadError::Settings(errors)) => errors,
        problem => {
            draft.wrong(&raw.name.span(), format!("policy {name}: {problem}"));
            return;
        }
    };
    let (path, mistakes) = match written {
        Written::Nowhere => (draft.path().to_owned(), settings::not_located(errors)),
        Written::Inline(table) => (draft.path().to_owned(), table.located(errors, draft.text())),
        Written::Json(path, text) => (path.clone(), settings::located_in_json(errors, text)),
        Written::Toml(path, text) => (path.clone(), settings::located_in_toml(errors, text)),
    };
    for mistake in mistakes {
        draft.wrong_settings(&path, name, mistake);
    }
}

/// The settings as JSON, and as they were written.
fn settings_of<'a>(
    draft: &mut Draft<'_>,
    raw: &'a RawPolicy,
    limits: &Limits,
) -> Option<(String, Written<'a>)> {
    let name = raw.name.get_ref();
    let path = match (&raw.settings, &raw.said.settings_file) {
        (Some((at, _)), Some(_)) => {
            let sentence =
                format!("policy {name} has both `settings` and `settings_file`: one is enough");
            draft.wrong(at, sentence);
            return None;
        }
        (None, None) => return Some(("{}".to_owned(), Written::Nowhere)),
        (Some((_, Ok(table))), None) => return Some((table.json.clone(), Written::Inline(table))),
        (Some((_, Err(mistakes))), None) => {
            let path = draft.path();
            for mistake in mistakes {
                draft.wrong_settings(path, name, mistake.clone());
            }
            return None;
        }
        (None, Some(path)) => path,
    };
    let bytes = draft.read("settings file", path, limits.settings_bytes_max)?;
    let file = draft.resolve(path.get_ref());
    let Ok(text) = String::from_utf8(bytes) else {
        draft.wrong(
            &path.span(),
            format!("settings file {}: not UTF-8", file.display()),
        );
        return None;
    };
    let is_toml = file
        .extension()
        .is_some_and(|it| it.eq_ignore_ascii_case("toml"));
    let read = match is_toml {
        true => match settings::toml_to_json(&text) {
            Ok(json) => Ok((json, Written::Toml(file.clone(), text))),
            Err(NoJson::Syntax(mistake)) => Err(vec![mistake]),
            Err(NoJson::Values(mistakes)) => Err(mistakes),
        },
        false => match settings::check_json(&text) {
            Ok(()) => Ok((text.clone(), Written::Json(file.clone(), text))),
            Err(mistake) => Err(vec![mistake]),
        },
    };
    read.map_err(|mistakes| {
        for mistake in mistakes {
            draft.wrong_settings(&file, name, mistake);
        }
    })
    .ok()
}

fn forbidden(draft: &mut Draft<'_>, said: &file::Policy) -> Vec<Fact> {
    let mut facts = Vec::new();
    for name in &said.forbid_facts {
        match Fact::ALL.iter().find(|fact| fact.name() == name.get_ref()) {
            Some(fact) => facts.push(*fact),
            None => {
                let known = Fact::ALL.iter().map(|fact| fact.name());
                draft.wrong(&name.span(), unknown("fact", name.get_ref(), known));
            }
        }
    }
    facts
}

fn limits(said: &file::PolicyLimits) -> Limits {
    let mut limits = Limits::default();
    let file::PolicyLimits {
        deadline_ms,
        load_deadline_ms,
        memory_bytes_max,
        memo_bytes_max,
        instances_max,
        kept_instances_max,
        overruns_max,
        trip_ms,
        settings_bytes_max,
        component_bytes_max,
    } = *said;
    set(&mut limits.deadline_ms, deadline_ms);
    set(&mut limits.load_deadline_ms, load_deadline_ms);
    set(&mut limits.memory_bytes_max, memory_bytes_max);
    set(&mut limits.memo_bytes_max, memo_bytes_max);
    set(&mut limits.instances_max, instances_max);
    set(&mut limits.kept_instances_max, kept_instances_max);
    set(&mut limits.overruns_max, overruns_max);
    set(&mut limits.trip_ms, trip_ms);
    set(&mut limits.settings_bytes_max, settings_bytes_max);
    set(&mut limits.component_bytes_max, component_bytes_max);
    limits
}

fn set<T>(limit: &mut T, said: Option<T>) {
    if let Some(said) = said {
        *limit = said;
    }
}

impl LoadedPolicies {
    /// The chain that a list of names means; no list is the built-in policy with its defaults.
    pub(super) fn chain(
        &self,
        draft: &mut Draft<'_>,
        names: Option<&Spanned<Vec<Spanned<String>>>>,
    ) -> Option<Chain> {
        let Some(names) = names else {
            self.used.borrow_mut().insert(BUILT_IN.to_owned());
            return self.built_in.clone().map(Chain::from);
        };
        if names.get_ref().is_empty() {
            let sentence = "somebody must judge: name a policy, or leave `policies` out for the built-in one with its defaults";
            draft.wrong(&names.span(), sentence);
        }
        let links: Vec<_> = names
            .get_ref()
            .iter()
            .map(|name| self.find(draft, name))
            .collect();
        let links = links.into_iter().collect::<Option<Vec<_>>>()?;
        let mut links = links.into_iter();
        let first = Chain::from(links.next()?);
        Some(links.fold(first, Chain::and))
    }

    fn find(&self, draft: &mut Draft<'_>, name: &Spanned<String>) -> Option<Link> {
        self.used.borrow_mut().insert(name.get_ref().clone());
        match self.named.get(name.get_ref()) {
            Some((_, link)) => link.clone(),
            None => {
                let known = self.named.keys().map(String::as_str);
                draft.wrong(&name.span(), unknown("policy", name.get_ref(), known));
                None
            }
        }
    }

    /// Warns of those that judge nobody.
    pub(super) fn unused(&self, draft: &mut Draft<'_>) {
        for (name, (at, _)) in &self.named {
            if !self.used.borrow().contains(name) {
                draft.doubtful(at, format!("policy `{name}` judges no connection"));
            }
        }
    }

    /// Those that judge, to be shown.
    pub(super) fn named(&self) -> Vec<NamedPolicy> {
        let used = self.used.borrow();
        let named = self
            .named
            .iter()
            .filter_map(|(name, (_, link))| Some((name.as_str(), link.as_ref()?)));
        let built_in = self.built_in.iter().map(|link| (BUILT_IN, link));
        let all = named
            .chain(built_in)
            .filter(|(name, _)| used.contains(*name));
        all.map(|(name, link)| NamedPolicy {
            name: Arc::from(name),
            policy: link.policy.clone(),
        })
        .collect()
    }
}
