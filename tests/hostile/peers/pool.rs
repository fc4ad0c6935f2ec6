//! Many cases at once.

use tokio::task::JoinSet;

/// Mistakes that one test tells at most.
const TOLD_MAX: usize = 40;

/// Tries all cases, so many at a time, and fails with a list of those that ended as they must not. A panic is one of
/// them.
pub(super) async fn try_all<C, F>(cases: Vec<C>, at_once: usize, case: impl Fn(C) -> F)
where
    F: Future<Output = Result<(), String>> + Send + 'static,
{
    assert!(!cases.is_empty(), "nothing to try");
    let mut waiting = cases.into_iter();
    let mut running = JoinSet::new();
    let mut mistakes = Vec::new();
    loop {
        while running.len() < at_once
            && let Some(next) = waiting.next()
        {
            running.spawn(case(next));
        }
        match running.join_next().await {
            None => break,
            Some(Ok(Ok(()))) => {}
            Some(Ok(Err(mistake))) => mistakes.push(mistake),
            Some(Err(panic)) => mistakes.push(panic.to_string()),
        }
    }
    let count = mistakes.len();
    mistakes.truncate(TOLD_MAX);
    assert!(count == 0, "{count} mistakes:\n{}", mistakes.join("\n"));
}
