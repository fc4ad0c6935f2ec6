//! `[policy.NAME]`: components with their settings and limits, loaded once and kept for the next configuration.

mod chain;
mod limits;
mod settings;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    ops::Range,
    path::PathBuf,
};

use countersign::{
    facts::Fact,
    policy::{
        Chain, CodeCache, Digest, Engine, Limits, Link, LoadError, Policy, PolicyOptions,
        PolicySource, SelfTest,
    },
};
use toml::{Spanned, de::DeValue};

pub(super) use self::chain::LoadedPolicies;
use self::{
    limits::limits,
    settings::{complain, settings_of},
};
use super::{
    draft::Draft,
    file,
    loader::{Parts, unknown},
};
use crate::settings::{Mistake, Table};

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
type Inline = (Range<usize>, Result<Table, Vec<Mistake>>);

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
            used: Default::default(),
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
