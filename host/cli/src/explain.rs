//! `countersign explain`: what settings of the built-in policy come to, and why a session is judged as it is.

mod basis;
mod connected;
mod offers;
mod session;
mod verdict;

use crate::{
    args::ExplainArgs, check, error::StartError, exit::ExitStatus, plan::CheckPlan, report,
};

pub(crate) use self::{
    basis::Basis,
    connected::{Connected, sdk_word},
    offers::{Idle, Kind, Offers, Part, Why},
    session::{Known, word_of},
    verdict::{Judged, Peer},
};

/// Does what the arguments ask for.
pub(crate) fn run(args: ExplainArgs) -> ExitStatus {
    let format = args.output.format;
    match explain(args) {
        Ok(status) => status,
        Err(error) => {
            report::not_started(&error, format);
            ExitStatus::Usage
        }
    }
}

fn explain(args: ExplainArgs) -> Result<ExitStatus, StartError> {
    match (&args.target, args.session()) {
        (Some(_), _) => connect(args),
        (None, Some(path)) => file(&args, path),
        (None, None) => settings(&args),
    }
}

/// What the settings come to.
fn settings(args: &ExplainArgs) -> Result<ExitStatus, StartError> {
    let basis = Basis::new(args.settings(), args.today)?;
    let is_told = report::explained_settings(&basis, args.role, args.output.format);
    Ok(told(ExitStatus::Approved, is_told))
}

/// Why a session in a file is judged as it is.
fn file(args: &ExplainArgs, path: &str) -> Result<ExitStatus, StartError> {
    let known = session::read(path, args.role)?;
    let basis = Basis::new(args.settings(), args.today.or(known.today()))?;
    let known = known.on(basis.today);
    let judged = Judged::of(&basis.explanation, &known);
    let is_told = report::explained_session(&basis, &known, &judged, args.output.format);
    let status = match judged.is_approved() {
        true => ExitStatus::Approved,
        false => ExitStatus::Vetoed,
    };
    Ok(told(status, is_told))
}

/// Why a connection that is made now is judged as it is.
fn connect(args: ExplainArgs) -> Result<ExitStatus, StartError> {
    let basis = Basis::new(args.settings(), None)?;
    let format = args.output.format;
    let Some(check) = args.check(&basis.settings) else {
        return Ok(ExitStatus::Usage);
    };
    let plan = CheckPlan::new(check)?;
    let (plan, record) = check::one(plan)?;
    let status = ExitStatus::from(record.decision);
    let connected = Connected::of(&basis.explanation, record);
    let is_told = report::explained_connection(&basis, &plan, &connected, format);
    let status = match connected.disagreement() {
        None => status,
        Some(why) => {
            report::internal(&why);
            status.max(ExitStatus::NotJudged)
        }
    };
    Ok(told(status, is_told))
}

fn told(status: ExitStatus, is_told: bool) -> ExitStatus {
    match is_told {
        true => status,
        false => status.max(ExitStatus::NotJudged),
    }
}
