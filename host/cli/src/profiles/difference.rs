//! In what two lists differ.

use countersign_default_policy::profiles::{Listed, Profile, Until};
use countersign_names::Version;

use super::Spoken;

/// In what two lists differ.
#[derive(Debug, PartialEq)]
pub(crate) struct Difference<T> {
    /// Who has such a list at all.
    pub(crate) lists: Lists,
    /// What only the first has.
    pub(crate) only_a: Vec<T>,
    /// What only the second has.
    pub(crate) only_b: Vec<T>,
    /// Of those that both have: what stands in the first where the second has something else.
    pub(crate) order: Vec<(T, T)>,
    /// What both have until another year.
    pub(crate) until: Vec<(T, Until, Until)>,
}

/// Which of two publications has a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lists {
    Both,
    OnlyA,
    OnlyB,
    Neither,
}

impl<T: Spoken> Difference<T> {
    /// Between two lists.
    pub(crate) fn new(a: &[Listed<T>], b: &[Listed<T>]) -> Self {
        Self::of(Some(a), Some(b))
    }

    /// Between two lists that need not be there.
    pub(crate) fn of(a: Option<&[Listed<T>]>, b: Option<&[Listed<T>]>) -> Self {
        let lists = match (a, b) {
            (Some(_), Some(_)) => Lists::Both,
            (Some(_), None) => Lists::OnlyA,
            (None, Some(_)) => Lists::OnlyB,
            (None, None) => Lists::Neither,
        };
        let (a, b) = (a.unwrap_or_default(), b.unwrap_or_default());
        let (in_both, in_both_of_b) = (common(a, b), common(b, a));
        let pairs = in_both.iter().zip(&in_both_of_b);
        let moved = pairs.filter(|(a, b)| a.value != b.value);
        let until = in_both.iter().filter_map(|entry| {
            let other = in_both_of_b
                .iter()
                .find(|other| other.value == entry.value)?;
            let differs = entry.until != other.until;
            differs.then_some((entry.value, entry.until, other.until))
        });
        Self {
            lists,
            only_a: missing(a, b),
            only_b: missing(b, a),
            order: moved.map(|(a, b)| (a.value, b.value)).collect(),
            until: until.collect(),
        }
    }

    /// Whether there is none.
    pub(crate) fn is_none(&self) -> bool {
        let lists_agree = matches!(self.lists, Lists::Both | Lists::Neither);
        let same = self.only_a.is_empty() && self.only_b.is_empty();
        lists_agree && same && self.order.is_empty() && self.until.is_empty()
    }
}

impl Difference<Version> {
    /// Between the versions of two profiles.
    pub(crate) fn versions(a: &Profile, b: &Profile) -> Self {
        let listed = |profile: &Profile| {
            let versions = profile.versions.iter();
            let listed = versions.map(|&value| Listed {
                value,
                until: Until::Open,
            });
            listed.collect::<Vec<_>>()
        };
        Self::new(&listed(a), &listed(b))
    }
}

fn has<T: PartialEq>(list: &[Listed<T>], value: &T) -> bool {
    list.iter().any(|entry| entry.value == *value)
}

/// The entries that the other list has too.
fn common<T: Copy + PartialEq>(list: &[Listed<T>], other: &[Listed<T>]) -> Vec<Listed<T>> {
    let common = list.iter().filter(|entry| has(other, &entry.value));
    common.copied().collect()
}

/// The values that the other list does not have.
fn missing<T: Copy + PartialEq>(list: &[Listed<T>], other: &[Listed<T>]) -> Vec<T> {
    let missing = list.iter().filter(|entry| !has(other, &entry.value));
    missing.map(|entry| entry.value).collect()
}

#[cfg(test)]
mod tests {
    use countersign_names::Group;

    use super::*;

    fn list(groups: &[Group]) -> Vec<Listed<Group>> {
        let listed = groups.iter().map(|&value| Listed {
            value,
            until: Until::Open,
        });
        listed.collect()
    }

    const A: Group = Group::SECP256R1;
    const B: Group = Group::SECP384R1;
    const C: Group = Group::X25519;

    #[test]
    fn what_one_lacks_does_not_count_as_another_order() {
        let found = Difference::new(&list(&[C, A, B]), &list(&[A, B]));
        assert_eq!((found.only_a, found.only_b), (vec![C], vec![]));
        assert!(found.order.is_empty() && found.until.is_empty());
    }

    #[test]
    fn the_order_is_told_place_by_place() {
        let found = Difference::new(&list(&[A, B, C]), &list(&[B, A, C]));
        assert_eq!(found.order, [(A, B), (B, A)]);
        assert!(!found.is_none());
    }

    #[test]
    fn years_differ_too() {
        let mut later = list(&[A, B]);
        later[1].until = Until::Year(2026);
        let found = Difference::new(&list(&[A, B]), &later);
        assert_eq!(found.until, [(B, Until::Open, Until::Year(2026))]);
        assert!(!found.is_none());
    }

    #[test]
    fn a_list_that_is_not_there_is_no_empty_list() {
        let empty: &[Listed<Group>] = &[];
        let found = Difference::of(Some(empty), None);
        assert_eq!(found.lists, Lists::OnlyA);
        assert!(!found.is_none());
        assert!(Difference::<Group>::of(None, None).is_none());
        assert!(Difference::of(Some(empty), Some(empty)).is_none());
    }
}
