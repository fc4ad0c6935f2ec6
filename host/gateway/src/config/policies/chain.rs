//! The policies of a configuration, and chains of them.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::Arc,
};

use countersign::policy::{Chain, Link};
use toml::Spanned;

use super::{
    super::{NamedPolicy, draft::Draft, loader::unknown},
    BUILT_IN,
};

/// The policies of a configuration.
#[derive(Debug)]
pub(in crate::config) struct LoadedPolicies {
    /// None: it is not as it must be, which has been said.
    pub(super) named: BTreeMap<String, (Range<usize>, Option<Link>)>,
    pub(super) built_in: Option<Link>,
    pub(super) used: RefCell<BTreeSet<String>>,
}

impl LoadedPolicies {
    /// The chain that a list of names means; no list is the built-in policy with its defaults.
    pub(in crate::config) fn chain(
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
    pub(in crate::config) fn unused(&self, draft: &mut Draft<'_>) {
        for (name, (at, _)) in &self.named {
            if !self.used.borrow().contains(name) {
                draft.doubtful(at, format!("policy `{name}` judges no connection"));
            }
        }
    }

    /// Those that judge, to be shown.
    pub(in crate::config) fn named(&self) -> Vec<NamedPolicy> {
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
