//! From a name to a TCP connection, within one deadline.

use std::{
    cell::Cell,
    io,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use rustls::pki_types::ServerName;
use tokio::{
    net::{TcpStream, lookup_host},
    time::{Instant, timeout_at},
};

use crate::target::Target;

/// The way to a server, found by making the first connection to it.
pub(crate) struct Line {
    route: Result<SocketAddr, Unreachable>,
    first: Cell<Option<TcpStream>>,
}

/// Why no connection could be made. Unlike [`io::Error`] it can be told more than once.
#[derive(Clone, Debug)]
struct Unreachable {
    kind: io::ErrorKind,
    message: String,
}

impl Line {
    /// Looks up the name and connects to the first of its addresses that takes the connection.
    pub(crate) async fn open(server: &Target, deadline: Instant, timeout: Duration) -> Self {
        let opened = match timeout_at(deadline, addresses(server)).await {
            Ok(Ok(addresses)) => first_of(&addresses, deadline, timeout).await,
            Ok(Err(error)) => Err(Unreachable::lookup(server, &error)),
            Err(_) => Err(Unreachable::silent(
                &server.name.to_str(),
                "no address",
                timeout,
            )),
        };
        match opened {
            Ok((address, stream)) => Self {
                route: Ok(address),
                first: Cell::new(Some(stream)),
            },
            Err(unreachable) => Self {
                route: Err(unreachable),
                first: Cell::new(None),
            },
        }
    }

    /// The address that took the connection.
    pub(crate) fn address(&self) -> Option<SocketAddr> {
        self.route.as_ref().ok().copied()
    }

    /// The first connection, then further ones to the same address.
    pub(crate) async fn dial(&self) -> io::Result<TcpStream> {
        if let Some(first) = self.first.take() {
            return Ok(first);
        }
        match &self.route {
            Ok(address) => TcpStream::connect(address).await,
            Err(unreachable) => Err(unreachable.clone().into()),
        }
    }
}

async fn addresses(server: &Target) -> io::Result<Vec<SocketAddr>> {
    match &server.name {
        ServerName::IpAddress(address) => {
            Ok(vec![SocketAddr::new(IpAddr::from(*address), server.port)])
        }
        name => {
            let name = name.to_str();
            Ok(lookup_host((&*name, server.port)).await?.collect())
        }
    }
}

/// Tries the addresses in order. Each may take its share of the time that is left, so that one that swallows
/// connections does not cost those behind it their chance.
async fn first_of(
    addresses: &[SocketAddr],
    deadline: Instant,
    timeout: Duration,
) -> Result<(SocketAddr, TcpStream), Unreachable> {
    let mut failures: Option<Unreachable> = None;
    for (at, address) in addresses.iter().enumerate() {
        let left = deadline.saturating_duration_since(Instant::now());
        let waiting = u32::try_from(addresses.len() - at).unwrap_or(u32::MAX);
        let share = Instant::now() + left / waiting;
        let failure = match timeout_at(share, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok((*address, stream)),
            Ok(Err(error)) => Unreachable::refused(address, &error),
            Err(_) => Unreachable::silent(&address.to_string(), "no answer", timeout),
        };
        failures = Some(failure.after(failures));
    }
    Err(failures.unwrap_or_else(Unreachable::no_address))
}

impl Unreachable {
    fn lookup(server: &Target, error: &io::Error) -> Self {
        Self {
            kind: error.kind(),
            message: format!("no address is known for {}: {error}", server.name.to_str()),
        }
    }

    fn refused(address: &SocketAddr, error: &io::Error) -> Self {
        Self {
            kind: error.kind(),
            message: format!("{address}: {error}"),
        }
    }

    fn silent(whom: &str, what: &str, timeout: Duration) -> Self {
        Self {
            kind: io::ErrorKind::TimedOut,
            message: format!("{whom}: {what} within {} s", timeout.as_secs_f64()),
        }
    }

    fn no_address() -> Self {
        Self {
            kind: io::ErrorKind::NotFound,
            message: "the name has no address".to_owned(),
        }
    }

    /// This one, told after those before it.
    fn after(self, earlier: Option<Self>) -> Self {
        match earlier {
            None => self,
            Some(earlier) => Self {
                message: format!("{}; {}", earlier.message, self.message),
                ..self
            },
        }
    }
}

impl From<Unreachable> for io::Error {
    fn from(unreachable: Unreachable) -> Self {
        Self::new(unreachable.kind, unreachable.message)
    }
}
