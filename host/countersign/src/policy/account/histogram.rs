//! How long calls took.

use std::time::Duration;

use serde::ser::{Serialize, SerializeStruct, Serializer};

/// The bound of the first bucket is 2^6 = 64 nanoseconds.
const FIRST_BITS: u32 = 6;
/// That of the last but one is 2^34 nanoseconds: 17 seconds.
const LAST_BITS: u32 = 34;
/// Each doubling is divided into 2^3 = 8 buckets of one width.
const STEP_BITS: u32 = 3;

/// The first, the divided doublings, and one for all that is longer.
const BUCKETS: usize = 1 + ((LAST_BITS - FIRST_BITS) << STEP_BITS) as usize + 1;

/// How often a time was taken, in buckets that are an eighth of their bound wide at most: 128 nanoseconds at a
/// microsecond, 512 at 8 microseconds. The first holds all up to 64 nanoseconds, the last all over 17 seconds.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Histogram {
    /// Empty until a time is taken, so that an idle policy has none.
    counts: Vec<u64>,
    count: u64,
    sum: Duration,
    longest: Duration,
}

impl Histogram {
    pub(super) fn record(&mut self, duration: Duration) {
        self.counts.resize(BUCKETS, 0);
        self.counts[bucket(duration)] += 1;
        self.count += 1;
        self.sum = self.sum.saturating_add(duration);
        self.longest = self.longest.max(duration);
    }

    pub(super) fn add(&mut self, other: &Self) {
        if other.counts.is_empty() {
            return;
        }
        self.counts.resize(BUCKETS, 0);
        for (mine, other) in self.counts.iter_mut().zip(&other.counts) {
            *mine += other;
        }
        self.count += other.count;
        self.sum = self.sum.saturating_add(other.sum);
        self.longest = self.longest.max(other.longest);
    }

    /// How many times were taken.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// All times together.
    pub fn sum(&self) -> Duration {
        self.sum
    }

    /// The longest time.
    pub fn longest(&self) -> Duration {
        self.longest
    }

    /// All buckets, the shortest times first: the longest time that falls into it, and how many did. That of the last is
    /// [`Duration::MAX`]. The bounds never change within a version of this crate; there are none while nothing was taken.
    pub fn buckets(&self) -> impl Iterator<Item = (Duration, u64)> {
        (0..).map(bound).zip(self.counts.iter().copied())
    }

    /// A time that this share of the times does not exceed: 0.5 for the median, 0.99 for all but the slowest hundredth.
    /// At most an eighth too long. None while nothing was taken.
    pub fn quantile(&self, share: f64) -> Option<Duration> {
        let rank = (share.clamp(0.0, 1.0) * self.count as f64).ceil() as u64;
        let mut below = 0;
        let reached = self.buckets().find(|(_, count)| {
            below += count;
            below >= rank.max(1)
        });
        reached.map(|(bound, _)| bound.min(self.longest))
    }
}

/// The place of the bucket that a time falls into.
fn bucket(duration: Duration) -> usize {
    // A bound belongs to the bucket below it.
    let below_ns = u64::try_from(duration.as_nanos())
        .unwrap_or(u64::MAX)
        .saturating_sub(1);
    let Some(bits) = below_ns.checked_ilog2().filter(|bits| *bits >= FIRST_BITS) else {
        return 0;
    };
    if bits >= LAST_BITS {
        return BUCKETS - 1;
    }
    // The highest bit says which doubling, the bits behind it which part of that.
    let doubling = bits - FIRST_BITS;
    let part = (below_ns >> (bits - STEP_BITS)) as usize - (1 << STEP_BITS);
    1 + ((doubling as usize) << STEP_BITS) + part
}

/// The longest time that falls into a bucket.
fn bound(bucket: usize) -> Duration {
    let Some(after_first) = bucket.checked_sub(1) else {
        return Duration::from_nanos(1 << FIRST_BITS);
    };
    if bucket >= BUCKETS - 1 {
        return Duration::MAX;
    }
    let parts = (1 << STEP_BITS) + 1 + (after_first as u64 & ((1 << STEP_BITS) - 1));
    let doubling = after_first >> STEP_BITS;
    Duration::from_nanos(parts << (doubling as u32 + FIRST_BITS - STEP_BITS))
}

impl std::fmt::Debug for Histogram {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Histogram")
            .field("count", &self.count)
            .field("sum", &self.sum)
            .field("longest", &self.longest)
            .finish_non_exhaustive()
    }
}

