//! The JA4 fingerprint of a hello, after FoxIO's "JA4: TLS Client Fingerprinting" (`technical_details/JA4.md` of the
//! repository FoxIO-LLC/ja4; BSD 3-Clause, no patent claims). The rest of the JA4+ family has another licence.

use super::ClientHello;
use super::extensions::{ALPN, SERVER_NAME};
use countersign_names::Version;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// What stands for the hash of nothing.
const NO_HASH: &str = "000000000000";
/// As many bytes of a hash as twelve hexadecimal digits show.
const HASH_BYTES: usize = 6;

impl ClientHello {
    /// The JA4 fingerprint, such as `t13d1516h2_8daaf6152771_e5627efa2ab1`: 36 characters of ASCII.
    ///
    /// It names a kind of client, not a client, and everybody can send the hello of another: good for telling what
    /// changed, not for telling friend from foe.
    #[must_use]
    pub fn ja4(&self) -> String {
        let destination = if self.extensions.contains(&SERVER_NAME) {
            'd'
        } else {
            'i'
        };
        format!(
            "t{}{destination}{:02}{:02}{}_{}_{}",
            version(self.versions.iter().max()),
            self.cipher_suites.len().min(99),
            self.extensions.len().min(99),
            protocol(self.alpn.first()),
            hash(&self.sorted_suites()),
            hash(&self.sorted_extensions_and_schemes()),
        )
    }

    fn sorted_suites(&self) -> String {
        let mut suites = self.cipher_suites.clone();
        suites.sort_unstable();
        hex_list(suites.into_iter().map(u16::from))
    }

    /// Without those that the first part has already; the signature schemes in the client's order.
    fn sorted_extensions_and_schemes(&self) -> String {
        let mut extensions = self.extensions.clone();
        extensions.retain(|number| !matches!(*number, SERVER_NAME | ALPN));
        extensions.sort_unstable();
        let extensions = hex_list(extensions);
        if self.signature_schemes.is_empty() {
            return extensions;
        }
        let schemes = hex_list(self.signature_schemes.iter().map(|scheme| scheme.code()));
        format!("{extensions}_{schemes}")
    }
}

fn version(highest: Option<&Version>) -> &'static str {
    match highest.copied() {
        Some(Version::TLS_1_3) => "13",
        Some(Version::TLS_1_2) => "12",
        Some(Version::TLS_1_1) => "11",
        Some(Version::TLS_1_0) => "10",
        Some(Version::SSL_3) => "s3",
        Some(Version::SSL_2) => "s2",
        _ => "00",
    }
}

/// The first and the last character of the first protocol's name, or where one of them is no letter or digit, of the
/// name in hexadecimal digits.
fn protocol(name: Option<&Vec<u8>>) -> String {
    let Some([first, last]) = name.and_then(|name| Some([*name.first()?, *name.last()?])) else {
        return "00".to_owned();
    };
    if first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric() {
        String::from_iter([char::from(first), char::from(last)])
    } else {
        format!("{:x}{:x}", first >> 4, last & 0xf)
    }
}

/// `002f,0035`: four digits each.
fn hex_list(codes: impl IntoIterator<Item = u16>) -> String {
    let mut list = String::new();
    for code in codes {
        if !list.is_empty() {
            list.push(',');
        }
        HEXLOWER.encode_append(&code.to_be_bytes(), &mut list);
    }
    list
}

fn hash(list: &str) -> String {
    if list.is_empty() {
        return NO_HASH.to_owned();
    }
    HEXLOWER.encode(&Sha256::digest(list)[..HASH_BYTES])
}
