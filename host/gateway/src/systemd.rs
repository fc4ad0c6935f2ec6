//! What passes between systemd and a service: sockets in, readiness out. Without systemd all of it does nothing.

use std::{collections::HashMap, env, net::TcpListener as StdListener};

use listenfd::ListenFd;
use sd_notify::NotifyState;

/// The sockets that systemd passes, by their `FileDescriptorName` (sd_listen_fds_with_names(3)).
#[derive(Debug, Default)]
pub(crate) struct Sockets(HashMap<String, Vec<StdListener>>);

impl Sockets {
    /// Takes them; a second time there are none.
    pub(crate) fn take() -> Self {
        // Read before the variables are looked after by the library that takes the sockets.
        let names = env::var("LISTEN_FDNAMES").unwrap_or_default();
        let mut names = names.split(':');
        let mut passed = ListenFd::from_env();
        let mut sockets = Self::default();
        for at in 0..passed.len() {
            let name = names.next().filter(|name| !name.is_empty());
            let name = name.unwrap_or("unknown").to_owned();
            match passed.take_tcp_listener(at) {
                Ok(Some(socket)) => sockets.0.entry(name).or_default().push(socket),
                Ok(None) => (),
                Err(error) => tracing::warn!(name, %error, "a socket of systemd cannot be used"),
            }
        }
        sockets
    }

    /// Those of this name.
    pub(crate) fn named(&mut self, name: &str) -> Vec<StdListener> {
        self.0.remove(name).unwrap_or_default()
    }
}

/// Connections are served.
pub(crate) fn ready() {
    tell(&[NotifyState::Ready]);
}

/// A reload begins; [`ready`] ends it.
pub(crate) fn reloading() {
    match NotifyState::monotonic_usec_now() {
        Ok(now) => tell(&[NotifyState::Reloading, now]),
        // Without the time systemd would take the message for a mistake.
        Err(error) => tracing::debug!(%error, "systemd is not told of the reload"),
    }
}

/// No more connections are taken in.
pub(crate) fn stopping() {
    tell(&[NotifyState::Stopping]);
}

fn tell(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::warn!(%error, "systemd cannot be told");
    }
}
