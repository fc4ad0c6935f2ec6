//! The gateway as a process: signals, files that change, systemd.

use std::{io, path::Path};

use tokio::{
    runtime::{self, Runtime},
    signal::unix::{Signal, SignalKind, signal},
    time::Instant,
};

use crate::{
    config::{Config, Loaded, Loader, Mistake, Mistakes},
    files,
    gateway::{Gateway, StartError},
    systemd,
    watch::Watch,
};

/// Why a gateway does not run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The configuration has mistakes.
    #[error("{0}")]
    Config(#[from] Mistakes),
    /// It cannot start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The machine cannot run it.
    #[error("the runtime cannot be started: {0}")]
    Runtime(#[from] io::Error),
}

/// Runs a gateway until it is told to stop: SIGTERM and SIGINT let connections end, a second one does not. SIGHUP reloads,
/// SIGUSR1 opens the log file anew. What concerns the operator is said through `tracing`.
///
/// # Errors
///
/// If it cannot start.
pub fn run(path: &Path) -> Result<(), RunError> {
    let mut loader = Loader::new();
    let Loaded { config, warnings } = loader.load(path)?;
    warn(&warnings);
    files::raise_limit(&config);
    runtime(&config)?.block_on(async {
        let signals = Signals::new()?;
        let gateway = Gateway::start(path, loader, config).await?;
        for (listener, address) in gateway.addresses() {
            tracing::info!(%listener, %address, "listens");
        }
        if let Some(address) = gateway.admin_address() {
            tracing::info!(%address, "the admin listener listens");
        }
        systemd::ready();
        attend(gateway, signals).await;
        Ok(())
    })
}

fn runtime(config: &Config) -> io::Result<Runtime> {
    let mut builder = runtime::Builder::new_multi_thread();
    if let Some(workers) = config.process.workers {
        builder.worker_threads(workers.get());
    }
    builder.enable_all().thread_name("countersign").build()
}

struct Signals {
    stop: Stop,
    hang_up: Signal,
    user: Signal,
}

/// What tells it to stop.
struct Stop {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self {
            stop: Stop {
                terminate: signal(SignalKind::terminate())?,
                interrupt: signal(SignalKind::interrupt())?,
            },
            hang_up: signal(SignalKind::hangup())?,
            user: signal(SignalKind::user_defined1())?,
        })
    }
}

impl Stop {
    async fn told(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => (),
            _ = self.interrupt.recv() => (),
        }
    }
}

/// Does what it is told until it is told to stop.
async fn attend(mut gateway: Gateway, mut signals: Signals) {
    let mut watch = Watch::new()
        .inspect_err(|error| tracing::warn!(%error, "files are not watched: SIGHUP reloads"))
        .ok();
    loop {
        if let Some(watch) = &mut watch {
            let files: &[_] = match gateway.config().process.watch {
                true => &gateway.config().files,
                false => &[],
            };
            watch.files(files);
        }
        tokio::select! {
            () = signals.stop.told() => break,
            _ = signals.hang_up.recv() => reload(&mut gateway, "SIGHUP").await,
            _ = signals.user.recv() => gateway.reopen_log(),
            () = changed(watch.as_mut()) => reload(&mut gateway, "a file has changed").await,
        }
    }
    drain(gateway, signals.stop).await;
}

async fn changed(watch: Option<&mut Watch>) {
    match watch {
        Some(watch) => watch.changed().await,
        None => std::future::pending().await,
    }
}

async fn reload(gateway: &mut Gateway, because: &str) {
    systemd::reloading();
    match gateway.reload().await {
        Ok(warnings) => {
            warn(&warnings);
            tracing::info!(because, "reloaded");
        }
        Err(error) => {
            tracing::error!(because, "not reloaded, all stays as it was: {error}");
        }
    }
    systemd::ready();
}

async fn drain(gateway: Gateway, mut stop: Stop) {
    systemd::stopping();
    let drain = gateway.config().process.drain;
    tracing::info!(
        connections = gateway.connections(),
        seconds = drain.as_secs(),
        "takes no more connections in, and waits for those that are there"
    );
    gateway.close();
    let deadline = Instant::now() + drain;
    tokio::select! {
        () = gateway.ended() => (),
        () = tokio::time::sleep_until(deadline) => (),
        () = stop.told() => tracing::warn!("told again: waits no longer"),
    }
    match gateway.stop().await {
        0 => tracing::info!("all connections have ended"),
        left => tracing::warn!(left, "connections were ended"),
    }
}

fn warn(warnings: &[Mistake]) {
    for warning in warnings {
        tracing::warn!("{warning}");
    }
}
