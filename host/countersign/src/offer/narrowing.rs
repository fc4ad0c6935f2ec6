//! The floor, while one policy after the other takes from it.

use super::{
    Floor, Offer, Unusable,
    normalise::{intersected, normalise},
};

/// What is left of a floor.
pub(crate) struct Narrowing<'a> {
    floor: &'a Floor,
    left: Offer,
    /// Nobody has spoken, so the order is the floor's.
    untouched: bool,
}

impl<'a> Narrowing<'a> {
    /// All of it, while nobody has spoken.
    pub(crate) fn new(floor: &'a Floor) -> Self {
        Self {
            floor,
            left: floor.available().clone(),
            untouched: true,
        }
    }

    /// Takes one policy's answer into account. The first answer's order stays.
    pub(crate) fn narrow(&mut self, answer: Offer) -> Result<(), Unusable> {
        self.left = if self.untouched {
            normalise(self.floor, answer)?
        } else {
            self.narrowed(answer)?
        };
        self.untouched = false;
        Ok(())
    }

    /// What an answer would leave.
    pub(crate) fn narrowed(&self, answer: Offer) -> Result<Offer, Unusable> {
        normalise(self.floor, intersected(self.left.clone(), &answer))
    }

    /// Whether no answer was taken into account yet.
    pub(crate) fn is_untouched(&self) -> bool {
        self.untouched
    }

    /// What is left so far.
    pub(crate) fn left(&self) -> &Offer {
        &self.left
    }

    /// What is left in the end.
    pub(crate) fn into_left(self) -> Offer {
        self.left
    }
}
