//! An alert after the server's Finished, which in TLS 1.3 must be encrypted.

use rustls::{
    ConnectionTrafficSecrets, ContentType, ProtocolVersion, ServerConnection,
    crypto::cipher::{AeadKey, Iv, OutboundChunks, OutboundPlainMessage},
};

use crate::verdict::Alert;

/// A fatal alert under the server's application traffic keys (RFC 8446, sections 5.2 and 6).
///
/// The TLS library has a session ticket ready by now, which must not leave, and could send an alert of its own only after
/// it. So the connection is taken apart for its keys, and the alert is the first record under them: number 0. Nothing
/// else is ever sent with them.
pub(super) fn sealed_alert(tls: ServerConnection, alert: Alert) -> Option<Vec<u8>> {
    const FIRST: u64 = 0;
    const FATAL: u8 = 2;
    let suite = tls.negotiated_cipher_suite()?.tls13()?;
    let (_, secrets) = tls.dangerous_extract_secrets().ok()?.tx;
    let (key, iv) = key_and_iv(secrets)?;
    let alert = [FATAL, alert.code()];
    let message = OutboundPlainMessage {
        typ: ContentType::Alert,
        version: ProtocolVersion::TLSv1_2,
        payload: OutboundChunks::Single(&alert),
    };
    let mut encrypter = suite.aead_alg.encrypter(key, iv);
    Some(encrypter.encrypt(message, FIRST).ok()?.encode())
}

fn key_and_iv(secrets: ConnectionTrafficSecrets) -> Option<(AeadKey, Iv)> {
    use ConnectionTrafficSecrets as Secrets;
    match secrets {
        Secrets::Aes128Gcm { key, iv }
        | Secrets::Aes256Gcm { key, iv }
        | Secrets::Chacha20Poly1305 { key, iv } => Some((key, iv)),
        _ => None,
    }
}
