//! Two ends that meet over a pipe in memory, and what they agree on.

use rustls::{CipherSuite, CommonState, HandshakeKind, NamedGroup, ProtocolVersion};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// What makes two handshakes the same.
#[derive(Debug, PartialEq)]
pub(crate) struct Agreed {
    kind: HandshakeKind,
    version: ProtocolVersion,
    suite: CipherSuite,
    group: NamedGroup,
}

impl Agreed {
    /// As one end sees it once the handshake is over.
    pub(crate) fn by(end: &CommonState) -> Self {
        Self {
            kind: end.handshake_kind().expect("a handshake"),
            version: end.protocol_version().expect("a version"),
            suite: end.negotiated_cipher_suite().expect("a suite").suite(),
            group: end.negotiated_key_exchange_group().expect("a group").name(),
        }
    }

    /// Nobody may be compared with somebody who does something else.
    pub(crate) fn assert_same(gate: &Self, plain: &Self, kind: HandshakeKind) {
        assert_eq!(gate, plain, "not the same handshake");
        assert_eq!(gate.kind, kind);
    }
}

/// A client and a server shake hands and send a byte, with which the server's tickets arrive.
pub(crate) async fn met<C, S>(
    client: impl Future<Output = C>,
    server: impl Future<Output = S>,
) -> (C, S)
where
    C: AsyncRead + Unpin,
    S: AsyncWrite + Unpin,
{
    let (mut client, mut server) = tokio::join!(client, server);
    let (sent, received) = tokio::join!(server.write_all(b"."), client.read_u8());
    sent.expect("a client that reads");
    assert_eq!(received.expect("a server that writes"), b'.');
    (client, server)
}
