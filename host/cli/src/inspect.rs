//! `countersign inspect`: loads a policy, and shows what it is and how it will run.

use countersign::policy::{Engine, Limits};

use crate::{
    args::InspectArgs,
    cache,
    error::StartError,
    exit::ExitStatus,
    policy::{self, Loaded, Wanted},
    report,
};

/// A policy in the engine that it was loaded into.
pub(crate) struct Inspected {
    pub(crate) loaded: Loaded,
    pub(crate) engine: Engine,
}

/// Does what the arguments ask for.
pub(crate) fn run(args: InspectArgs) -> ExitStatus {
    let (format, only_schema) = (args.format(), args.schema);
    let told = inspect(args).and_then(|inspected| match only_schema {
        true => Ok(report::schema(schema(&inspected)?, format)),
        false => Ok(report::inspected(&inspected, format)),
    });
    match told {
        Ok(true) => ExitStatus::Approved,
        Ok(false) => ExitStatus::NotJudged,
        Err(error) => {
            report::not_started(&error, format);
            ExitStatus::Usage
        }
    }
}

fn inspect(args: InspectArgs) -> Result<Inspected, StartError> {
    let limits = Limits::default();
    let wanted = Wanted::read(args.policy, &limits)?;
    let engine = cache::engine(limits, &args.cache)?;
    let loaded = wanted.load(&engine)?;
    Ok(Inspected { loaded, engine })
}

fn schema(inspected: &Inspected) -> Result<&str, StartError> {
    let Loaded { policy, path, .. } = &inspected.loaded;
    let schema = policy.description().settings_schema.as_deref();
    schema.ok_or_else(|| StartError::NoSchema {
        policy: policy::named(path.as_deref()),
    })
}
