//! What is counted, for Prometheus. No family has more than a fixed number of series, whatever peers and policies say.

mod family;
mod labels;
mod policies;
mod verdicts;

use std::{
    fmt::Write,
    sync::{Arc, Mutex, PoisonError},
};

use arc_swap::ArcSwap;
use countersign::{
    record::{Decision, DecisionRecord, PolicyRecord},
    session::Session,
    verdict::Source,
};
use prometheus_client::{
    encoding::text::encode,
    metrics::{counter::Counter, gauge::Gauge, histogram::Histogram, info::Info},
    registry::{Registry, Unit},
};

use crate::{
    config::{NamedPolicy, Standards},
    log::Entry,
};
use family::Bounded;
use labels::{
    Bytes, Decided, Ended, Held, Judged, Listener, Listening, Negotiated, Offered, Reload,
    UpstreamFailed, Verdict,
};
use policies::Policies;
use verdicts::{said, violation};

/// From 100 microseconds to 10 seconds.
const HANDSHAKE_BUCKETS: [f64; 16] = [
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5,
    5.0, 10.0,
];

/// From a microsecond to a tenth of a second.
const JUDGE_BUCKETS: [f64; 14] = [
    1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 5e-3, 1e-2, 5e-2, 1e-1,
];

/// The numbers of a gateway. Cheap to clone; all clones are the same.
#[derive(Clone)]
pub(crate) struct Metrics(Arc<Families>);

struct Families {
    registry: Mutex<Registry>,
    connections: Bounded<Listener, Counter>,
    active: Bounded<Listener, Gauge>,
    ended: Bounded<Ended, Counter>,
    turned_away: Bounded<Ended, Counter>,
    bytes: Bounded<Bytes, Counter>,
    decisions: Bounded<Decided, Counter>,
    verdicts: Bounded<Verdict, Counter>,
    handshake: Bounded<Listening, Histogram>,
    judge: Bounded<Judged, Histogram>,
    negotiated: Bounded<Negotiated, Counter>,
    standards: Bounded<Held, Counter>,
    held_against: ArcSwap<Standards>,
    resumed: Bounded<Listening, Counter>,
    offered: Bounded<Offered, Counter>,
    upstream_failures: Bounded<UpstreamFailed, Counter>,
    reloads: Bounded<Reload, Counter>,
    log_lines_dropped: Counter,
}

/// Which side of the gateway a handshake is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Client,
    Upstream,
}

impl Side {
    fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Upstream => "upstream",
        }
    }
}

/// Why a connection was closed before anybody was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TurnedAway {
    ProxyHeader,
    ClientLimit,
}

impl Metrics {
    /// Numbers that begin at nought, and those of the policies that are there when somebody asks.
    pub(crate) fn new(policies: Arc<ArcSwap<Vec<NamedPolicy>>>) -> Self {
        let mut registry = Registry::with_prefix("countersign");
        let build = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The version of the gateway", build);
        registry.register_collector(Box::new(Policies(policies)));
        let log_lines_dropped = Counter::default();
        let dropped = log_lines_dropped.clone();
        registry.register(
            "log_lines_dropped",
            "Lines of the log that were lost",
            dropped,
        );
        let on = &mut registry;
        let handshake = || Histogram::new(HANDSHAKE_BUCKETS);
        let judge = || Histogram::new(JUDGE_BUCKETS);
        Self(Arc::new(Families {
            connections: Bounded::register(on, "connections", "Connections that came in"),
            active: Bounded::register(on, "connections_active", "Connections that are there"),
            ended: Bounded::register(on, "connections_ended", "Connections by how they ended"),
            turned_away: Bounded::register(
                on,
                "connections_turned_away",
                "Connections that nobody was asked about",
            ),
            bytes: Bounded::register_unit(
                on,
                "relayed",
                "Bytes of approved connections",
                Unit::Bytes,
            ),
            decisions: Bounded::register(on, "decisions", "Handshakes by what became of them"),
            verdicts: Bounded::register(
                on,
                "verdicts",
                "What each policy said of a handshake, or would have said; policy `host` is the host in its place",
            ),
            handshake: Bounded::register_histogram(
                on,
                "handshake",
                "From a handshake's beginning to its decision",
                handshake,
            ),
            judge: Bounded::register_histogram(on, "call", "What a call of a policy took", judge),
            negotiated: Bounded::register(
                on,
                "negotiated",
                "Approved handshakes by what was negotiated",
            ),
            resumed: Bounded::register(on, "resumed", "Approved handshakes that resumed a session"),
            offered: Bounded::register(
                on,
                "refused_offers",
                "Clients that were refused, by the newest version that they offered",
            ),
            upstream_failures: Bounded::register(
                on,
                "upstream_failures",
                "Connections to an upstream's address that failed",
            ),
            reloads: Bounded::register(on, "reloads", "Reloads of the configuration"),
            standards: Bounded::register(
                on,
                "standards",
                "Approved handshakes by whether their parameters would meet a published standard",
            ),
            held_against: ArcSwap::default(),
            log_lines_dropped,
            registry: Mutex::new(registry),
        }))
    }

    /// Counts lines of the log that are lost.
    pub(crate) fn log_lines_dropped(&self) -> Counter {
        self.0.log_lines_dropped.clone()
    }

