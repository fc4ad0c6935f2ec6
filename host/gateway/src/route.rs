//! From the name that a client asks for to the route of its connection.

use std::collections::HashMap;

use crate::config::NamePattern;

/// Which of several things is meant by a server name.
#[derive(Debug)]
pub(crate) struct Routes<T> {
    exact: HashMap<String, usize>,
    /// By what stands behind `*.`.
    wildcard: HashMap<String, usize>,
    default: Option<usize>,
    all: Vec<T>,
}

impl<T> Routes<T> {
    /// Each with the names that it is for; none, and it is for all others. That no two are for the same, the configuration has
    /// made sure of.
    pub(crate) fn new(routes: impl IntoIterator<Item = (Vec<NamePattern>, T)>) -> Self {
        let mut made = Self {
            exact: HashMap::new(),
            wildcard: HashMap::new(),
            default: None,
            all: Vec::new(),
        };
        for (at, (names, route)) in routes.into_iter().enumerate() {
            made.all.push(route);
            if names.is_empty() {
                made.default = Some(at);
            }
            for name in names {
                match name {
                    NamePattern::Exact(name) => made.exact.insert(name, at),
                    NamePattern::Wildcard(below) => made.wildcard.insert(below, at),
                };
            }
        }
        made
    }

    /// The route for a server name in lower case, or for a client that sends none. The exact name goes before the wildcard, and that before the
    /// default.
    pub(crate) fn find(&self, name: Option<&str>) -> Option<&T> {
        let named = name.and_then(|name| self.named(name));
        named.or(self.default).map(|at| &self.all[at])
    }

    fn named(&self, name: &str) -> Option<usize> {
        let below = || name.split_once('.').map(|(_, below)| below);
        let wildcard = || self.wildcard.get(below()?);
        self.exact.get(name).or_else(wildcard).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::{NamePattern::*, *};

    fn routes(default: bool) -> Routes<&'static str> {
        let mut routes = vec![
            (vec![Exact("a.example".into())], "exact"),
            (
                vec![Wildcard("a.example".into()), Exact("b.example".into())],
                "below",
            ),
            (vec![Exact("x.a.example".into())], "one of them"),
        ];
        routes.extend(default.then_some((vec![], "default")));
        Routes::new(routes)
    }

    #[test]
    fn the_most_exact_name_counts() {
        let routes = routes(true);
        for (name, route) in [
            (Some("a.example"), "exact"),
            (Some("b.example"), "below"),
            (Some("y.a.example"), "below"),
            (Some("x.a.example"), "one of them"),
            (Some("z.y.a.example"), "default"),
            (Some("c.example"), "default"),
            (Some("example"), "default"),
            (Some(""), "default"),
            (None, "default"),
        ] {
            assert_eq!(routes.find(name), Some(&route), "{name:?}");
        }
    }

    #[test]
    fn without_a_default_strangers_have_no_route() {
        let routes = routes(false);
        assert_eq!(routes.find(Some("c.example")), None);
        assert_eq!(routes.find(None), None);
    }
}
