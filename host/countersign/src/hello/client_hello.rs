//! The ClientHello (RFC 8446, section 4.1.2; RFC 5246, section 7.4.1.2), decoded strictly.

use super::MalformedHello;
use super::extensions::{self, Extension, without_grease};
use countersign_names::{CipherSuite, Group, SignatureScheme, Version};
use tls_parser::{TlsClientHelloContents, parse_tls_handshake_client_hello};

/// What a client offers. Every list stands in the client's order, without GREASE (RFC 8701), and is empty where the client
/// sent none.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClientHello {
    /// The version in the fixed part: TLS 1.2 in every hello that offers TLS 1.3, else the highest offered.
    pub legacy_version: Version,
    /// The versions of supported_versions (RFC 8446, section 4.2.1), or `legacy_version` alone where the client did
    /// not send it. It then accepts lower ones, too.
    pub versions: Vec<Version>,
    /// The cipher suites, signalling values included.
    pub cipher_suites: Vec<CipherSuite>,
    /// The groups of supported_groups (RFC 8446, section 4.2.7).
    pub groups: Vec<Group>,
    /// The groups of the shares in key_share (RFC 8446, section 4.2.8).
    pub key_shares: Vec<Group>,
    /// The schemes of signature_algorithms (RFC 8446, section 4.2.3; RFC 5246, section 7.4.1.4.1).
    pub signature_schemes: Vec<SignatureScheme>,
    /// The application protocols (RFC 7301, section 3.1).
    pub alpn: Vec<Vec<u8>>,
    /// The types of all extensions.
    pub extensions: Vec<u16>,
    /// The host name of server_name (RFC 6066, section 3), in lower case and without a final dot. None where the
    /// client sent none, or against the RFC an address.
    pub server_name: Option<String>,
    /// The length of legacy_session_id, 0 to 32.
    pub session_id_bytes: usize,
    /// Whether the client offers a pre-shared key (RFC 8446, section 4.2.11): mostly, to resume a session.
    pub psk: bool,
    /// Whether the client announces early data (RFC 8446, section 4.2.10).
    pub early_data: bool,
}

impl ClientHello {
    /// Decodes the body of the handshake message.
    ///
    /// # Errors
    ///
    /// [`MalformedHello`] if anything in the fixed part, the division into extensions or the body of one that is read
    /// here is not as its RFC says. Bodies of other extensions are not looked at.
    pub fn parse(body: &[u8]) -> Result<Self, MalformedHello> {
        let Ok(([], fields)) = parse_tls_handshake_client_hello(body) else {
            return Err(MalformedHello::Fields);
        };
        if fields.ciphers.is_empty() || fields.comp.is_empty() {
            return Err(MalformedHello::Fields);
        }
        let extensions = extensions::split(fields.ext.unwrap_or_default())?;
        let mut hello = Self::without_extensions(&fields);
        hello.extensions = without_grease(extensions.iter().map(|extension| extension.number));
        extensions
            .iter()
            .try_for_each(|extension| hello.take(extension))?;
        Ok(hello)
    }

    /// What can be read of a body that [`parse`](Self::parse) refuses: for records, and nothing to act on.
    pub(super) fn outline(body: &[u8]) -> Option<Self> {
        let (_, fields) = parse_tls_handshake_client_hello(body).ok()?;
        let extensions = extensions::split(fields.ext.unwrap_or_default()).unwrap_or_default();
        let mut hello = Self::without_extensions(&fields);
        hello.extensions = without_grease(extensions.iter().map(|extension| extension.number));
        for extension in &extensions {
            // What does not decode is left out.
            let _ = hello.take(extension);
        }
        Some(hello)
    }

    fn without_extensions(fields: &TlsClientHelloContents<'_>) -> Self {
        Self {
            cipher_suites: without_grease(fields.ciphers.iter().map(|suite| suite.0)),
            session_id_bytes: fields.session_id.map_or(0, <[u8]>::len),
            ..Self::empty(Version::new(fields.version.0))
        }
    }

    /// A hello that offers this version, and nothing else.
    pub(super) fn empty(legacy_version: Version) -> Self {
        Self {
            legacy_version,
            versions: vec![legacy_version],
            cipher_suites: Vec::new(),
            groups: Vec::new(),
            key_shares: Vec::new(),
            signature_schemes: Vec::new(),
            alpn: Vec::new(),
            extensions: Vec::new(),
            server_name: None,
            session_id_bytes: 0,
            psk: false,
            early_data: false,
        }
    }

    fn take(&mut self, Extension { number, body }: &Extension<'_>) -> Result<(), MalformedHello> {
        if *number == extensions::SERVER_NAME {
            self.server_name = extensions::server_name(body)?;
            return Ok(());
        }
        self.take_list(*number, body)
            .ok_or(MalformedHello::Extension(*number))
    }

    /// None when the body does not decode.
    fn take_list(&mut self, number: u16, body: &[u8]) -> Option<()> {
        match number {
            extensions::SUPPORTED_GROUPS => self.groups = extensions::code_points(body)?,
            extensions::SIGNATURE_ALGORITHMS => {
                self.signature_schemes = extensions::code_points(body)?;
            }
            extensions::ALPN => self.alpn = extensions::protocols(body)?,
            extensions::PRE_SHARED_KEY => self.psk = true,
            extensions::EARLY_DATA => self.early_data = body.is_empty().then_some(true)?,
            extensions::SUPPORTED_VERSIONS => self.versions = extensions::versions(body)?,
            extensions::KEY_SHARE => self.key_shares = extensions::shared_groups(body)?,
            _ => {}
        }
        Some(())
    }
}