/// Numbers in nanoseconds, and the buckets that hold something as pairs of bound and count. The bound of the last is null.
impl Serialize for Histogram {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let nanoseconds = |time: Duration| u64::try_from(time.as_nanos()).ok();
        let filled = self.buckets().filter(|(_, count)| *count > 0);
        let buckets: Vec<_> = filled
            .map(|(bound, count)| (nanoseconds(bound), count))
            .collect();
        let mut out = serializer.serialize_struct("Histogram", 4)?;
        out.serialize_field("count", &self.count)?;
        out.serialize_field("sum_ns", &nanoseconds(self.sum))?;
        out.serialize_field("longest_ns", &nanoseconds(self.longest))?;
        out.serialize_field("buckets_ns", &buckets)?;
        out.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ns(ns: u64) -> Duration {
        Duration::from_nanos(ns)
    }

    fn of(times: impl IntoIterator<Item = u64>) -> Histogram {
        let mut histogram = Histogram::default();
        times
            .into_iter()
            .for_each(|time| histogram.record(ns(time)));
        histogram
    }

    /// The bounds of the one bucket that this time is in.
    fn around(time: u64) -> (Duration, Duration) {
        let histogram = of([time]);
        let bounds: Vec<_> = histogram.buckets().collect();
        let at = bounds.iter().position(|(_, count)| *count == 1);
        let at = at.expect("it is somewhere");
        let below = at.checked_sub(1).map_or(Duration::ZERO, |at| bounds[at].0);
        (below, bounds[at].0)
    }

    #[test]
    fn bounds_rise_from_64_nanoseconds_to_17_seconds_and_all_that_is_longer() {
        let bounds: Vec<_> = of([1]).buckets().map(|(bound, _)| bound).collect();
        assert!(bounds.is_sorted_by(|one, next| one < next));
        let [first, .., last, beyond] = bounds[..] else {
            panic!("there are few");
        };
        assert_eq!((first, last), (ns(64), ns(1 << 34)));
        assert_eq!(beyond, Duration::MAX);
    }

    #[test]
    fn a_time_is_in_the_bucket_whose_bound_it_does_not_exceed() {
        assert_eq!(around(0), (Duration::ZERO, ns(64)));
        assert_eq!(around(64), (Duration::ZERO, ns(64)));
        assert_eq!(around(65), (ns(64), ns(72)));
        assert_eq!(around(1_024), (ns(960), ns(1_024)));
        assert_eq!(around(1_025), (ns(1_024), ns(1_152)));
        assert_eq!(around(8_000), (ns(7_680), ns(8_192)));
        assert_eq!(around(1 << 34).1, ns(1 << 34));
        assert_eq!(around((1 << 34) + 1), (ns(1 << 34), Duration::MAX));
        assert_eq!(around(u64::MAX).1, Duration::MAX);
    }

    #[test]
    fn buckets_are_narrow_everywhere() {
        let mut time = 65;
        while time < 1 << 34 {
            let (below, bound) = around(time);
            assert!(below < ns(time) && ns(time) <= bound, "{time}");
            assert!((bound - below) * 8 <= below, "{time}");
            time += 1 + time / 13;
        }
    }

    #[test]
    fn quantiles_are_at_most_an_eighth_too_long() {
        let histogram = of((1..=1_000).map(|n| n * 1_000));
        for (share, exact) in [(0.5, 500_000), (0.9, 900_000), (0.99, 990_000)] {
            let time = histogram.quantile(share).expect("there are times");
            assert!(
                time >= ns(exact) && time <= ns(exact * 9 / 8),
                "{share}: {time:?}"
            );
        }
        assert_eq!(histogram.quantile(1.0), Some(ns(1_000_000)));
        assert_eq!(histogram.quantile(-1.0), histogram.quantile(0.0));
        assert_eq!(histogram.quantile(f64::NAN), histogram.quantile(0.0));
        assert_eq!(Histogram::default().quantile(0.5), None);
    }

    #[test]
    fn histograms_add_up() {
        let mut sum = Histogram::default();
        sum.add(&Histogram::default());
        assert_eq!(sum.buckets().count(), 0);
        sum.add(&of([100, 5_000]));
        sum.add(&of([100, u64::MAX]));
        assert_eq!(sum, of([100, 100, 5_000, u64::MAX]));
        assert_eq!((sum.count(), sum.longest()), (4, ns(u64::MAX)));
    }

    #[test]
    fn as_json_it_has_what_holds_something() {
        let json = serde_json::to_value(of([1_000, 1_000, 20_000_000_000])).expect("plain data");
        let expected = serde_json::json!({
            "count": 3,
            "sum_ns": 20_000_002_000_u64,
            "longest_ns": 20_000_000_000_u64,
            "buckets_ns": [[1_024, 2], [null, 1]],
        });
        assert_eq!(json, expected);
    }
}
