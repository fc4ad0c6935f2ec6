//! What a described hello means, by the RFCs' words.

use std::collections::HashSet;

use countersign::hello::ClientHello;

use super::description::{Code, Extension, Hello};

/// What is meant and what is read, in numbers.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Meaning {
    legacy_version: u16,
    versions: Vec<u16>,
    cipher_suites: Vec<u16>,
    groups: Vec<u16>,
    key_shares: Vec<u16>,
    signature_schemes: Vec<u16>,
    alpn: Vec<Vec<u8>>,
    extensions: Vec<u16>,
    server_name: Option<String>,
    session_id_bytes: usize,
    psk: bool,
    early_data: bool,
}

impl Meaning {
    /// None if the description breaks a rule of the format.
    pub fn of(hello: &Hello<'_>) -> Option<Self> {
        let extensions = hello.extensions.as_deref().unwrap_or_default();
        let fits = hello.session_id.len() <= 32
            && !hello.cipher_suites.is_empty()
            && !hello.compression_methods.is_empty()
            && are_well_placed(extensions);
        let mut meaning = Self {
            legacy_version: hello.legacy_version.0,
            versions: vec![hello.legacy_version.0],
            cipher_suites: meant(hello.cipher_suites.iter().copied()),
            extensions: meant(extensions.iter().map(|extension| Code(extension.number()))),
            session_id_bytes: hello.session_id.len(),
            ..Self::default()
        };
        let fits = extensions
            .iter()
            .fold(fits, |fits, extension| meaning.take(extension) && fits);
        fits.then_some(meaning)
    }

    /// The same of what was read.
    pub fn of_read(hello: &ClientHello) -> Self {
        Self {
            legacy_version: hello.legacy_version.code(),
            versions: hello.versions.iter().map(|code| code.code()).collect(),
            cipher_suites: hello.cipher_suites.iter().map(|code| code.code()).collect(),
            groups: hello.groups.iter().map(|code| code.code()).collect(),
            key_shares: hello.key_shares.iter().map(|code| code.code()).collect(),
            signature_schemes: hello
                .signature_schemes
                .iter()
                .map(|code| code.code())
                .collect(),
            alpn: hello.alpn.clone(),
            extensions: hello.extensions.clone(),
            server_name: hello.server_name.clone(),
            session_id_bytes: hello.session_id_bytes,
            psk: hello.psk,
            early_data: hello.early_data,
        }
    }

    /// Whether the body is one by the rules: no list but that of key_share may be empty (RFC 8446, sections 4.2.1, 4.2.3, 4.2.7
    /// and 4.2.8; RFC 7301, section 3.1).
    fn take(&mut self, extension: &Extension<'_>) -> bool {
        match extension {
            Extension::ServerName(name) => {
                self.server_name = name.meaning().flatten().map(str::to_owned);
                name.meaning().is_some()
            }
            Extension::Groups(list) => take_codes(&mut self.groups, list),
            Extension::SignatureAlgorithms(list) => take_codes(&mut self.signature_schemes, list),
            // Behind one byte of length there is room for so many.
            Extension::Versions(list) => take_codes(&mut self.versions, list) && list.len() <= 127,
            Extension::Alpn(names) => self.take_protocols(names),
            Extension::KeyShares(shares) => {
                self.key_shares = meant(shares.iter().map(|(group, _)| *group));
                shares.iter().all(|(_, share)| !share.is_empty())
            }
            Extension::PreSharedKey(_) => take_mark(&mut self.psk),
            Extension::EarlyData => take_mark(&mut self.early_data),
            Extension::Other(..) => true,
        }
    }

    fn take_protocols(&mut self, names: &[&[u8]]) -> bool {
        let sent = names.iter().map(|name| &name[..name.len().min(0xff)]);
        let meant = sent.filter(|name| !is_grease_protocol(name));
        self.alpn = meant.map(<[u8]>::to_vec).collect();
        !names.is_empty() && names.iter().all(|name| !name.is_empty())
    }
}

fn take_codes(codes: &mut Vec<u16>, list: &[Code]) -> bool {
    *codes = meant(list.iter().copied());
    !list.is_empty()
}

fn take_mark(mark: &mut bool) -> bool {
    *mark = true;
    true
}

/// No type twice, and pre_shared_key at the end (RFC 8446, sections 4.2 and 4.2.11).
fn are_well_placed(extensions: &[Extension<'_>]) -> bool {
    let numbers: HashSet<u16> = extensions.iter().map(Extension::number).collect();
    let psk = extensions
        .iter()
        .position(|extension| matches!(extension, Extension::PreSharedKey(_)));
    numbers.len() == extensions.len() && psk.is_none_or(|at| at + 1 == extensions.len())
}

/// Without the values of RFC 8701.
fn meant(codes: impl Iterator<Item = Code>) -> Vec<u16> {
    codes
        .map(|code| code.0)
        .filter(|code| !is_grease(code.to_be_bytes()))
        .collect()
}

/// RFC 8701, section 2: two equal bytes that end in the digit A.
pub fn is_grease([high, low]: [u8; 2]) -> bool {
    high == low && low & 15 == 10
}

pub fn is_grease_protocol(name: &[u8]) -> bool {
    name.try_into().is_ok_and(is_grease)
}
