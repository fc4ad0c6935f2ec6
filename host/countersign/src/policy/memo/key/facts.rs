//! What a policy reads of the facts, or what decides that, as bytes.

use std::net::IpAddr;

use super::Writer;
use crate::{
    facts::{Certificate, ChainCheck, ConnectionFacts, Fact, FactsRead},
    hello::ClientHello,
};

/// Bytes of a SHA-256.
const DIGEST_BYTES: usize = 32;

/// Which facts, and the value of each in the contract's order; the certificates last, as one digest stands for all that can
/// be read of one.
pub(super) fn write_facts(to: &mut Writer<'_>, facts: &ConnectionFacts, seen: FactsRead) {
    to.number(seen.bits());
    let mut certificates = false;
    for fact in seen.iter() {
        certificates |= write_fact(to, facts, fact) == Enters::ByCertificates;
    }
    if certificates {
        write_certificates(to, facts.peer_certificates());
    }
}

/// How a fact enters the key.
#[derive(PartialEq, Eq)]
enum Enters {
    /// It is written.
    Here,
    /// It is in the digests of the certificates.
    ByCertificates,
}

fn write_fact(to: &mut Writer<'_>, facts: &ConnectionFacts, fact: Fact) -> Enters {
    let hello = facts.client_hello();
    match fact {
        Fact::ServerName => to.option(facts.server_name(), |to, name| to.bytes(name.as_bytes())),
        Fact::Port => to.option(facts.port(), Writer::code),
        Fact::PeerAddress => write_address(to, facts.peer_address()),
        Fact::Today => to.number(facts.today),
        Fact::Hello => to.byte(hello.is_some().into()),
        Fact::PeerCertificates => to.length(facts.peer_certificates().len()),
        Fact::PeerVerification => write_check(to, facts.peer_verification()),
        Fact::SignatureScheme => {
            let scheme = facts.signature_scheme().map(u16::from);
            to.option(scheme, Writer::code);
        }
        Fact::ClientHelloVersions => to.option(hello, |to, hello| to.codes(&hello.versions)),
        Fact::ClientHelloCipherSuites => {
            to.option(hello, |to, hello| to.codes(&hello.cipher_suites))
        }
        Fact::ClientHelloGroups => to.option(hello, |to, hello| to.codes(&hello.groups)),
        Fact::ClientHelloKeyShares => to.option(hello, |to, hello| to.codes(&hello.key_shares)),
        Fact::ClientHelloSignatureSchemes => {
            to.option(hello, |to, hello| to.codes(&hello.signature_schemes))
        }
        Fact::ClientHelloAlpn => to.option(hello, |to, hello| to.names(&hello.alpn)),
        Fact::ClientHelloExtensions => to.option(hello, |to, hello| to.codes(&hello.extensions)),
        Fact::ClientHelloJa4 => to.option(hello, write_fingerprinted),
        Fact::CertificateDer
        | Fact::CertificateSha256
        | Fact::CertificateSpkiSha256
        | Fact::CertificateSubject
        | Fact::CertificateIssuer
        | Fact::CertificateSerial
        | Fact::CertificateDnsNames
        | Fact::CertificateUris
        | Fact::CertificateIpAddresses
        | Fact::CertificateNotBefore
        | Fact::CertificateNotAfter
        | Fact::CertificateKeyAlgorithm
        | Fact::CertificateKeyBits
        | Fact::CertificateSignatureAlgorithm => return Enters::ByCertificates,
    }
    Enters::Here
}

fn write_address(to: &mut Writer<'_>, address: Option<IpAddr>) {
    match address {
        None => to.byte(0),
        Some(IpAddr::V4(address)) => {
            to.byte(4);
            to.plain(&address.octets());
        }
        Some(IpAddr::V6(address)) => {
            to.byte(6);
            to.plain(&address.octets());
        }
    }
}

/// What the verifier says beside the kind of failure is not shown to policies.
fn write_check(to: &mut Writer<'_>, check: &ChainCheck) {
    match check {
        ChainCheck::NotMade => to.byte(0),
        ChainCheck::Valid => to.byte(1),
        ChainCheck::Invalid { failure, .. } => {
            to.byte(2);
            to.byte(*failure as u8);
        }
    }
}

/// All that `hello/ja4.rs` makes the fingerprint of. It sorts the extensions, which clients shuffle; so does this.
fn write_fingerprinted(to: &mut Writer<'_>, hello: &ClientHello) {
    to.option(hello.versions.iter().max(), |to, version| {
        to.code((*version).into())
    });
    to.codes(&hello.cipher_suites);
    to.sorted_codes(&hello.extensions);
    to.option(hello.alpn.first(), |to, name| to.bytes(name));
    to.codes(&hello.signature_schemes);
}

fn write_certificates(to: &mut Writer<'_>, certificates: &[Certificate]) {
    to.length(certificates.len());
    // Of a chain that does not fit anyway, nothing is hashed.
    if to.has_room(certificates.len().saturating_mul(DIGEST_BYTES)) {
        for certificate in certificates {
            to.plain(&certificate.sha256());
        }
    }
}
