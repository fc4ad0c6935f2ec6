//! Where the values of a text begin: all that is needed to find a place in it.

use super::path::{Step, steps};

/// A value, and what is in it.
#[derive(Debug)]
pub(super) struct Part {
    /// The byte at which it begins. A member of an object begins with its key.
    pub(super) at: usize,
    pub(super) inside: Inside,
}

/// What is in a value.
#[derive(Debug)]
pub(super) enum Inside {
    /// Nothing: a string, a number and the like.
    Nothing,
    Items(Vec<Part>),
    /// In any order. Of several with the same key the first is meant.
    Members(Vec<(String, Part)>),
}

impl Part {
    /// Where a path leads; if there is nothing, the nearest place around it.
    pub(super) fn find(&self, path: &str) -> usize {
        let mut here = self;
        for step in steps(path) {
            match here.step(&step) {
                Some(next) => here = next,
                None => break,
            }
        }
        here.at
    }

    fn step(&self, step: &Step) -> Option<&Self> {
        match (&self.inside, step) {
            (Inside::Items(items), Step::Index(index)) => items.get(*index),
            (Inside::Members(members), Step::Key(key)) => member(members, key),
            _ => None,
        }
    }
}

/// The member with this key, which policies shorten if it is long.
fn member<'a>(members: &'a [(String, Part)], key: &str) -> Option<&'a Part> {
    let find = |is_meant: &dyn Fn(&str) -> bool| {
        let found = members.iter().find(|(found, _)| is_meant(found));
        found.map(|(_, part)| part)
    };
    let beginning = key.strip_suffix('…').filter(|text| !text.is_empty());
    find(&|found| found == key)
        .or_else(|| beginning.and_then(|text| find(&|found| found.starts_with(text))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(at: usize) -> Part {
        let inside = Inside::Nothing;
        Part { at, inside }
    }

    fn outline() -> Part {
        let items = Inside::Items(vec![leaf(20), leaf(30)]);
        let list = Part {
            at: 10,
            inside: items,
        };
        let members = [("a", list), ("a", leaf(40)), ("long key", leaf(50))];
        let members = members.map(|(key, part)| (key.to_owned(), part));
        Part {
            at: 1,
            inside: Inside::Members(members.into()),
        }
    }

    #[test]
    fn paths_lead_to_places() {
        for (path, at) in [
            ("$", 1),
            ("$.a", 10),
            ("$.a[1]", 30),
            ("$['long key']", 50),
            ("$['long…']", 50),
        ] {
            assert_eq!(outline().find(path), at, "{path}");
        }
    }

    #[test]
    fn what_is_not_there_is_in_the_nearest_place_around_it() {
        for (path, at) in [
            ("$.b", 1),
            ("$.b.a", 1),
            ("$.a[2]", 10),
            ("$.a.b", 10),
            ("$.a[0].b[3]", 20),
            ("$[0]", 1),
            ("$['…']", 1),
            ("$.a[?@.b]", 10),
            ("", 1),
            ("versions", 1),
        ] {
            assert_eq!(outline().find(path), at, "{path}");
        }
    }
}
