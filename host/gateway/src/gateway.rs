//! The gateway as a whole: its sockets, what is served on them, reload and drain.

mod error;

use std::{
    collections::HashMap,
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use arc_swap::ArcSwap;
use countersign::TicketKeys;
use tokio::{
    net::TcpListener,
    sync::watch,
    task::spawn_blocking,
    time::{Instant, timeout_at},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use error::{BindError, ReloadError, StartError};

use crate::{
    admin::{self, Readiness},
    config::{Config, Listen, Listener, Loaded, Loader, Mistake, NamedPolicy},
    limits::Seats,
    listener::{Accepting, bind},
    log::AccessLog,
    metrics::Metrics,
    serving::{Serving, Shared},
    systemd::Sockets,
};

/// How long connections may take to notice that they are stopped.
const STOP: Duration = Duration::from_secs(2);

/// A gateway that serves.
///
/// ```no_run
/// use countersign_gateway::{Gateway, config::Loader};
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let mut loader = Loader::new();
/// let loaded = loader.load("gateway.toml".as_ref())?;
/// let mut gateway = Gateway::start("gateway.toml", loader, loaded.config).await?;
/// println!("listens at {:?}", gateway.addresses());
/// gateway.reload().await?;
/// gateway.drain().await;
/// # Ok(()) }
/// ```
pub struct Gateway {
    path: PathBuf,
    loader: Arc<Mutex<Loader>>,
    config: Config,
    shared: Shared,
    sockets: HashMap<Place, Vec<Socket>>,
    passed: Sockets,
    policies: Arc<ArcSwap<Vec<NamedPolicy>>>,
    readiness: watch::Sender<Readiness>,
    admin: Option<SocketAddr>,
    connections: TaskTracker,
    /// Ends everything that goes on.
    stop: CancellationToken,
}

/// What a socket is known by. It is kept as long as any listener wants it; one whose port the system chose is its listener's alone.
type Place = (Listen, Option<Arc<str>>);

fn place(listener: &Listener, listen: &Listen) -> Place {
    let is_chosen = matches!(listen, Listen::Address(address) if address.port() == 0);
    let owner = is_chosen.then(|| Arc::clone(&listener.name));
    (listen.clone(), owner)
}

/// A socket that listens, and who serves what comes in there.
struct Socket {
    address: SocketAddr,
    serving: Arc<ArcSwap<Serving>>,
    close: CancellationToken,
}

impl Gateway {
    /// Binds all sockets and serves.
    ///
    /// # Errors
    ///
    /// If anything that it needs cannot be had. Nothing is served then.
    pub async fn start(
        path: impl Into<PathBuf>,
        loader: Loader,
        config: Config,
    ) -> Result<Self, StartError> {
        let policies = Arc::new(ArcSwap::from_pointee(config.policies.clone()));
        let metrics = Metrics::new(Arc::clone(&policies));
        let dropped = metrics.log_lines_dropped();
        let log =
            AccessLog::open(&config.process.log, dropped).map_err(|error| StartError::Log {
                path: log_path(&config),
                error,
            })?;
        let shared = Shared {
            metrics,
            log,
            seats: Seats::new(config.process.connections_max),
            counts: HashMap::new(),
            ticket_keys: TicketKeys::new()?,
        };
        let mut gateway = Self {
            path: path.into(),
            loader: Arc::new(Mutex::new(loader)),
            policies,
            config,
            shared,
            sockets: HashMap::new(),
            passed: Sockets::take(),
            readiness: watch::Sender::new(Readiness::Starting),
            admin: None,
            connections: TaskTracker::new(),
            stop: CancellationToken::new(),
        };
        let config = gateway.config.clone();
        gateway
            .shared
            .metrics
            .hold_against(Arc::clone(&config.standards));
        let bound = gateway.bind_all(&config)?;
        gateway.serve_admin()?;
        let serving = Serving::all(&config, &mut gateway.shared)?;
        gateway.put(serving, bound);
        gateway.readiness.send_replace(Readiness::Ready);
        Ok(gateway)
    }

    /// Where each listener listens, those of one listener together.
    pub fn addresses(&self) -> Vec<(Arc<str>, SocketAddr)> {
        let mut addresses = Vec::new();
        for listener in &self.config.listeners {
            for listen in &listener.listen {
                let sockets = self.sockets.get(&place(listener, listen));
                let each = sockets.into_iter().flatten();
                addresses.extend(each.map(|it| (Arc::clone(&listener.name), it.address)));
            }
        }
        addresses
    }

    /// Where the admin listener listens.
    pub fn admin_address(&self) -> Option<SocketAddr> {
        self.admin
    }

    /// The configuration that is served.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The file that the configuration is from.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the configuration and all that it names anew, and serves it from now on. Connections that are there go on as they
    /// began. If anything is wrong, nothing changes.
    ///
    /// # Errors
    ///
    /// [`ReloadError`] says what.
    pub async fn reload(&mut self) -> Result<Vec<Mistake>, ReloadError> {
        let reloaded = self.try_reload().await;
        self.shared.metrics.reloaded(reloaded.is_ok());
        reloaded
    }

    async fn try_reload(&mut self) -> Result<Vec<Mistake>, ReloadError> {
        let (loader, path) = (Arc::clone(&self.loader), self.path.clone());
        let load = move || {
            let mut loader = loader.lock().unwrap_or_else(PoisonError::into_inner);
            loader.load(&path)
        };
        let loaded = spawn_blocking(load).await;
        let Loaded { config, warnings } = loaded.map_err(|_| ReloadError::Panicked)??;
        let bound = self.bind_all(&config)?;
        let serving = Serving::all(&config, &mut self.shared)?;
        self.policies.store(Arc::new(config.policies.clone()));
        self.shared
            .metrics
            .hold_against(Arc::clone(&config.standards));
        self.config = config;
        self.put(serving, bound);
        Ok(warnings)
    }

    /// The log file is opened anew: the one that was there has been moved away.
    pub fn reopen_log(&self) {
        self.shared.log.reopen();
    }

    /// Takes no more connections in, waits until those that are there have ended, and ends those that go on for longer than
    /// the configuration allows. Returns how many that were.
    pub async fn drain(self) -> usize {
        let deadline = Instant::now() + self.config.process.drain;
        self.drain_until(deadline).await
    }

    /// The same at once: nothing goes on.
    pub async fn stop(self) -> usize {
        self.drain_until(Instant::now()).await
    }

    async fn drain_until(self, deadline: Instant) -> usize {
        self.close();
        let drained = timeout_at(deadline, self.connections.wait()).await;
        let left = self.connections.len();
        if drained.is_err() {
            self.stop.cancel();
            // Each ends where it waits next.
            let _ = timeout_at(Instant::now() + STOP, self.connections.wait()).await;
        }
        self.stop.cancel();
        self.shared.log.close().await;
        left
    }

    /// Takes no more connections in.
    pub(crate) fn close(&self) {
        self.readiness.send_replace(Readiness::Draining);
        let sockets = self.sockets.values().flatten();
        sockets.for_each(|socket| socket.close.cancel());
        self.connections.close();
    }

    /// Waits until no connection goes on, once it is closed.
    pub(crate) fn ended(&self) -> impl Future<Output = ()> + use<> {
        let connections = self.connections.clone();
        async move { connections.wait().await }
    }

    /// Connections that go on.
    pub(crate) fn connections(&self) -> usize {
        self.connections.len()
    }

    /// Listens where the configuration wants it and nobody does yet. All or nothing.
    fn bind_all(&mut self, config: &Config) -> Result<HashMap<Place, Vec<TcpListener>>, BindError> {
        let mut bound = HashMap::new();
        for listener in &config.listeners {
            for listen in &listener.listen {
                let place = place(listener, listen);
                if self.sockets.contains_key(&place) {
                    continue;
                }
                let sockets = self.bind(listen).map_err(|error| BindError {
                    who: format!("listener {}", listener.name),
                    place: listen.to_string(),
                    error,
                })?;
                bound.insert(place, sockets);
            }
        }
        Ok(bound)
    }

    fn bind(&mut self, listen: &Listen) -> io::Result<Vec<TcpListener>> {
        match listen {
            Listen::Address(address) => Ok(vec![bind(*address)?]),
            Listen::Systemd(name) => {
                let passed = self.passed.named(name);
                if passed.is_empty() {
                    let sentence = "systemd passes no socket of this name (FileDescriptorName=)";
                    return Err(io::Error::new(io::ErrorKind::NotFound, sentence));
                }
                let adopt = |socket: std::net::TcpListener| {
                    socket.set_nonblocking(true)?;
                    TcpListener::from_std(socket)
                };
                passed.into_iter().map(adopt).collect()
            }
        }
    }

    /// Serves: on sockets that are there, on those that were bound, and no longer on those that nobody wants.
    fn put(&mut self, serving: Vec<Arc<Serving>>, mut bound: HashMap<Place, Vec<TcpListener>>) {
        let mut before = std::mem::take(&mut self.sockets);
        for serving in serving {
            for listen in &serving.listener.listen {
                let place = place(&serving.listener, listen);
                let kept = before.remove(&place).unwrap_or_default();
                kept.iter()
                    .for_each(|socket| socket.serving.store(Arc::clone(&serving)));
                let new = bound.remove(&place).unwrap_or_default();
                let new = new
                    .into_iter()
                    .filter_map(|socket| self.accept(socket, &serving));
                let sockets = kept.into_iter().chain(new).collect();
                self.sockets.insert(place, sockets);
            }
        }
        let unwanted = before.into_values().flatten();
        unwanted.for_each(|socket| socket.close.cancel());
    }

    fn accept(&self, socket: TcpListener, serving: &Arc<Serving>) -> Option<Socket> {
        let address = socket.local_addr().ok()?;
        let serving = Arc::new(ArcSwap::new(Arc::clone(serving)));
        let close = CancellationToken::new();
        let accepting = Accepting {
            socket,
            serving: Arc::clone(&serving),
            seats: Arc::clone(&self.shared.seats),
            connections: self.connections.clone(),
            close: close.clone(),
            stop: self.stop.clone(),
        };
        tokio::spawn(accepting.run());
        Some(Socket {
            address,
            serving,
            close,
        })
    }

    fn serve_admin(&mut self) -> Result<(), BindError> {
        let Some(admin) = &self.config.process.admin else {
            return Ok(());
        };
        let failed = |error| BindError {
            who: "admin".to_owned(),
            place: admin.listen.to_string(),
            error,
        };
        let socket = bind(admin.listen).map_err(failed)?;
        self.admin = Some(socket.local_addr().map_err(failed)?);
        let state = admin::State {
            readiness: self.readiness.subscribe(),
            metrics: self.shared.metrics.clone(),
            policies: Arc::clone(&self.policies),
        };
        tokio::spawn(admin::serve(socket, state, self.stop.clone()));
        Ok(())
    }
}

impl std::fmt::Debug for Gateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gateway")
            .field("path", &self.path)
            .field("addresses", &self.addresses())
            .finish_non_exhaustive()
    }
}

fn log_path(config: &Config) -> PathBuf {
    match &config.process.log.target {
        crate::config::LogTarget::File(path) => path.clone(),
        _ => PathBuf::from("-"),
    }
}
