//! The other ends of the connections that these tests make: all of them live in this process.
//!
//! `client` is a real TLS client on the wire, `puppet` a policy that offers and says what a test wants, `gate` puts a
//! server together, `said` reads what a server said, `hello` makes hellos by hand, `target` is a client that is damaged. The rest is that of the client gate's
//! tests: the wire, the certificates, and a client gate with servers for it.

pub mod client;
pub mod gate;
pub mod hello;
pub mod puppet;
pub mod said;
pub mod target;

#[path = "../../gate/peers/gate.rs"]
pub mod client_gate;
#[path = "../../gate/peers/pki.rs"]
pub mod pki;
#[path = "../../gate/peers/records.rs"]
pub mod records;
#[path = "../../gate/peers/server.rs"]
pub mod server;
#[path = "../../gate/peers/wire.rs"]
pub mod wire;
