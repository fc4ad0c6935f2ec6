//! The bytes that a gate reads from its peer: a real handshake in memory, up to a point, and anything after that.
//!
//! Keys, shares and random numbers are the same in every run, and nobody waits for anybody: what happens in a case is a
//! function of its input. (But for session tickets, whose keys a server gate makes for itself.)

mod damage;
mod outcome;
mod peer;
mod pki;
mod policies;
mod provider;
mod sealed;
mod spoken;
mod transport;

pub mod client;
pub mod server;

use std::{future::Future, sync::LazyLock, time::Duration};

use tokio::runtime::{Builder, Runtime};

/// No connection here comes near, however busy the machine is.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Runs a case to its end. Nothing is waited for: a transport that has nothing more has ended.
fn run(case: impl Future<Output = ()>) {
    static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
        let built = Builder::new_current_thread().enable_time().build();
        built.expect("a runtime without I/O")
    });
    provider::reset_random();
    RUNTIME.block_on(case);
}
