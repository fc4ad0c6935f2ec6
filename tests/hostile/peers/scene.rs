//! What a gate is tried with: a kind of handshake, a gate for it, and honest peers.

use std::{fmt::Debug, sync::Arc, time::Duration};

use countersign::{HandshakeLimits, Refused, record::DecisionRecord};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::{
    encounter::Output,
    ends::{
        gate::PONG,
        server::Tamper,
        wire::{Item, Script},
    },
};

/// A kind of handshake, and everything that takes part in it.
pub(super) trait Scene: Clone + Debug + Send + Sync + 'static {
    /// The peer of the gate.
    type Peer: Peer;

    /// A gate, and what its peers share.
    type Set: Send + Sync;

    /// How its flights look.
    fn shape(&self) -> Shape;

    /// A fresh gate.
    fn set(&self, terms: Terms) -> Self::Set;

    /// An honest peer whose flights go through `tamper`.
    fn peer(&self, set: &Self::Set, tamper: Tamper) -> Self::Peer;

    /// Connects over `io`, and [`converses`](converse) if that is approved.
    fn connect<S>(
        &self,
        set: &Self::Set,
        io: S,
    ) -> impl Future<Output = Result<Talk, Refused>> + Send
    where
        S: AsyncRead + AsyncWrite + Unpin + Send;

    /// Every record that the gate has published.
    fn published(&self, set: &Self::Set) -> Vec<Arc<DecisionRecord>>;

    /// Checks that no more was said than this record of a refusal allows.
    ///
    /// # Errors
    ///
    /// What was said besides.
    fn check_reserve(
        &self,
        record: &DecisionRecord,
        output: &Output,
        peer: &mut Self::Peer,
    ) -> Result<(), String>;
}

/// The peer of a gate, as its own TLS library sees the connection.
pub(super) trait Peer: Script {
    /// Application data that came from the gate.
    fn received(&self) -> &[u8];

    /// The gate has not finished its handshake.
    fn is_handshaking(&self) -> bool;
}

/// The flights of a kind of handshake, as far as a gate needs them to come to a stream.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    /// The gate is the client.
    pub(super) gate_is_client: bool,
    /// The version is TLS 1.3.
    pub(super) is_tls13: bool,
    /// A session is resumed, whose first handshake is another connection.
    pub(super) is_resumed: bool,
    /// There is a HelloRetryRequest.
    pub(super) is_retried: bool,
    /// The client says early data, which nobody wants.
    pub(super) has_early_data: bool,
    /// The number of the peer's last flight, from 0.
    pub(super) last_flight: usize,
    /// Records in it that stand behind the peer's Finished.
    pub(super) behind_finished: usize,
    /// All that the peer says on the stream.
    pub(super) says: &'static str,
}

/// What a gate grants its peers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    pub(super) timeout: Duration,
    pub(super) limits: HandshakeLimits,
}

/// A timeout that no connection comes near.
impl Default for Terms {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(60),
            limits: HandshakeLimits::default(),
        }
    }
}

/// An approved connection after its last byte.
pub(super) struct Talk {
    pub(super) record: Arc<DecisionRecord>,
    /// What the stream gave.
    pub(super) delivered: Vec<u8>,
}

/// Says [`PONG`], closes its half, and takes what comes to the end or to the first error.
pub(super) async fn converse(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> Vec<u8> {
    let mut delivered = Vec::new();
    // Where the peer is gone or talks rubbish, what came before counts.
    let _ = stream.write_all(PONG).await;
    let _ = stream.shutdown().await;
    let _ = stream.read_to_end(&mut delivered).await;
    delivered
}

/// Leaves every flight as it is.
pub(super) fn honestly() -> Tamper {
    Box::new(|_, bytes| vec![Item::Bytes(bytes)])
}
