//! Hellos made by hand, from the structures of the RFCs; and clients that recite them.

use super::wire::{Item, Script};

/// Says this, whatever it hears.
pub struct Speaker(pub Vec<Item>);

impl Speaker {
    /// Says these bytes, and nothing more.
    pub fn silent_after(bytes: impl Into<Vec<u8>>) -> Self {
        Self(vec![Item::Bytes(bytes.into())])
    }

    /// Says these bytes, and closes.
    pub fn closing_after(bytes: impl Into<Vec<u8>>) -> Self {
        Self(vec![Item::Bytes(bytes.into()), Item::End])
    }
}

impl Script for Speaker {
    fn greet(&mut self) -> Vec<Item> {
        std::mem::take(&mut self.0)
    }

    fn hear(&mut self, _: &[u8]) -> Vec<Item> {
        Vec::new()
    }
}

/// A hello in one record (RFC 8446, section 4.1.2; RFC 5246, section 7.4.1.2).
pub struct Hello {
    /// The version in its fixed part.
    pub legacy_version: u16,
    /// The cipher suites.
    pub suites: Vec<u16>,
    /// The extensions: type and body.
    pub extensions: Vec<(u16, Vec<u8>)>,
}

impl Hello {
    /// The bytes.
    pub fn record(&self) -> Vec<u8> {
        let suites: Vec<u8> = codes(&self.suites);
        let extensions: Vec<u8> = self
            .extensions
            .iter()
            .flat_map(|(number, body)| [number.to_be_bytes().to_vec(), prefixed(body)].concat())
            .collect();
        let body = [
            &self.legacy_version.to_be_bytes()[..],
            &[0x5a; 32],
            &[0],
            &prefixed(&suites),
            &[1, 0],
            &prefixed(&extensions),
        ]
        .concat();
        let [.., a, b, c] = body.len().to_be_bytes();
        let message = [&[1, a, b, c][..], &body].concat();
        [&[22, 3, 1][..], &prefixed(&message)].concat()
    }
}

/// server_name (RFC 6066, section 3).
pub fn server_name(name: &str) -> (u16, Vec<u8>) {
    let entry = [&[0][..], &prefixed(name.as_bytes())].concat();
    (0, prefixed(&entry))
}

/// supported_groups (RFC 8446, section 4.2.7).
pub fn groups(groups: &[u16]) -> (u16, Vec<u8>) {
    (10, prefixed(&codes(groups)))
}

/// signature_algorithms (RFC 8446, section 4.2.3): ecdsa_secp256r1_sha256 alone.
pub fn signature_algorithms() -> (u16, Vec<u8>) {
    (13, prefixed(&codes(&[0x0403])))
}

/// supported_versions (RFC 8446, section 4.2.1).
pub fn versions(versions: &[u16]) -> (u16, Vec<u8>) {
    let codes = codes(versions);
    let [.., length] = codes.len().to_be_bytes();
    (43, [&[length][..], &codes].concat())
}

/// A hello in the format of SSL 2.0 (RFC 5246, appendix E.2), for TLS 1.0, with TLS_RSA_WITH_3DES_EDE_CBC_SHA,
/// TLS_RSA_WITH_RC4_128_MD5 and, of SSL 2.0's own, RC4 with MD5.
pub fn ssl2() -> Vec<u8> {
    let kinds = [0, 0, 0x0a, 0, 0, 0x04, 1, 0, 0x80];
    let message = [&[1, 3, 1, 0, 9, 0, 0, 0, 16][..], &kinds, &[0x5a; 16]].concat();
    let [.., high, low] = message.len().to_be_bytes();
    [&[0x80 | high, low][..], &message].concat()
}

fn codes(codes: &[u16]) -> Vec<u8> {
    codes.iter().flat_map(|code| code.to_be_bytes()).collect()
}

fn prefixed(bytes: &[u8]) -> Vec<u8> {
    let [.., high, low] = bytes.len().to_be_bytes();
    [&[high, low], bytes].concat()
}
