//! A gateway: TLS in front of, and behind, services that know nothing of it, with a policy that is asked before any byte moves.
//!
//! ```text
//! accept ─► limits ─► PROXY header ─► hello ─► route ─► gate: verdict ─► upstream (its own verdict) ─► relay ─► log
//! listener  limits    proxy           connection::terminate             upstream                      relay    log, metrics
//! ```
//!
//! `config` says what is wanted, `serving` is that at work, `gateway` has the sockets and replaces one `serving` by the next, and
//! `run` is the process with its signals. It uses nothing of [`countersign`] but what everybody can use.

mod admin;
mod complaint;
pub mod config;
mod connection;
mod files;
mod gateway;
mod limits;
mod listener;
mod log;
mod metrics;
mod proxy;
mod relay;
mod route;
mod run;
mod serving;
pub mod settings;
mod systemd;
mod transport;
mod upstream;
mod watch;

pub use gateway::{BindError, Gateway, ReloadError, StartError};
pub use run::{RunError, run};
