//! The ways to ask a guest: by the engine alone, and by each of the gates on a real connection, where it has the only word
//! or where it is only listened to beside its neighbour.

mod client;
mod connected;
mod engine;
mod far_end;
mod pki;
mod records;
mod server;

use countersign::policy::Policy;

use crate::outcome::Outcome;

/// Asks a guest all that is asked about one connection, and where it is not alone its neighbour, too. The error is a promise
/// of the host's that was broken.
type Way = fn(&Policy, &Policy) -> Result<Outcome, String>;

/// All ways, by name.
pub(crate) const WAYS: [(&str, Way); 5] = [
    ("engine", |guest, _| engine::ask(guest)),
    ("client gate", |guest, _| {
        connected::enforced(guest, client::connect)
    }),
    ("server gate", |guest, _| {
        connected::enforced(guest, server::accept)
    }),
    ("audit by a client gate", |guest, neighbour| {
        connected::audited(guest, neighbour, client::connect)
    }),
    ("audit by a server gate", |guest, neighbour| {
        connected::audited(guest, neighbour, server::accept)
    }),
];
