//! The extensions of a ClientHello (RFC 8446 section 4.2).

use super::Target;
use super::encode::{code_points, prefix8, prefix16};
use super::offer::{LEGACY_GROUPS, SIGNATURE_SCHEMES, TLS13_GROUPS};
use countersign_names::Version;
use std::net::IpAddr;

const SERVER_NAME: u16 = 0;
const SUPPORTED_GROUPS: u16 = 10;
const EC_POINT_FORMATS: u16 = 11;
const SIGNATURE_ALGORITHMS: u16 = 13;
const ALPN: u16 = 16;
const PADDING: u16 = 21;
const EXTENDED_MASTER_SECRET: u16 = 23;
const SUPPORTED_VERSIONS: u16 = 43;
const KEY_SHARE: u16 = 51;

/// The name type of RFC 6066 section 3.
const HOST_NAME: u8 = 0;
/// The point format of RFC 8422 section 5.1.2.
const UNCOMPRESSED: u8 = 0;
/// Type and length of an extension.
const HEADER_BYTES: usize = 4;
/// The longest list of ALPN names that is sent; names beyond it are left out.
pub(super) const ALPN_BYTES_MAX: usize = 2048;

/// The extension block of a TLS 1.3 hello. The empty key_share asks the server to name its group (RFC 8446 section 4.2.8).
pub(super) fn tls13(target: &Target<'_>) -> Vec<u8> {
    [
        server_name(target),
        extension(SUPPORTED_GROUPS, &prefix16(&code_points(TLS13_GROUPS))),
        signature_algorithms(),
        alpn(target),
        extension(
            SUPPORTED_VERSIONS,
            &prefix8(&Version::TLS_1_3.code().to_be_bytes()),
        ),
        extension(KEY_SHARE, &prefix16(&[])),
    ]
    .concat()
}

/// The extension block of a hello for at most this version. The last is never an empty one: WebSphere refuses that.
pub(super) fn legacy(version: Version, target: &Target<'_>) -> Vec<u8> {
    // Clients that stop below TLS 1.2 must not send it (RFC 5246 section 7.4.1.4.1).
    let schemes = if version == Version::TLS_1_2 {
        signature_algorithms()
    } else {
        Vec::new()
    };
    [
        server_name(target),
        // Some servers refuse whoever lacks it (RFC 7627 section 5.3).
        extension(EXTENDED_MASTER_SECRET, &[]),
        schemes,
        alpn(target),
        extension(EC_POINT_FORMATS, &prefix8(&[UNCOMPRESSED])),
        extension(SUPPORTED_GROUPS, &prefix16(&code_points(LEGACY_GROUPS))),
    ]
    .concat()
}

/// This many bytes of nothing, and at least one (RFC 7685 section 3), its own header included.
pub(super) fn padding(total_bytes: usize) -> Vec<u8> {
    extension(
        PADDING,
        &vec![0; total_bytes.saturating_sub(HEADER_BYTES).max(1)],
    )
}

fn signature_algorithms() -> Vec<u8> {
    extension(
        SIGNATURE_ALGORITHMS,
        &prefix16(&code_points(SIGNATURE_SCHEMES)),
    )
}

/// RFC 6066 section 3: a DNS host name without its final dot, never an address.
fn server_name(target: &Target<'_>) -> Vec<u8> {
    let name = target
        .server_name
        .map(|name| name.strip_suffix('.').unwrap_or(name));
    match name {
        Some(name) if is_host_name(name) => {
            let entry = [&[HOST_NAME][..], &prefix16(name.as_bytes())].concat();
            extension(SERVER_NAME, &prefix16(&entry))
        }
        _ => Vec::new(),
    }
}

fn is_host_name(name: &str) -> bool {
    let is_address = name.parse::<IpAddr>().is_ok() || name.starts_with('[');
    !is_address && name.is_ascii() && (1..=253).contains(&name.len())
}

/// RFC 7301 section 3.1. Names that cannot be encoded are left out, and the extension when none remains.
fn alpn(target: &Target<'_>) -> Vec<u8> {
    let mut list = Vec::new();
    for name in target.alpn {
        let fits = list.len() + 1 + name.len() <= ALPN_BYTES_MAX;
        if fits && (1..=255).contains(&name.len()) {
            list.extend(prefix8(name));
        }
    }
    if list.is_empty() {
        list
    } else {
        extension(ALPN, &prefix16(&list))
    }
}

fn extension(number: u16, body: &[u8]) -> Vec<u8> {
    [&number.to_be_bytes()[..], &prefix16(body)].concat()
}
