//! `countersign check`: connects to every target, and reports on each in the order given.

use std::{collections::VecDeque, rc::Rc, sync::Arc, time::Duration};

use countersign::record::DecisionRecord;
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

/// What the time left for a handshake is rounded up to, so that it reads well in a sentence.
const TICK_MS: u64 = 10;

/// Does what the arguments ask for.
pub(crate) fn run(args: CheckArgs) -> ExitStatus {
    let format = args.format;
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
    if plan.trust.mozilla_instead {
        report::note(
            "this system has no root certificates, so Mozilla's are trusted instead; --ca names others",
        );
    }
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(StartError::Runtime)?;
    let status = LocalSet::new().block_on(&runtime, check_all(plan));
    // A name lookup that outlived its deadline is not waited for.
    runtime.shutdown_background();
    Ok(status)
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
        let record: Arc<DecisionRecord> = match check.await {
            Ok(record) => record,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        };
        report::decided(&plan, target, &record);
        status = status.max(record.decision.into());
    }
}

async fn check(plan: Rc<CheckPlan>, target: Target) -> Arc<DecisionRecord> {
    let began = Instant::now();
    let line = Line::open(&plan.way_to(&target), began + plan.timeout, plan.timeout).await;
    let gate = plan.gate(left(plan.timeout, began.elapsed()));
    let peer = plan.peer(&target);
    let peer = match line.address() {
        Some(address) => peer.address(address),
        None => peer,
    };
    gate.check(peer, async || line.dial().await).await
}

fn left(timeout: Duration, gone: Duration) -> Duration {
    let left = timeout.saturating_sub(gone).as_millis();
    let left = u64::try_from(left).unwrap_or(u64::MAX).saturating_add(1);
    timeout.min(Duration::from_millis(left.next_multiple_of(TICK_MS)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_round_and_never_more_than_there_was() {
        let ms = Duration::from_millis;
        assert_eq!(left(ms(300), Duration::from_micros(200)), ms(300));
        assert_eq!(left(ms(10_000), ms(33)), ms(9_970));
        assert_eq!(left(ms(10_000), ms(11_000)), ms(10));
        assert_eq!(left(ms(5), ms(0)), ms(5));
    }
}
