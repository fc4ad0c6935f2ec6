//! Ports for servers that cannot ask the system for one.

use std::net::TcpListener;

/// How often another port is tried.
const ATTEMPTS: usize = 20;

/// Starts a server on a port that was free a moment ago, and on another one where somebody was faster.
pub fn with_free_port<T>(start: impl Fn(u16) -> Option<T>) -> T {
    let started = (0..ATTEMPTS).find_map(|_| start(free_port()));
    started.expect("a server should find a free port")
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("loopback has a free port");
    listener.local_addr().expect("a bound port").port()
}
