//! Sessions that may be resumed: kept by the gate that made them, and only if they were approved.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use arc_swap::ArcSwap;
use quick_cache::sync::Cache;
use rustls::{
    NamedGroup,
    client::{ClientSessionStore, Tls12ClientSessionValue, Tls13ClientSessionValue},
    pki_types::ServerName,
};

use crate::policy::{ChainDigest, Snapshot};

/// Servers remembered.
const SERVERS_MAX: usize = 256;

/// Tickets kept for one server; each is used once (RFC 8446, section C.4).
const TICKETS_MAX: usize = 4;

/// The sessions of one gate. It has one floor, one verifier and one client identity; its policies may be replaced, and then
/// nothing of what they approved is left. So a session can only ever be resumed under what approved it.
#[derive(Debug)]
pub(super) struct Sessions(ArcSwap<Era>);

/// What was approved while the policies were the same.
#[derive(Debug)]
struct Era {
    chain: ChainDigest,
    serial: u64,
    servers: Cache<(ServerName<'static>, Option<u16>), Arc<Mutex<Stored>>>,
}

#[derive(Debug, Default)]
struct Stored {
    group: Option<NamedGroup>,
    tls12: Option<Tls12ClientSessionValue>,
    tls13: VecDeque<Tls13ClientSessionValue>,
}

impl Sessions {
    pub(super) fn new(snapshot: &Snapshot) -> Self {
        Self(ArcSwap::from_pointee(Era::new(snapshot)))
    }

    /// Forgets what other policies approved, unless these are themselves of the past: a connection that was begun just before
    /// its policies were replaced does not bring them back.
    fn enter(&self, snapshot: &Snapshot) {
        let is_over = |era: &Era| era.chain != *snapshot.digest() && era.serial < snapshot.serial();
        if is_over(&self.0.load()) {
            self.0.rcu(|era| match is_over(era) {
                true => Arc::new(Era::new(snapshot)),
                false => Arc::clone(era),
            });
        }
    }

    /// What these policies approved, if they are those of today.
    fn under(&self, chain: &ChainDigest) -> Option<Arc<Era>> {
        Some(self.0.load_full()).filter(|era| era.chain == *chain)
    }
}

impl Era {
    fn new(snapshot: &Snapshot) -> Self {
        Self {
            chain: *snapshot.digest(),
            serial: snapshot.serial(),
            servers: Cache::new(SERVERS_MAX),
        }
    }

    fn insert(&self, name: ServerName<'static>, port: Option<u16>, sessions: Stored) {
        let key = (name, port);
        if let Some(known) = self.servers.get(&key) {
            lock(&known).add(sessions);
        } else {
            self.servers.insert(key, Arc::new(Mutex::new(sessions)));
        }
    }
}

impl Stored {
    fn add(&mut self, other: Self) {
        self.group = other.group.or(self.group);
        self.tls12 = other.tls12.or_else(|| self.tls12.take());
        self.tls13.extend(other.tls13);
        let surplus = self.tls13.len().saturating_sub(TICKETS_MAX);
        self.tls13.drain(..surplus);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What one connection sees of them: it may resume, but what it brings is kept back until it is approved.
#[derive(Debug)]
pub(super) struct ConnectionSessions {
    all: Arc<Sessions>,
    /// Under which policies the connection is made.
    chain: ChainDigest,
    port: Option<u16>,
    /// What came in so far; `None` once the connection is approved.
    held: Mutex<Option<Vec<(ServerName<'static>, Stored)>>>,
}

impl ConnectionSessions {
    pub(super) fn new(all: Arc<Sessions>, snapshot: &Snapshot, port: Option<u16>) -> Arc<Self> {
        all.enter(snapshot);
        Arc::new(Self {
            all,
            chain: *snapshot.digest(),
            port,
            held: Mutex::new(Some(Vec::new())),
        })
    }

    /// Keeps what came in, and from now on everything that comes in.
    pub(super) fn approve(&self) {
        let held = lock(&self.held).take().unwrap_or_default();
        for (name, sessions) in held {
            self.keep(name, sessions);
        }
    }

    fn add(&self, name: ServerName<'static>, sessions: Stored) {
        match &mut *lock(&self.held) {
            Some(held) => held.push((name, sessions)),
            None => self.keep(name, sessions),
        }
    }

    fn keep(&self, name: ServerName<'static>, sessions: Stored) {
        if let Some(era) = self.all.under(&self.chain) {
            era.insert(name, self.port, sessions);
        }
    }

    fn known(&self, name: &ServerName<'_>) -> Option<Arc<Mutex<Stored>>> {
        let era = self.all.under(&self.chain)?;
        era.servers.get(&(name.to_owned(), self.port))
    }
}

impl ClientSessionStore for ConnectionSessions {
    fn set_kx_hint(&self, name: ServerName<'static>, group: NamedGroup) {
        let group = Some(group);
        self.add(
            name,
            Stored {
                group,
                ..Stored::default()
            },
        );
    }

    fn kx_hint(&self, name: &ServerName<'_>) -> Option<NamedGroup> {
        self.known(name).and_then(|known| lock(&known).group)
    }

    fn set_tls12_session(&self, name: ServerName<'static>, session: Tls12ClientSessionValue) {
        let tls12 = Some(session);
        self.add(
            name,
            Stored {
                tls12,
                ..Stored::default()
            },
        );
    }

    fn tls12_session(&self, name: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        self.known(name)
            .and_then(|known| lock(&known).tls12.clone())
    }

    fn remove_tls12_session(&self, name: &ServerName<'static>) {
        if let Some(known) = self.known(name) {
            lock(&known).tls12 = None;
        }
    }

    fn insert_tls13_ticket(&self, name: ServerName<'static>, ticket: Tls13ClientSessionValue) {
        let tls13 = VecDeque::from([ticket]);
        self.add(
            name,
            Stored {
                tls13,
                ..Stored::default()
            },
        );
    }

    fn take_tls13_ticket(&self, name: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        self.known(name)
            .and_then(|known| lock(&known).tls13.pop_back())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{CurrentChain, Engine, Limits, Policy, PolicySource};

    fn policy(settings: &str) -> Policy {
        let engine = Engine::new(Limits::default()).expect("an engine");
        Policy::load(&engine, &PolicySource::Default, settings).expect("valid settings")
    }

    #[test]
    fn policies_of_the_past_do_not_bring_their_sessions_back() {
        let current = CurrentChain::from(policy("{}"));
        let past = current.snapshot();
        let sessions = Sessions::new(&past);
        let is_kept = |snapshot: &Snapshot| sessions.under(snapshot.digest()).is_some();
        assert!(is_kept(&past));
        current.replace(policy("{ }"));
        let today = current.snapshot();
        for snapshot in [&today, &past, &today] {
            sessions.enter(snapshot);
            assert!(is_kept(&today) && !is_kept(&past));
        }
    }

    #[test]
    fn equal_policies_keep_what_is_there() {
        let current = CurrentChain::from(policy("{}"));
        let sessions = Sessions::new(&current.snapshot());
        let before = sessions.0.load_full();
        current.replace(policy("{}"));
        sessions.enter(&current.snapshot());
        assert!(Arc::ptr_eq(&before, &sessions.0.load_full()));
    }
}
