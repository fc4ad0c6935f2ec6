//! The configuration: what the file says (`file`), and what that means once everything in it holds.
//!
//! A [`Config`] has no mistakes left in it: every reference is resolved, every file read, every address parsed, every policy
//! loaded. A reload makes a new one; nothing is changed in place.

mod draft;
mod file;
mod listeners;
mod loader;
mod mistake;
mod pem;
mod policies;
mod process;
mod routes;
mod standards;
mod upstreams;

use std::{fmt, net::SocketAddr, num::NonZeroUsize, path::PathBuf, sync::Arc, time::Duration};

use countersign::{
    TicketKeys,
    policy::{Chain, Policy},
    rustls::{
        client::{ResolvesClientCert, danger::ServerCertVerifier},
        pki_types::ServerName,
        server::{ResolvesServerCert, danger::ClientCertVerifier},
    },
};
use ipnet::IpNet;

pub use self::{
    loader::{Loaded, Loader},
    mistake::{Mistake, Mistakes},
    standards::Standards,
};

/// A configuration that holds.
#[derive(Clone, Debug)]
pub struct Config {
    /// What concerns all listeners.
    pub process: Process,
    /// What sessions are held against, to be counted.
    pub standards: Arc<Standards>,
    /// Where connections come in, in the order of the file.
    pub listeners: Vec<Listener>,
    /// The policies, by name: to be shown.
    pub policies: Vec<NamedPolicy>,
    /// Every file that was read for it: what a watcher watches.
    pub files: Vec<PathBuf>,
}

/// What concerns all listeners.
#[derive(Clone, Debug)]
pub struct Process {
    /// Threads that serve connections. None: as many as there are cores.
    pub workers: Option<NonZeroUsize>,
    /// Connections at the same time, of all listeners together.
    pub connections_max: usize,
    /// How long connections may go on once the gateway is told to stop.
    pub drain: Duration,
    /// Whether a change of any file is a reload.
    pub watch: bool,
    /// The keys of session tickets from a file. None: keys of the process.
    pub ticket_keys: Option<TicketKeys>,
    /// The log of connections.
    pub log: Log,
    /// Where the gateway can be looked at.
    pub admin: Option<Admin>,
}

/// The log of connections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// How a line is written.
    pub format: LogFormat,
    /// Where it goes.
    pub target: LogTarget,
    /// Lines that may wait to be written.
    pub queue: NonZeroUsize,
    /// What happens if more would wait.
    pub when_full: WhenFull,
}

/// How a line of the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// A JSON object.
    Json,
    /// Words for people.
    Text,
}

/// Where the log goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogTarget {
    /// Standard output.
    Stdout,
    /// A file, which is appended to and opened anew on SIGUSR1.
    File(PathBuf),
    /// Nowhere.
    Off,
}

/// What happens if more lines would wait than may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenFull {
    /// The line is dropped and counted.
    Drop,
    /// New connections wait until there is room.
    Hold,
}

/// Where the gateway can be looked at: HTTP without TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admin {
    /// The address.
    pub listen: SocketAddr,
}

/// Where connections come in.
#[derive(Clone, Debug)]
pub struct Listener {
    /// Its name: in logs, metrics and facts for policies.
    pub name: Arc<str>,
    /// Its addresses.
    pub listen: Vec<Listen>,
    /// What is done with a connection.
    pub mode: Mode,
    /// Connections at the same time.
    pub connections_max: usize,
    /// The same from one client address.
    pub connections_per_client_max: usize,
    /// From the first byte of a handshake to its last, each side for itself; a PROXY header counts as part of the client's.
    pub handshake_timeout: Duration,
    /// How long a connection may carry nothing in either direction.
    pub idle_timeout: Duration,
    /// Whose PROXY headers are believed. None: there are none.
    pub proxy: Option<ProxyIn>,
}

/// An address to listen at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Listen {
    /// One to bind. Port 0 lets the system choose.
    Address(SocketAddr),
    /// A socket that systemd passes, by its `FileDescriptorName`.
    Systemd(String),
}

