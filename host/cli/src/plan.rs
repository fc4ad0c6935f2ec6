//! What was typed, as what it means: read, loaded and checked, before anything is connected to.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    thread::{self, ScopedJoinHandle},
    time::Duration,
};

use countersign::{
    ClientGate, Peer,
    policy::{Limits, Policy},
};
use rustls::{
    client::ResolvesClientCert,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::ServerName,
};

use crate::{
    args::{CheckArgs, Format},
    cache,
    error::StartError,
    policy::Wanted,
    settings::Settings,
    target::{Address, Target},
    trust::{self, Trust},
};

/// Everything that a check needs.
pub(crate) struct CheckPlan {
    pub(crate) targets: Vec<Target>,
    pub(crate) connect: Option<Address>,
    pub(crate) server_name: Option<ServerName<'static>>,
    pub(crate) timeout: Duration,
    pub(crate) format: Format,
    pub(crate) settings: Settings,
    pub(crate) trust: Trust,
    pub(crate) insecure: bool,
    policy: Policy,
    alpn: Vec<Vec<u8>>,
    client_certificate: Option<Arc<dyn ResolvesClientCert>>,
}

impl CheckPlan {
    /// Reads the files, loads the policy with its settings, finds the roots.
    pub(crate) fn new(args: CheckArgs) -> Result<Self, StartError> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let limits = Limits::default();
        let wanted = Wanted::read(args.policy, &limits)?;
        let client_certificate =
            client_certificate(args.dial.client_cert, args.dial.client_key, &provider)?;
        // Each takes some milliseconds, and neither needs the other.
        let (trust, loaded) = thread::scope(|scope| {
            let trust = thread::Builder::new()
                .spawn_scoped(scope, || trust(args.dial.ca.as_deref(), &provider));
            let engine = cache::engine(limits, &args.cache);
            let loaded = engine.and_then(|engine| wanted.load(&engine));
            (trust.map_err(StartError::Runtime).and_then(joined), loaded)
        });
        let (trust, loaded) = (trust?, loaded?);
        Ok(Self {
            policy: loaded.policy,
            targets: args.targets,
            connect: args.connect,
            server_name: args.dial.server_name,
            timeout: args.dial.timeout,
            format: args.output.format,
            settings: loaded.settings,
            trust,
            insecure: args.dial.insecure,
            alpn: args.dial.alpn.into_iter().map(String::into_bytes).collect(),
            client_certificate,
        })
    }

    /// A gate of its own for each target, so that no target's session is resumed at another.
    pub(crate) fn gate(&self, timeout: Duration) -> ClientGate {
        let verifier = Arc::clone(&self.trust.verifier);
        let builder = ClientGate::builder(self.policy.clone(), verifier)
            .alpn(self.alpn.clone())
            .accept_invalid_certificates(self.insecure)
            .timeout(timeout);
        match &self.client_certificate {
            Some(resolver) => builder.client_certificate(Arc::clone(resolver)).build(),
            None => builder.build(),
        }
    }

    /// The server as the policy and the certificate know it: under the name that is asked for, at the port that is
    /// connected to.
    pub(crate) fn peer(&self, target: &Target) -> Peer {
        let name = self.server_name.as_ref().unwrap_or(&target.name);
        Peer::new(name.clone()).port(self.way_to(target).port)
    }

    /// Where a target is connected to.
    pub(crate) fn way_to(&self, target: &Target) -> Target {
        match &self.connect {
            None => target.clone(),
            Some(Address { name, port }) => Target {
                name: name.clone(),
                port: port.unwrap_or(target.port),
            },
        }
    }
}

fn client_certificate(
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
    provider: &CryptoProvider,
) -> Result<Option<Arc<dyn ResolvesClientCert>>, StartError> {
    // Each requires the other: see `CheckArgs`.
    let Some((certificate, key)) = certificate.zip(key) else {
        return Ok(None);
    };
    trust::client_certificate(&certificate, &key, provider).map(Some)
}

fn trust(ca: Option<&Path>, provider: &Arc<CryptoProvider>) -> Result<Trust, StartError> {
    match ca {
        Some(path) => Trust::file(path, provider),
        None => Trust::system(provider),
    }
}

fn joined<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    match thread.join() {
        Ok(done) => done,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}
