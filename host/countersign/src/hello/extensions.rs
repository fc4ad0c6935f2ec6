//! The extensions of a ClientHello (RFC 8446, section 4.2): the block divided strictly, and the bodies that are read.

use super::MalformedHello;
use super::vector::{items, split_code, split8, split16, whole};
use crate::facts::normal_name;
use countersign_names::CipherSuite;
use rustls::pki_types::ServerName;
use std::collections::HashSet;
use tls_parser::{TlsExtension, parse_tls_extension_unknown};

pub(super) const SERVER_NAME: u16 = 0;
pub(super) const SUPPORTED_GROUPS: u16 = 10;
pub(super) const SIGNATURE_ALGORITHMS: u16 = 13;
pub(super) const ALPN: u16 = 16;
pub(super) const PRE_SHARED_KEY: u16 = 41;
pub(super) const EARLY_DATA: u16 = 42;
pub(super) const SUPPORTED_VERSIONS: u16 = 43;
pub(super) const KEY_SHARE: u16 = 51;

/// The name type of RFC 6066, section 3.
const HOST_NAME: u8 = 0;

/// Far more protocols than a client speaks, and few enough that their names, one allocation each, stay small.
const PROTOCOLS_MAX: usize = 256;

/// One extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extension<'a> {
    pub(super) number: u16,
    pub(super) body: &'a [u8],
}

/// Divides a block into its extensions, each type at most once, and pre_shared_key at the end.
pub(super) fn split(mut block: &[u8]) -> Result<Vec<Extension<'_>>, MalformedHello> {
    let mut extensions: Vec<Extension<'_>> = Vec::new();
    let mut seen = HashSet::new();
    while !block.is_empty() {
        let Ok((rest, TlsExtension::Unknown(number, body))) = parse_tls_extension_unknown(block)
        else {
            return Err(MalformedHello::ExtensionBlock);
        };
        if !seen.insert(number.0) {
            return Err(MalformedHello::DuplicateExtension(number.0));
        }
        if number.0 == PRE_SHARED_KEY && !rest.is_empty() {
            return Err(MalformedHello::PskNotLast);
        }
        extensions.push(Extension {
            number: number.0,
            body,
        });
        block = rest;
    }
    Ok(extensions)
}

/// Code points as their type, without the values of RFC 8701.
pub(super) fn without_grease<T: From<u16>>(codes: impl IntoIterator<Item = u16>) -> Vec<T> {
    let meant = codes.into_iter().filter(|code| !is_grease(*code));
    meant.map(T::from).collect()
}

/// `supported_groups` and `signature_algorithms`: code points behind two bytes of length, at least one.
pub(super) fn code_points<T: From<u16>>(body: &[u8]) -> Option<Vec<T>> {
    let codes = items(split16(body).and_then(whole)?, split_code)?;
    Some(without_grease(codes))
}

/// `supported_versions` (RFC 8446, section 4.2.1): one byte of length, at least one.
pub(super) fn versions<T: From<u16>>(body: &[u8]) -> Option<Vec<T>> {
    let codes = items(split8(body).and_then(whole)?, split_code)?;
    Some(without_grease(codes))
}

/// The groups of `key_share` (RFC 8446, section 4.2.8): no share at all asks the server to name a group.
pub(super) fn shared_groups<T: From<u16>>(body: &[u8]) -> Option<Vec<T>> {
    let shares = split16(body).and_then(whole)?;
    if shares.is_empty() {
        return Some(Vec::new());
    }
    Some(without_grease(items(shares, split_share)?))
}

fn split_share(shares: &[u8]) -> Option<(u16, &[u8])> {
    let (group, rest) = split_code(shares)?;
    let (share, rest) = split16(rest)?;
    (!share.is_empty()).then_some((group, rest))
}

/// The protocol names (RFC 7301, section 3.1): at least one, none empty. Too many do not decode.
pub(super) fn protocols(body: &[u8]) -> Option<Vec<Vec<u8>>> {
    let names = items(split16(body).and_then(whole)?, split_protocol)?;
    if names.len() > PROTOCOLS_MAX {
        return None;
    }
    let meant = names.into_iter().filter(|name| !is_grease_protocol(name));
    Some(meant.map(<[u8]>::to_vec).collect())
}

fn split_protocol(list: &[u8]) -> Option<(&[u8], &[u8])> {
    split8(list).filter(|(name, _)| !name.is_empty())
}

/// The host name, as policies and records know it (RFC 6066, section 3). An address has no place there, but is sent often
/// enough: it counts as no name.
pub(super) fn server_name(body: &[u8]) -> Result<Option<String>, MalformedHello> {
    let Some(host_name) = host_name(body) else {
        return Err(MalformedHello::Extension(SERVER_NAME));
    };
    let name = host_name.map(ServerName::try_from).transpose();
    match name.map_err(|_| MalformedHello::ServerName)? {
        Some(name @ ServerName::DnsName(_)) => Ok(Some(normal_name(&name))),
        _ => Ok(None),
    }
}

/// The entry of type host_name, if there is one; at most one of each type. Names of every type begin with their length.
fn host_name(body: &[u8]) -> Option<Option<&[u8]>> {
    let names = items(split16(body).and_then(whole)?, split_name)?;
    let mut types = HashSet::new();
    let unique = names.iter().all(|(kind, _)| types.insert(*kind));
    let host_name = names.iter().find(|(kind, _)| *kind == HOST_NAME);
    unique.then_some(host_name.map(|(_, name)| *name))
}

/// The type and the name, and what follows.
type NameAndRest<'a> = ((u8, &'a [u8]), &'a [u8]);

fn split_name(list: &[u8]) -> Option<NameAndRest<'_>> {
    let (kind, rest) = list.split_first()?;
    let (name, rest) = split16(rest)?;
    (!name.is_empty()).then_some(((*kind, name), rest))
}

/// RFC 8701, section 2: the same sixteen values for everything of two bytes.
fn is_grease(code: u16) -> bool {
    CipherSuite::new(code).is_grease()
}

pub(super) fn is_grease_protocol(name: &[u8]) -> bool {
    name.try_into()
        .is_ok_and(|code| is_grease(u16::from_be_bytes(code)))
}
