//! What a rule changes.

use super::{Effective, Explanation, Line};

/// What is different under a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// What holds instead, or besides.
    pub new: Vec<Line>,
    /// What holds at the top and no longer here, and has nothing in its place.
    pub gone: Vec<Line>,
}

impl Explanation {
    /// What is different under a rule from what stands at the top.
    #[must_use]
    pub fn changes(&self, rule: &Effective<'_>) -> Changes {
        let (top, here) = (self.top().lines(), rule.lines());
        let is_same = |a: &Line, b: &Line| (a.key, &a.value, a.role) == (b.key, &b.value, b.role);
        let fits =
            |line: &&Line| line.role.is_none() || rule.role().is_none() || line.role == rule.role();
        let new = here.iter();
        let new = new.filter(|line| !top.iter().any(|other| is_same(line, other)));
        let gone = top.iter().filter(fits);
        let gone = gone.filter(|line| !here.iter().any(|other| other.key == line.key));
        Changes {
            new: new.cloned().collect(),
            gone: gone.cloned().collect(),
        }
    }
}

impl Changes {
    /// Whether there are none.
    #[must_use]
    pub const fn is_none(&self) -> bool {
        self.new.is_empty() && self.gone.is_empty()
    }
}
