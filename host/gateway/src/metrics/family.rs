//! Families of series that cannot grow without end.

use std::{
    fmt::Debug,
    hash::Hash,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

use prometheus_client::{
    encoding::{EncodeLabelSet, EncodeMetric},
    metrics::{
        TypedMetric,
        counter::Counter,
        family::{Family, MetricConstructor},
    },
    registry::{Registry, Unit},
};

/// Where a name is not one of those that are known.
pub(super) const OTHER: &str = "other";

/// Series of one family. What would be more is counted in the series without names.
const SERIES_MAX: usize = 1_000;

/// A family with a bound.
pub(super) struct Bounded<L, M> {
    family: Family<L, M, Constructor<M>>,
    /// Threads may make the last ones at the same moment: a few more do no harm.
    made: AtomicUsize,
}

/// Makes the metrics of a family.
pub(super) type Constructor<M> = fn() -> M;

impl<L, M> Bounded<L, M>
where
    L: Clone + Debug + Default + Eq + Hash + EncodeLabelSet + Send + Sync + 'static,
    M: Default + Debug + EncodeMetric + TypedMetric + Send + Sync + 'static,
{
    pub(super) fn register(registry: &mut Registry, name: &str, help: &str) -> Self {
        let family = Family::new_with_constructor(M::default as Constructor<M>);
        registry.register(name, help, family.clone());
        Self::of(family)
    }

    pub(super) fn register_unit(
        registry: &mut Registry,
        name: &str,
        help: &str,
        unit: Unit,
    ) -> Self {
        let family = Family::new_with_constructor(M::default as Constructor<M>);
        registry.register_with_unit(name, help, unit, family.clone());
        Self::of(family)
    }
}

impl<L, M> Bounded<L, M>
where
    L: Clone + Debug + Eq + Hash + EncodeLabelSet + Send + Sync + 'static,
    M: Debug + EncodeMetric + TypedMetric + Send + Sync + 'static,
{
    pub(super) fn register_histogram(
        registry: &mut Registry,
        name: &str,
        help: &str,
        make: Constructor<M>,
    ) -> Self {
        let family = Family::new_with_constructor(make);
        registry.register_with_unit(name, help, Unit::Seconds, family.clone());
        Self::of(family)
    }
}

impl<L, M> Bounded<L, M> {
    fn of(family: Family<L, M, Constructor<M>>) -> Self {
        let made = AtomicUsize::new(0);
        Self { family, made }
    }
}

impl<L, M> Bounded<L, M>
where
    L: Clone + Default + Eq + Hash,
    Constructor<M>: MetricConstructor<M>,
{
    /// Does something with the series of these labels.
    pub(super) fn with(&self, labels: &L, act: impl FnOnce(&M)) {
        if let Some(metric) = self.family.get(labels) {
            return act(&metric);
        }
        match self.made.load(Relaxed) < SERIES_MAX {
            true => {
                self.made.fetch_add(1, Relaxed);
                act(&self.family.get_or_create(labels));
            }
            false => act(&self.family.get_or_create(&L::default())),
        }
    }
}

impl<L> Bounded<L, Counter>
where
    L: Clone + Default + Eq + Hash,
{
    /// One more.
    pub(super) fn count(&self, labels: &L) {
        self.add(labels, 1);
    }

    /// So many more.
    pub(super) fn add(&self, labels: &L, number: u64) {
        self.with(labels, |counter| {
            counter.inc_by(number);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug, Default, PartialEq, Eq, Hash, EncodeLabelSet)]
    struct Label {
        name: String,
    }

    #[test]
    fn what_is_too_much_is_counted_together() {
        let family: Bounded<Label, Counter> = Bounded::register(&mut Registry::default(), "x", "y");
        for at in 0..SERIES_MAX + 50 {
            family.count(&Label {
                name: at.to_string(),
            });
        }
        family.with(&Label::default(), |it| assert_eq!(it.get(), 50));
    }
}