    /// A connection came in.
    pub(crate) fn accepted(&self, listener: &str) {
        let labels = Listener {
            listener: listener.into(),
        };
        self.0.active.with(&labels, |gauge| {
            gauge.inc();
        });
        self.0.connections.count(&labels);
    }

    /// A connection was closed before anybody was asked about it.
    pub(crate) fn turned_away(&self, listener: &str, reason: TurnedAway) {
        let reason = match reason {
            TurnedAway::ProxyHeader => "proxy-header",
            TurnedAway::ClientLimit => "client-limit",
        };
        let labels = Ended {
            listener: listener.into(),
            reason,
        };
        self.0.turned_away.count(&labels);
    }

    /// A connection that came in has ended.
    pub(crate) fn ended(&self, entry: &Entry) {
        let listener = || entry.listener.to_string();
        let labels = Listener {
            listener: listener(),
        };
        self.0.active.with(&labels, |gauge| {
            gauge.dec();
        });
        let labels = Ended {
            listener: listener(),
            reason: entry.end.as_str(),
        };
        self.0.ended.count(&labels);
        for (direction, bytes) in [("in", entry.bytes_in), ("out", entry.bytes_out)] {
            let labels = Bytes {
                listener: listener(),
                direction,
            };
            self.0.bytes.add(&labels, bytes);
        }
    }

    /// A handshake came to its decision.
    pub(crate) fn decided(&self, listener: &str, side: Side, record: &DecisionRecord) {
        let side = side.as_str();
        let families = &self.0;
        let decision = match record.decision {
            Decision::Approved => "approved",
            Decision::Vetoed => "vetoed",
            Decision::Failed => "failed",
        };
        let labels = Decided {
            listener: listener.into(),
            side,
            decision,
        };
        families.decisions.count(&labels);
        let labels = Listening {
            listener: listener.into(),
            side,
        };
        families
            .handshake
            .with(&labels, |it| it.observe(record.duration.as_secs_f64()));
        let verdict = |policy: &str, mode, verdict, reason: &str| Verdict {
            listener: listener.into(),
            side,
            policy: policy.into(),
            mode,
            verdict,
            reason: reason.into(),
        };
        let count = |labels: Verdict| families.verdicts.count(&labels);
        if let Some(code) = violation(&record.findings, &Source::Host) {
            count(verdict("host", "enforce", "vetoed", code));
        }
        for policy in &record.policies {
            self.timed(policy);
            if let Some((mode, said, reason)) = said(record, policy) {
                count(verdict(&policy.name, mode, said, reason));
            }
        }
        match (&record.session, record.decision) {
            (Some(session), Decision::Approved) => self.negotiated(labels, session),
            (_, Decision::Approved) => (),
            _ => self.refused(listener, record),
        }
    }

    fn timed(&self, policy: &PolicyRecord) {
        for call in &policy.calls {
            let labels = Judged {
                policy: policy.name.to_string(),
                function: call.function,
            };
            self.0
                .judge
                .with(&labels, |it| it.observe(call.duration.as_secs_f64()));
        }
    }

    /// From now on approved handshakes are held against these.
    pub(crate) fn hold_against(&self, standards: Arc<Standards>) {
        self.0.held_against.store(standards);
    }

    fn negotiated(&self, listening: Listening, session: &Session) {
        for (profile, meets) in self.0.held_against.load().held_against(session) {
            self.0.standards.count(&Held {
                listener: listening.listener.clone(),
                side: listening.side,
                profile,
                meets: if meets { "yes" } else { "no" },
            });
        }
        if session.resumed {
            self.0.resumed.count(&listening);
        }
        let group = session
            .group
            .map(|group| group.iana_name().unwrap_or(family::OTHER));
        let labels = Negotiated {
            listener: listening.listener,
            side: listening.side,
            version: session.version.name().unwrap_or(family::OTHER),
            cipher_suite: session.cipher_suite.iana_name().unwrap_or(family::OTHER),
            group: group.unwrap_or("none"),
        };
        self.0.negotiated.count(&labels);
    }

    fn refused(&self, listener: &str, record: &DecisionRecord) {
        let Some(hello) = record.facts.client_hello() else {
            return;
        };
        let named = hello
            .versions
            .iter()
            .filter_map(|version| Some((version.code(), version.name()?)));
        let newest = named.max_by_key(|(code, _)| *code);
        let labels = Offered {
            listener: listener.into(),
            version: newest.map_or(family::OTHER, |(_, name)| name),
        };
        self.0.offered.count(&labels);
    }

    /// An address of an upstream could not be had.
    pub(crate) fn upstream_failed(&self, upstream: &str, reason: &'static str) {
        let labels = UpstreamFailed {
            upstream: upstream.into(),
            reason,
        };
        self.0.upstream_failures.count(&labels);
    }

    /// A reload ended, well or not.
    pub(crate) fn reloaded(&self, well: bool) {
        let result = if well { "success" } else { "failure" };
        self.0.reloads.count(&Reload { result });
    }

    /// All numbers as OpenMetrics text.
    pub(crate) fn encode(&self) -> String {
        let mut text = String::new();
        let registry = self
            .0
            .registry
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if encode(&mut text, &registry).is_err() {
            // A string takes everything; this is for collectors that fail.
            let _ = text.write_str("# EOF\n");
        }
        text
    }
}

#[cfg(test)]
mod tests;
