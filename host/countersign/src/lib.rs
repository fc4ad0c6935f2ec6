//! TLS connections whose parameters and peer a sandboxed policy must approve before any byte flows.
//!
//! A TLS handshake settles a version, a cipher suite, a key-exchange group and a peer. With this crate a WebAssembly
//! component decides what may be offered and whether what was negotiated is good enough; rustls does the handshake.
//!
//! ```text
//! bytes ─► digest ─► compile ─► check imports ─► describe ─► configure       once per load: policy::Policy
//!                                                                │
//!      [server: ClientHello ─►]                                  ▼           per connection: ClientGate, ServerGate
//! floor ∩ constrain() = offer ─► handshake ─► parameters, peer ─► judge ─► verdict
//!                                                                             │
//!                           veto: alert, close, what was held is gone ◄───────┤
//!                                          one DecisionRecord ◄───────────────┤
//!                                                                             ▼
//!                                   Approved ─► what was held leaves ─► tokio-rustls stream
//! ```
//!
//! Where the verdict falls: on a client before its Certificate and Finished leave, so a server that is refused never learns
//! who the client is. On a server before its ServerHello leaves; where clients are asked for a certificate, a second one on
//! that before the server's last word and any session ticket.
//!
//! A whole client:
//!
//! ```no_run
//! use std::sync::Arc;
//!
//! use countersign::{
//!     ClientGate, Peer,
//!     policy::{Engine, Limits, Policy, PolicySource},
//!     rustls::{RootCertStore, client::WebPkiServerVerifier, pki_types::ServerName},
//! };
//! use tokio::{io::AsyncWriteExt, net::TcpStream};
//!
//! # async fn run(roots: RootCertStore) -> Result<(), Box<dyn std::error::Error>> {
//! // Once: the sandbox, the policy with its settings, the gate.
//! let engine = Engine::new(Limits::default())?;
//! let settings = r#"{ "versions": { "min": "TLSv1.3" } }"#;
//! let policy = Policy::load(&engine, &PolicySource::Default, settings)?;
//! let verifier = WebPkiServerVerifier::builder(Arc::new(roots)).build()?;
//! let gate = ClientGate::builder(policy, verifier).build();
//!
//! // Per connection: a transport goes in; a stream comes out only if everybody agreed.
//! let tcp = TcpStream::connect("example.com:443").await?;
//! let peer = Peer::new(ServerName::try_from("example.com")?).port(443);
//! let mut approved = gate.connect(peer, tcp).await?;
//! approved.stream.write_all(b"GET / HTTP/1.0\r\n\r\n").await?;
//! # Ok(())
//! # }
//! ```
//!
//! And a whole server; `resolver` is any of rustls' resolvers of certificates:
//!
//! ```no_run
//! # use std::{sync::Arc, time::Duration};
//! # use countersign::policy::Policy;
//! use countersign::{Origin, Refused, ServerGate, rustls::server::ResolvesServerCert};
//! use tokio::{io::AsyncWriteExt, net::TcpListener};
//!
//! # async fn run(policy: Policy, resolver: Arc<dyn ResolvesServerCert>) -> Result<(), Box<dyn std::error::Error>> {
//! let gate = ServerGate::builder(policy, resolver)
//!     .alpn(vec![b"http/1.1".to_vec()])
//!     .observer(|record: &Arc<_>| println!("{}", serde_json::to_string(&**record).unwrap_or_default()))
//!     .build()?;
//! let listener = TcpListener::bind("0.0.0.0:443").await?;
//! loop {
//!     let Ok((tcp, _)) = listener.accept().await else {
//!         tokio::time::sleep(Duration::from_millis(50)).await; // out of files: that passes
//!         continue;
//!     };
//!     let gate = gate.clone();
//!     tokio::spawn(async move {
//!         match gate.accept(Origin::of(&tcp), tcp).await {
//!             Ok(mut approved) => drop(approved.stream.write_all(b"HTTP/1.0 204 No Content\r\n\r\n").await),
//!             Err(Refused::Veto(veto)) => eprintln!("{:?}: {:?}", veto.stage, veto.findings),
//!             Err(failed) => eprintln!("{failed}"),
//!         }
//!     });
//! }
//! # }
//! ```
//!
//! Both stand as programs in the crate's `examples/`. Several policies make a [`Chain`](policy::Chain), each of which
//! enforces or is only audited.
//!
//! A policy sees only what it imports, can only narrow what is offered, and every failure of it is a veto. The contract
//! is in `wit/policy.wit`; the built-in default policy takes its settings as JSON.
//!
//! Calls into the sandbox are made on the thread that polls the connection: they take microseconds, and are stopped at
//! [`Limits::deadline_ms`](policy::Limits), each policy of a chain, audited ones too. An observer is called there as
//! well. A connection that was refused may take up to a second longer than its timeout, for the peer to hear why.

pub mod facts;
mod gate;
pub mod hello;
pub mod offer;
pub mod policy;
pub mod probe;
pub mod record;
pub mod session;
pub mod text;
pub mod verdict;

pub use gate::{
    Approved, ClientGate, ClientGateBuilder, ClientStream, Failure, Greeted, HandshakeError,
    HandshakeLimits, Origin, Peer, Pending, Prefixed, Refused, ServerGate, ServerGateBuilder,
    ServerStream, TicketKeys, TicketKeysError, Veto,
};
pub use rustls;

/// The examples of the README are compiled with those of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
