//! Sessions that may be resumed: kept by the gate that made them, and only if they were approved.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use quick_cache::sync::Cache;
use rustls::{
    NamedGroup,
    client::{ClientSessionStore, Tls12ClientSessionValue, Tls13ClientSessionValue},
    pki_types::ServerName,
};

/// Servers remembered.
const SERVERS_MAX: usize = 256;

/// Tickets kept for one server; each is used once (RFC 8446, section C.4).
const TICKETS_MAX: usize = 4;

/// The sessions of one gate, by server name and port. A gate has one policy with one set of settings, one verifier
/// and one client identity, so a session can only ever be resumed under what approved it.
#[derive(Debug)]
pub(super) struct Sessions(Cache<(ServerName<'static>, Option<u16>), Arc<Mutex<Stored>>>);

#[derive(Debug, Default)]
struct Stored {
    group: Option<NamedGroup>,
    tls12: Option<Tls12ClientSessionValue>,
    tls13: VecDeque<Tls13ClientSessionValue>,
}

impl Sessions {
    pub(super) fn new() -> Self {
        Self(Cache::new(SERVERS_MAX))
    }

    fn of(&self, name: &ServerName<'_>, port: Option<u16>) -> Option<Arc<Mutex<Stored>>> {
        self.0.get(&(name.to_owned(), port))
    }

    fn insert(&self, name: ServerName<'static>, port: Option<u16>, sessions: Stored) {
        let key = (name, port);
        if let Some(known) = self.0.get(&key) {
            lock(&known).add(sessions);
        } else {
            self.0.insert(key, Arc::new(Mutex::new(sessions)));
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
    port: Option<u16>,
    /// What came in so far; `None` once the connection is approved.
    held: Mutex<Option<Vec<(ServerName<'static>, Stored)>>>,
}

impl ConnectionSessions {
    pub(super) fn new(all: Arc<Sessions>, port: Option<u16>) -> Arc<Self> {
        Arc::new(Self {
            all,
            port,
            held: Mutex::new(Some(Vec::new())),
        })
    }

    /// Keeps what came in, and from now on everything that comes in.
    pub(super) fn approve(&self) {
        let held = lock(&self.held).take().unwrap_or_default();
        for (name, sessions) in held {
            self.all.insert(name, self.port, sessions);
        }
    }

    fn add(&self, name: ServerName<'static>, sessions: Stored) {
        match &mut *lock(&self.held) {
            Some(held) => held.push((name, sessions)),
            None => self.all.insert(name, self.port, sessions),
        }
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
        self.all
            .of(name, self.port)
            .and_then(|known| lock(&known).group)
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
        self.all
            .of(name, self.port)
            .and_then(|known| lock(&known).tls12.clone())
    }

    fn remove_tls12_session(&self, name: &ServerName<'static>) {
        if let Some(known) = self.all.of(name, self.port) {
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
        self.all
            .of(name, self.port)
            .and_then(|known| lock(&known).tls13.pop_back())
    }
}
