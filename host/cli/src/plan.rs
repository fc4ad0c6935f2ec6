//! What was typed, as what it means: read, loaded and checked, before anything is connected to.

use std::{path::PathBuf, sync::Arc, time::Duration};

use countersign::{
    ClientGate, Peer,
    policy::{Engine, Limits, Policy, PolicySource},
};
use rustls::{
    client::ResolvesClientCert,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::ServerName,
};

use crate::{
    args::{CheckArgs, Format},
    error::StartError,
    settings::{Origin, Settings},
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
        let settings = Settings::read(args.settings.as_deref(), limits.settings_bytes_max)?;
        let client_certificate = client_certificate(&args, &provider)?;
        let trust = match &args.ca {
            Some(path) => Trust::file(path, &provider)?,
            None => Trust::system(&provider)?,
        };
        Ok(Self {
            policy: load(args.policy, limits, &settings)?,
            targets: args.targets,
            connect: args.connect,
            server_name: args.server_name,
            timeout: args.timeout,
            format: args.format,
            settings,
            trust,
            insecure: args.insecure,
            alpn: args.alpn.into_iter().map(String::into_bytes).collect(),
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
    args: &CheckArgs,
    provider: &CryptoProvider,
) -> Result<Option<Arc<dyn ResolvesClientCert>>, StartError> {
    match (&args.client_cert, &args.client_key) {
        (Some(certificate), Some(key)) => {
            trust::client_certificate(certificate, key, provider).map(Some)
        }
        // Each requires the other: see `CheckArgs`.
        _ => Ok(None),
    }
}

fn load(path: Option<PathBuf>, limits: Limits, settings: &Settings) -> Result<Policy, StartError> {
    let engine = Engine::new(limits)?;
    let source = match &path {
        Some(path) => PolicySource::File(path.clone()),
        None => PolicySource::Default,
    };
    Policy::load(&engine, &source, &settings.text).map_err(|error| {
        let origin: Origin = settings.origin.clone();
        StartError::of_load(error, path.as_deref(), origin)
    })
}
