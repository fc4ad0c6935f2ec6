//! `countersign gateway`: runs a gateway, or checks its configuration.

use countersign_gateway::{
    RunError,
    config::{Config, Loaded, Loader, Mode},
};
use tracing_subscriber::filter::LevelFilter;

use crate::{
    args::{Format, GatewayArgs},
    exit::ExitStatus,
    report,
};

/// Does what the arguments ask for.
pub(crate) fn run(args: &GatewayArgs) -> ExitStatus {
    let format = args.output.format;
    tell_the_operator(format);
    let done = match args.check {
        true => check(args),
        false => countersign_gateway::run(&args.config).map(|()| true),
    };
    match done {
        Ok(true) => ExitStatus::Approved,
        Ok(false) => ExitStatus::NotJudged,
        Err(error) => {
            report::gateway_not_started(&error, format);
            match error {
                RunError::Config(_) => ExitStatus::Usage,
                _ => ExitStatus::NotJudged,
            }
        }
    }
}

/// Says what is wrong with the configuration. Returns whether the report is not lost.
fn check(args: &GatewayArgs) -> Result<bool, RunError> {
    let Loaded { config, warnings } = Loader::new().load(&args.config)?;
    for warning in &warnings {
        report::note(&warning.to_string());
    }
    let counts = Counts::of(&config);
    Ok(report::gateway_checked(
        &args.config,
        &counts,
        warnings.len(),
        args.output.format,
    ))
}

/// What there is in a configuration.
pub(crate) struct Counts {
    pub(crate) listeners: usize,
    pub(crate) routes: usize,
    pub(crate) policies: usize,
}

impl Counts {
    fn of(config: &Config) -> Self {
        let routes = config
            .listeners
            .iter()
            .map(|listener| match &listener.mode {
                Mode::Terminate(terminate) => terminate.routes.len(),
                Mode::Originate(_) => 1,
            });
        Self {
            listeners: config.listeners.len(),
            routes: routes.sum(),
            policies: config.policies.len(),
        }
    }
}

/// What gateway and library have to say goes to standard error.
fn tell_the_operator(format: Format) {
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::INFO)
        .with_target(false)
        .with_ansi(false)
        .with_writer(std::io::stderr);
    // There is one already only where somebody else tells.
    let _ = match format {
        Format::Human => subscriber.try_init(),
        Format::Json => subscriber.json().flatten_event(true).try_init(),
    };
}