/// Whose PROXY headers are believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxyIn {
    /// Peers in one of these must send a header; others must not, and are served as themselves.
    pub trusted: Vec<IpNet>,
}

/// What is done with a connection.
#[derive(Clone, Debug)]
pub enum Mode {
    /// TLS in.
    Terminate(Terminate),
    /// Plain in, TLS out.
    Originate(Originate),
}

/// TLS in, TCP or TLS out.
#[derive(Clone, Debug)]
pub struct Terminate {
    /// Application protocols to accept, the most wanted first (RFC 7301).
    pub alpn: Vec<Vec<u8>>,
    /// The routes, in the order of the file. There is at least one.
    pub routes: Vec<Arc<Route>>,
}

/// Plain in, TLS out.
#[derive(Clone, Debug)]
pub struct Originate {
    /// Application protocols to offer, the most wanted first.
    pub alpn: Vec<Vec<u8>>,
    /// Where to: its `tls` is there.
    pub upstream: Arc<Upstream>,
}

/// What becomes of the connections for some server names.
#[derive(Clone, Debug)]
pub struct Route {
    /// Its name: that which was given, else its first server name, else `default`.
    pub name: Arc<str>,
    /// For which server names. Empty: for all others, and for clients that send none.
    pub server_names: Vec<NamePattern>,
    /// The certificates.
    pub certificates: Arc<dyn ResolvesServerCert>,
    /// Whom the clients' certificates are checked by. None: clients are not asked.
    pub client_certificates: Option<Arc<dyn ClientCertVerifier>>,
    /// What stands for certificates and verifier in session tickets: equal if the files are.
    pub identity: Vec<u8>,
    /// Who judges.
    pub chain: Chain,
    /// Whether sessions may be resumed.
    pub resumption: bool,
    /// Where to.
    pub upstream: Arc<Upstream>,
}

/// A server name, or all one label below it. In lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NamePattern {
    /// `example.com`
    Exact(String),
    /// `*.example.com`, kept as `example.com`: it is for `a.example.com`, not for `a.b.example.com` and not for `example.com`.
    Wildcard(String),
}

/// Where connections go.
#[derive(Clone, Debug)]
pub struct Upstream {
    /// Its name.
    pub name: Arc<str>,
    /// Its addresses, asked in turn. There is at least one.
    pub addresses: Vec<Address>,
    /// The time for each address to be reached.
    pub connect_timeout: Duration,
    /// How long an address that could not be reached is left alone while there are others.
    pub retry_after: Duration,
    /// TLS to it. None: plain TCP.
    pub tls: Option<UpstreamTls>,
    /// Whether a PROXY header (version 2) goes before everything else.
    pub send_proxy: bool,
}

/// A host and a port.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    /// An IP address or a name for the resolver.
    pub host: String,
    /// The TCP port.
    pub port: u16,
}

/// TLS to an upstream.
#[derive(Clone, Debug)]
pub struct UpstreamTls {
    /// The name that is sent, and that the certificate must fit.
    pub server_name: ServerName<'static>,
    /// Who checks its certificate.
    pub verifier: Arc<dyn ServerCertVerifier>,
    /// What is shown if it asks for a certificate.
    pub certificate: Option<Arc<dyn ResolvesClientCert>>,
    /// Who judges.
    pub chain: Chain,
    /// Whether sessions may be resumed.
    pub resumption: bool,
}

/// A policy, and what it is called here.
#[derive(Clone, Debug)]
pub struct NamedPolicy {
    /// Its name in the configuration.
    pub name: Arc<str>,
    /// The policy.
    pub policy: Policy,
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => address.fmt(f),
            Self::Systemd(name) => write!(f, "systemd:{name}"),
        }
    }
}

/// Of an IPv6 address in brackets.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port } = self;
        match host.contains(':') {
            true => write!(f, "[{host}]:{port}"),
            false => write!(f, "{host}:{port}"),
        }
    }
}
