//! What a client offers, read from the bytes of its ClientHello as they came over the wire.
//!
//! rustls shows a server a part of the hello: no supported versions, no key shares, no order of extensions, and nothing at
//! all of a hello that it cannot use, such as that of a TLS 1.0 client. A policy may ask for these, and a decision
//! record must name them. So the bytes are read a second time here, before rustls gets them: [`HelloReader`] takes them
//! as they come in and gives a [`ClientHello`], or says what came instead.
//!
//! No I/O, and no trust in the bytes: what comes in is bounded by [`HelloLimits`], and a body that does not decode is an
//! error of the whole hello, never an extension that was not there. So nobody can hide an offer behind a malformed one.
//!
//! ```
//! use countersign::hello::{Foreign, HelloError, HelloLimits, HelloReader};
//!
//! let mut reader = HelloReader::new(HelloLimits::default());
//! assert_eq!(reader.feed(b"GE"), Ok(None));
//! assert_eq!(reader.feed(b"T / HTTP/1.1\r\n"), Err(HelloError::NotTls(Foreign::Http)));
//! ```

mod agreement;
mod client_hello;
mod error;
mod extensions;
mod foreign;
mod framing;
mod ja4;
mod limits;
mod opening;
mod reader;
#[cfg(test)]
mod samples;
mod ssl2;
#[cfg(test)]
mod tests;
mod vector;

pub use client_hello::ClientHello;
pub use error::{HelloError, MalformedHello};
pub use foreign::Foreign;
pub use limits::HelloLimits;
pub use reader::HelloReader;
pub use ssl2::Ssl2Hello;
