//! `countersign check`: connects to every target, and reports on each in the order given.

use std::{
    collections::VecDeque,
    rc::Rc,
    sync::Arc,
    thread,
    time::{Duration, SystemTime},
};

use countersign::{HandshakeError, record::DecisionRecord};
use rustls::crypto::aws_lc_rs;
use tokio::{
    runtime,
    task::{JoinHandle, LocalSet, spawn_local},
    time::Instant,
};

use crate::{
    args::CheckArgs, dial::Line, error::StartError, exit::ExitStatus, plan::CheckPlan, report,
    target::Target,
};

/// How many targets are checked at the same time.
const CONCURRENT_MAX: usize = 8;

/// Does what the arguments ask for.
pub(crate) fn run(args: CheckArgs) -> ExitStatus {
    let format = args.output.format;
    match start(args) {
        Ok(status) => status,
        Err(error) => {
            report::not_started(&error, format);
            ExitStatus::Usage
        }
    }
}

fn start(args: CheckArgs) -> Result<ExitStatus, StartError> {
    let plan = Rc::new(CheckPlan::new(args)?);
    run_with(&Rc::clone(&plan), check_all(plan))
}

/// Checks the only target of a plan, and leaves it to others to report.
pub(crate) fn one(plan: CheckPlan) -> Result<(Rc<CheckPlan>, DecisionRecord), StartError> {
    let plan = Rc::new(plan);
    let target = plan.targets[0].clone();
    let record = run_with(&plan, check(Rc::clone(&plan), target))?;
    Ok((plan, record))
}

fn run_with<T>(plan: &CheckPlan, checks: impl Future<Output = T>) -> Result<T, StartError> {
    if plan.trust.mozilla_instead {
        report::note(
            "this system has no root certificates, so Mozilla's are trusted instead; --ca names others",
        );
    }
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(StartError::Runtime)?;
    let done = thread::scope(|scope| {
        // Without a thread it is done when it is needed.
        let _ = thread::Builder::new().spawn_scoped(scope, first_random);
        LocalSet::new().block_on(&runtime, checks)
    });
    // A name lookup that outlived its deadline is not waited for.
    runtime.shutdown_background();
    Ok(done)
}

/// To collect its first randomness takes the TLS library some 30 ms, and only once: better while names are looked up and
/// connections made than while a server waits.
fn first_random() {
    // Whether it works is seen where it is needed.
    let _ = aws_lc_rs::default_provider().secure_random.fill(&mut [0]);
}

/// Keeps some checks running ahead of the one that is reported next.
async fn check_all(plan: Rc<CheckPlan>) -> ExitStatus {
    let mut status = ExitStatus::Approved;
    let mut running: VecDeque<(&Target, JoinHandle<_>)> = VecDeque::new();
    let mut waiting = plan.targets.iter();
    loop {
        while running.len() < CONCURRENT_MAX
            && let Some(target) = waiting.next()
        {
            running.push_back((target, spawn_local(check(Rc::clone(&plan), target.clone()))));
        }
        let Some((target, check)) = running.pop_front() else {
            return status;
        };
        let record: DecisionRecord = match check.await {
            Ok(record) => record,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        };
        status = status.max(record.decision.into());
        if !report::decided(&plan, target, &record) {
            status = status.max(ExitStatus::NotJudged);
        }
    }
}

/// Checks one target. What its record says of time is about everything: name lookup and connection too.
async fn check(plan: Rc<CheckPlan>, target: Target) -> DecisionRecord {
    let (started, began) = (SystemTime::now(), Instant::now());
    let line = Line::open(&plan.way_to(&target), began + plan.timeout, plan.timeout).await;
    let gate = plan.gate(plan.timeout.saturating_sub(began.elapsed()));
    let peer = plan.peer(&target);
    let peer = match line.address() {
        Some(address) => peer.address(address),
        None => peer,
    };
    let record = gate.check(peer, async || line.dial().await).await;
    let mut record = Arc::unwrap_or_clone(record);
    record.started = started;
    record.duration = began.elapsed();
    name_whole_timeout(&mut record, plan.timeout);
    record
}

/// The gate knows of the time that was left for the handshake; the person gave one for everything.
fn name_whole_timeout(record: &mut DecisionRecord, timeout: Duration) {
    let whole = HandshakeError::Timeout { timeout };
    if let Some(failure) = &mut record.failure
        && failure.kind == whole.kind()
    {
        failure.message = whole.to_string();
    }
}
