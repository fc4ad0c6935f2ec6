//! One address of an upstream: what it resolves to, and whether it is left alone.

use std::{
    fmt::Display,
    io,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    net::{TcpStream, lookup_host},
    time::Instant,
};

use crate::config::Address;

/// How long an answer of the resolver is good for. It tells no times of its own.
const RESOLVED_FOR: Duration = Duration::from_secs(10);

/// One address of an upstream.
#[derive(Debug)]
pub(super) struct Member {
    address: Address,
    /// None: it is a name.
    fixed: Option<SocketAddr>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The answer of the resolver, and until when it is good.
    resolved: Option<(Instant, Vec<SocketAddr>)>,
    /// Until when it is left alone. Some after a failure, until it has been reached again.
    failed: Option<Instant>,
}

impl Member {
    pub(super) fn new(address: Address) -> Self {
        let fixed = address.host.parse::<IpAddr>().ok();
        Self {
            fixed: fixed.map(|ip| SocketAddr::new(ip, address.port)),
            address,
            state: Mutex::default(),
        }
    }

    /// Connects to the first of the addresses of its name that can be had.
    pub(super) async fn connect(&self) -> io::Result<(TcpStream, SocketAddr)> {
        if let Some(address) = self.fixed {
            return Ok((TcpStream::connect(address).await?, address));
        }
        let mut last = io::Error::new(io::ErrorKind::NotFound, "its name has no address");
        for address in self.resolve().await? {
            match TcpStream::connect(address).await {
                Ok(tcp) => return Ok((tcp, address)),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    async fn resolve(&self) -> io::Result<Vec<SocketAddr>> {
        let known = self.lock().resolved.clone();
        let fresh = known.as_ref().filter(|(until, _)| Instant::now() < *until);
        if let Some((_, addresses)) = fresh {
            return Ok(addresses.clone());
        }
        let Address { host, port } = &self.address;
        match (lookup_host((host.as_str(), *port)).await, known) {
            (Ok(addresses), _) => {
                let addresses: Vec<_> = addresses.collect();
                let until = Instant::now() + RESOLVED_FOR;
                self.lock().resolved = Some((until, addresses.clone()));
                Ok(addresses)
            }
            // A resolver that does not answer is no reason to lose an upstream that does.
            (Err(_), Some((_, addresses))) if !addresses.is_empty() => Ok(addresses),
            (Err(error), _) => Err(error),
        }
    }

    pub(super) fn is_left_alone(&self) -> bool {
        self.lock()
            .failed
            .is_some_and(|until| Instant::now() < until)
    }

    /// The operator is told of the first failure, not of those that follow it.
    pub(super) fn note_failure(
        &self,
        upstream: &Arc<str>,
        alone_for: Duration,
        error: &dyn Display,
    ) {
        let before = self.lock().failed.replace(Instant::now() + alone_for);
        if before.is_none() {
            tracing::warn!(%upstream, address = %self.address, %error, "the upstream fails");
        }
    }

    pub(super) fn note_success(&self, upstream: &Arc<str>) {
        if self.lock().failed.take().is_some() {
            tracing::info!(%upstream, address = %self.address, "the upstream is back");
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
