//! What a handshake has settled on so far, as the TLS library tells it in either role.

use countersign_names::{CipherSuite, Group, Version};
use rustls::{CommonState, HandshakeKind, pki_types::CertificateDer};

use crate::session::{Endpoint, Session};

/// The parameters; `None` before they are settled.
pub(super) fn session(tls: &CommonState, endpoint: &Endpoint, retried: bool) -> Option<Session> {
    let group = tls.negotiated_key_exchange_group();
    Some(Session {
        endpoint: endpoint.clone(),
        version: Version::new(tls.protocol_version()?.into()),
        cipher_suite: CipherSuite::new(tls.negotiated_cipher_suite()?.suite().into()),
        group: group.map(|group| Group::new(group.name().into())),
        alpn: tls.alpn_protocol().map(<[u8]>::to_vec),
        resumed: is_resumed(tls),
        retried,
    })
}

/// Whether an earlier session is resumed.
pub(super) fn is_resumed(tls: &CommonState) -> bool {
    tls.handshake_kind() == Some(HandshakeKind::Resumed)
}

/// The peer's certificates, its own first. On a resumed session those of the first handshake.
pub(super) fn peer_certificates(tls: &CommonState) -> &[CertificateDer<'static>] {
    tls.peer_certificates().unwrap_or_default()
}
