//! A stretch of time in which threads judge as fast as they can.

use std::{
    fmt::{self, Display},
    hint::black_box,
    sync::Barrier,
    thread,
    time::{Duration, Instant},
};

use crate::{Failure, session::Session, verdict::Verdict};

/// Time is looked at once in so many calls or a few more, for that costs as much as a call of the fastest engine.
const CALLS_UNWATCHED: usize = 100;

/// What was done in a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    /// The calls of all threads.
    calls: u64,
    /// From the common start until the last thread was done.
    time: Duration,
}

impl Display for Window {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.calls, self.time.as_nanos())
    }
}

/// Judges these sessions over and over, each thread with a judge of its own. Judges are made, and have judged each session once,
/// before the clock starts.
pub(crate) fn run<J>(
    make: impl Fn() -> Result<J, Failure> + Sync,
    sessions: &[Session],
    threads: usize,
    time: Duration,
) -> Result<Window, Failure>
where
    J: FnMut(&Session) -> Result<Verdict, Failure>,
{
    if threads == 0 || sessions.is_empty() {
        return Err("a window needs threads and cases".into());
    }
    let start = Barrier::new(threads);
    let windows: Vec<_> = thread::scope(|scope| {
        let one = || {
            let warm = warm(&make, sessions);
            start.wait();
            let (mut judge, sessions) = warm?;
            calls(&mut judge, &sessions, time)
        };
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(one)).collect();
        threads.into_iter().map(|thread| thread.join()).collect()
    });
    let mut whole = Window {
        calls: 0,
        time: Duration::ZERO,
    };
    for window in windows {
        let window = window.map_err(|_| "a thread panicked")??;
        whole.calls += window.calls;
        whole.time = whole.time.max(window.time);
    }
    Ok(whole)
}

/// A judge that is warm, and sessions that no other thread touches.
fn warm<J>(
    make: impl Fn() -> Result<J, Failure>,
    sessions: &[Session],
) -> Result<(J, Vec<Session>), Failure>
where
    J: FnMut(&Session) -> Result<Verdict, Failure>,
{
    let (mut judge, sessions) = (make()?, sessions.to_vec());
    for session in &sessions {
        judge(session)?;
    }
    Ok((judge, sessions))
}

fn calls(
    judge: &mut impl FnMut(&Session) -> Result<Verdict, Failure>,
    sessions: &[Session],
    time: Duration,
) -> Result<Window, Failure> {
    let rounds = CALLS_UNWATCHED.div_ceil(sessions.len());
    let mut calls = 0;
    let start = Instant::now();
    loop {
        for session in (0..rounds).flat_map(|_| sessions) {
            black_box(judge(black_box(session))?);
            calls += 1;
        }
        let passed = start.elapsed();
        if passed >= time {
            return Ok(Window {
                calls,
                time: passed,
            });
        }
    }
}
