//! Finds out what a server *would* negotiate when it and a policy's offer have nothing in common.
//!
//! rustls speaks TLS 1.2 and 1.3 with modern suites only, so after a failed handshake it can say no more than
//! "handshake_failure". A probe asks further, with hellos of plain bytes that offer everything from SSLv3 with RC4 to
//! TLS 1.3 with ML-KEM, one connection each, and reads the server's answer up to the point where version, suite and
//! group are named. Nothing is sent after the hello.
//!
//! **Nothing here is authenticated.** Whoever sits on the path can make a server look as bad, or as good, as they
//! like. An [`Outcome`] explains a veto in a decision record; it never yields an approval.

mod answer;
mod attempt;
mod encode;
mod extensions;
mod hello;
mod key_exchange;
mod offer;
mod outcome;
mod protocol;
mod record;
#[cfg(test)]
mod samples;
mod server_hello;
mod tally;
#[cfg(test)]
mod tests;

pub use outcome::{AnswerError, NoAnswer, Observed, Outcome};
pub use protocol::Protocol;

use attempt::attempt;
use countersign_names::Version;
use hello::{Hello, Shape};
use std::io;
use tally::Tally;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;

/// What the failed handshake asked for, and the probe asks for again.
#[derive(Clone, Copy, Debug, Default)]
pub struct Target<'a> {
    /// The name for the server_name extension (RFC 6066 section 3). An IP address is never sent.
    pub server_name: Option<&'a str>,
    /// The application protocols, most preferred first (RFC 7301); empty for none.
    pub alpn: &'a [Vec<u8>],
}

/// The hellos in the order in which they are sent; the first two always, the others only while the server refuses.
const LADDER: [Shape; 6] = [
    Shape::Tls13,
    Shape::Extended(Version::TLS_1_2),
    Shape::Extended(Version::TLS_1_1),
    Shape::Extended(Version::TLS_1_0),
    Shape::Bare(Version::TLS_1_0),
    Shape::Bare(Version::SSL_3),
];

/// Asks a server what it would choose, over at most eight connections one after the other, until `deadline`.
///
/// `connect` opens a connection to the server as the failed one was opened, and `fill_random` fills the hello's
/// random (RFC 8446 section 4.1.2) from the provider's generator.
///
/// TLS 1.3 is asked for first and TLS 1.2 and below in a second hello, because no single hello shows both choices. Only
/// a server that refuses both (alert, reset, end of stream or a malformed answer) is asked for lower versions. One that stays
/// silent is not: each attempt may take half of the time that is left, so silence before the first answer still leaves
/// time for a second question. Nor is one that refuses the name or the application protocols: that is no matter of
/// versions. Hellos without extensions leave both out, so they are sent only where every refusal so far may have been about
/// parameters.
///
/// An answer that only a lower hello brought, or that the server itself marks as less than it can do, may be owed to a few
/// dropped connections: then what was refused of the first two hellos is asked once more.
pub async fn probe<S: AsyncRead + AsyncWrite + Unpin>(
    connect: impl AsyncFn() -> io::Result<S>,
    target: Target<'_>,
    fill_random: impl Fn(&mut [u8]),
    deadline: Instant,
) -> Outcome {
    let mut tally = Tally::default();
    let ask = async |shape| {
        let mut random = [0; 64];
        fill_random(&mut random);
        let hello = Hello::new(shape, &target, &random);
        attempt(&connect, &hello, halfway(deadline)).await
    };
    for shape in LADDER {
        if tally.wants(shape) {
            tally.add(shape, ask(shape).await);
        }
    }
    for shape in LADDER {
        if tally.wants_again(shape) {
            tally.add(shape, ask(shape).await);
        }
    }
    tally.into_outcome()
}

fn halfway(deadline: Instant) -> Instant {
    let now = Instant::now();
    now + deadline.saturating_duration_since(now) / 2
}
