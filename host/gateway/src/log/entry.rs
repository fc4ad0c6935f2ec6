//! What is known of one connection.

use std::{
    fmt,
    net::SocketAddr,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant, SystemTime},
};

use countersign::record::DecisionRecord;

use super::AccessLog;
use crate::metrics::Metrics;

/// What is known of one connection.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    id: Id,
    pub(crate) listener: Arc<str>,
    pub(crate) route: Option<Arc<str>>,
    /// Who came: if a PROXY header named somebody, that.
    pub(crate) client: Option<SocketAddr>,
    /// The other end of the TCP connection.
    pub(crate) peer: Option<SocketAddr>,
    /// Where the client came in.
    pub(crate) local: Option<SocketAddr>,
    /// Where the connection led to: which upstream, and which address of it, if that was reached.
    pub(crate) upstream: Option<(Arc<str>, Option<SocketAddr>)>,
    /// The decision on the client.
    pub(crate) record: Option<Arc<DecisionRecord>>,
    /// The decision on the upstream.
    pub(crate) upstream_record: Option<Arc<DecisionRecord>>,
    pub(crate) end: End,
    pub(crate) started: SystemTime,
    pub(crate) duration: Duration,
    /// Bytes from the client.
    pub(crate) bytes_in: u64,
    /// Bytes to the client.
    pub(crate) bytes_out: u64,
}

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum End {
    /// Both sides were done.
    Closed,
    /// A policy refused the client.
    Vetoed,
    /// The handshake with the client failed.
    Failed,
    /// A policy refused the upstream.
    UpstreamVetoed,
    /// The handshake with the upstream failed.
    UpstreamFailed,
    /// No address of the upstream could be reached.
    UpstreamUnreachable,
    /// The client broke off.
    ClientReset,
    /// The upstream broke off.
    UpstreamReset,
    /// Nothing was carried for too long.
    IdleTimeout,
    /// The gateway stopped.
    Drained,
    /// A trusted peer did not say whom it speaks for.
    ProxyHeader,
    /// The client had too many connections.
    TurnedAway,
    /// A bug of the gateway ended it.
    Aborted,
}

impl End {
    /// The stable word.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Vetoed => "vetoed",
            Self::Failed => "failed",
            Self::UpstreamVetoed => "upstream-vetoed",
            Self::UpstreamFailed => "upstream-failed",
            Self::UpstreamUnreachable => "upstream-unreachable",
            Self::ClientReset => "client-reset",
            Self::UpstreamReset => "upstream-reset",
            Self::IdleTimeout => "idle-timeout",
            Self::Drained => "drained",
            Self::ProxyHeader => "proxy-header",
            Self::TurnedAway => "turned-away",
            Self::Aborted => "aborted",
        }
    }
}

impl Entry {
    pub(crate) fn new(listener: Arc<str>) -> Self {
        Self {
            id: Id::new(),
            listener,
            route: None,
            client: None,
            peer: None,
            local: None,
            upstream: None,
            record: None,
            upstream_record: None,
            end: End::Aborted,
            started: SystemTime::now(),
            duration: Duration::ZERO,
            bytes_in: 0,
            bytes_out: 0,
        }
    }

    pub(crate) fn id(&self) -> Id {
        self.id
    }
}

/// What a connection is called in the log and towards its upstream: unique, and telling nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Id(u128);

impl Id {
    /// Another than all before it.
    pub(crate) fn new() -> Self {
        use std::hash::{BuildHasher, RandomState};
        static PROCESS: OnceLock<u64> = OnceLock::new();
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let process = *PROCESS.get_or_init(|| RandomState::new().hash_one(SystemTime::now()));
        let next = NEXT.fetch_add(1, Relaxed);
        Self(u128::from(process) << 64 | u128::from(next))
    }
}

/// 32 hexadecimal digits.
impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// The line that a connection leaves, whatever becomes of it: it is written when this is dropped.
pub(crate) struct Line {
    /// There until it is dropped.
    entry: Option<Box<Entry>>,
    began: Instant,
    log: AccessLog,
    metrics: Metrics,
}

impl Line {
    pub(crate) fn new(entry: Entry, log: AccessLog, metrics: Metrics) -> Self {
        Self {
            entry: Some(Box::new(entry)),
            began: Instant::now(),
            log,
            metrics,
        }
    }

    /// What is known so far.
    pub(crate) fn entry(&mut self) -> &mut Entry {
        let entry = self.entry.as_mut();
        entry.unwrap_or_else(|| unreachable!("it is taken by drop alone"))
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if let Some(mut entry) = self.entry.take() {
            entry.duration = self.began.elapsed();
            self.metrics.ended(&entry);
            self.log.write(entry);
        }
    }
}
