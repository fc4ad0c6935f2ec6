//! The time that a future takes, without that of whatever runs while it waits.

use std::{
    pin::pin,
    time::{Duration, Instant},
};

/// Runs a future, and sums up the time of its polls. To make it is part of it.
pub(crate) async fn timing<F: Future>(start: impl FnOnce() -> F) -> (F::Output, Duration) {
    let began = Instant::now();
    // tokio-rustls makes its connections, and their first keys, before its futures are polled.
    let mut future = pin!(start());
    let mut took = began.elapsed();
    let output = std::future::poll_fn(|context| {
        let began = Instant::now();
        let polled = future.as_mut().poll(context);
        took += began.elapsed();
        polled
    });
    let output = output.await;
    (output, took)
}
