//! What the policies themselves have counted, read when somebody asks.

use std::{fmt, sync::Arc};

use arc_swap::ArcSwap;
use countersign::policy::Account;
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{MetricType, counter::ConstCounter, gauge::ConstGauge},
};

use crate::config::NamedPolicy;

/// The policies of the configuration that is served.
pub(super) struct Policies(pub(super) Arc<ArcSwap<Vec<NamedPolicy>>>);

/// A number of an account, by its outcome.
type Outcome = (&'static str, fn(&Account) -> u64);

/// The outcomes of calls: together they are all.
const OUTCOMES: [Outcome; 9] = [
    ("offer", |account| account.offers),
    ("approval", |account| account.approvals),
    ("veto", |account| account.vetoes),
    ("trap", |account| account.traps),
    ("deadline", |account| account.deadlines),
    ("memory", |account| account.memory),
    ("busy", |account| account.busy),
    ("tripped", |account| account.tripped),
    ("failure", |account| account.failures),
];

const MEMO: [Outcome; 2] = [
    ("hit", |account| account.memo_hits),
    ("miss", |account| account.memo_misses),
];

impl Collector for Policies {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let policies = self.0.load();
        let accounts: Vec<_> = policies
            .iter()
            .map(|it| (&*it.name, it.policy.account()))
            .collect();
        let mut counted = |name: &str, help: &str, outcomes: &[Outcome]| {
            let mut family = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
            for (policy, account) in &accounts {
                for (outcome, read) in outcomes {
                    let labels = [("policy", *policy), ("outcome", *outcome)];
                    ConstCounter::new(read(account)).encode(family.encode_family(&labels)?)?;
                }
            }
            Ok(())
        };
        counted(
            "policy_calls",
            "Questions put to a policy since it was loaded, by how they ended",
            &OUTCOMES,
        )?;
        counted(
            "policy_memo",
            "Questions that the memo answered, or could not",
            &MEMO,
        )?;
        let mut family = encoder.encode_descriptor(
            "policy_memory_peak",
            "The most linear memory that a call has had",
            Some(&prometheus_client::registry::Unit::Bytes),
            MetricType::Gauge,
        )?;
        for (policy, account) in &accounts {
            let labels = [("policy", *policy)];
            let peak = i64::try_from(account.memory_bytes_peak).unwrap_or(i64::MAX);
            ConstGauge::new(peak).encode(family.encode_family(&labels)?)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Policies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policies").finish_non_exhaustive()
    }
}
