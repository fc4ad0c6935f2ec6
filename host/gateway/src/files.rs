//! How many files may be open: each connection has one or two.

use std::num::NonZeroU64;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::config::Config;

/// Files that are no connections: listening sockets, the log, the runtime's own.
const OTHERS: u64 = 64;

/// Raises the limit as far as this process may, and tells the operator if that is not enough for the connections that may be there.
pub(crate) fn raise_limit(config: &Config) {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: maximum,
        maximum,
    };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::warn!(%error, "the limit of open files cannot be raised");
    }
    let needed = 2 * config.process.connections_max as u64 + OTHERS;
    let allowed = getrlimit(Resource::Nofile)
        .current
        .and_then(NonZeroU64::new);
    if let Some(allowed) = allowed.filter(|allowed| allowed.get() < needed) {
        tracing::warn!(
            allowed,
            needed,
            "fewer files may be open than connections_max asks for: raise the limit (LimitNOFILE=, ulimit -n) or lower connections_max"
        );
    }
}
