//! What a guest sees of a fact, as the getters of the sandbox show it: the model that keys are held against.

use crate::facts::{Certificate, ChainCheck, ConnectionFacts, Fact};

/// What it sees when it reads `fact` wherever it can.
pub(super) fn seen(facts: &ConnectionFacts, fact: Fact) -> String {
    let certificates = |get: fn(&Certificate) -> String| {
        let values = facts.peer_certificates().iter().map(get);
        format!("{:?}", values.collect::<Vec<_>>())
    };
    let hello = facts.client_hello();
    match fact {
        Fact::ServerName => format!("{:?}", facts.server_name()),
        Fact::Port => format!("{:?}", facts.port()),
        Fact::PeerAddress => format!("{:?}", facts.peer_address()),
        Fact::Today => facts.today.to_string(),
        Fact::Hello => hello.is_some().to_string(),
        Fact::PeerCertificates => facts.peer_certificates().len().to_string(),
        Fact::PeerVerification => match facts.peer_verification() {
            ChainCheck::Invalid { failure, .. } => failure.as_str().to_owned(),
            check => format!("{check:?}"),
        },
        Fact::SignatureScheme => format!("{:?}", facts.signature_scheme()),
        Fact::ClientHelloVersions => format!("{:?}", hello.map(|hello| &hello.versions)),
        Fact::ClientHelloCipherSuites => format!("{:?}", hello.map(|hello| &hello.cipher_suites)),
        Fact::ClientHelloGroups => format!("{:?}", hello.map(|hello| &hello.groups)),
        Fact::ClientHelloKeyShares => format!("{:?}", hello.map(|hello| &hello.key_shares)),
        Fact::ClientHelloSignatureSchemes => {
            format!("{:?}", hello.map(|hello| &hello.signature_schemes))
        }
        Fact::ClientHelloAlpn => format!("{:?}", hello.map(|hello| &hello.alpn)),
        Fact::ClientHelloExtensions => format!("{:?}", hello.map(|hello| &hello.extensions)),
        Fact::ClientHelloJa4 => format!("{:?}", facts.ja4()),
        Fact::CertificateDer => certificates(|one| format!("{:?}", one.der())),
        Fact::CertificateSha256 => certificates(|one| format!("{:?}", one.sha256())),
        Fact::CertificateSpkiSha256 => certificates(|one| format!("{:?}", one.spki_sha256())),
        Fact::CertificateSubject => certificates(|one| one.subject().to_owned()),
        Fact::CertificateIssuer => certificates(|one| one.issuer().to_owned()),
        Fact::CertificateSerial => certificates(|one| format!("{:?}", one.serial())),
        Fact::CertificateDnsNames => certificates(|one| format!("{:?}", one.dns_names())),
        Fact::CertificateUris => certificates(|one| format!("{:?}", one.uris())),
        Fact::CertificateIpAddresses => certificates(|one| format!("{:?}", one.ip_addresses())),
        Fact::CertificateNotBefore => certificates(|one| one.not_before().to_string()),
        Fact::CertificateNotAfter => certificates(|one| one.not_after().to_string()),
        Fact::CertificateKeyAlgorithm => certificates(|one| one.key_algorithm().to_owned()),
        Fact::CertificateKeyBits => certificates(|one| one.key_bits().to_string()),
        Fact::CertificateSignatureAlgorithm => {
            certificates(|one| one.signature_algorithm().to_owned())
        }
    }
}

/// What stands in a key for it, where that is more than a guest sees.
pub(super) fn decisive(facts: &ConnectionFacts, fact: Fact) -> String {
    if fact.name().starts_with("certificate.") {
        return seen(facts, Fact::CertificateDer);
    }
    match (fact, facts.client_hello()) {
        (Fact::ClientHelloJa4, Some(hello)) => {
            let mut extensions = hello.extensions.clone();
            extensions.sort_unstable();
            format!(
                "{:?} {:?} {extensions:?} {:?} {:?}",
                hello.versions.iter().max(),
                hello.cipher_suites,
                hello.alpn.first(),
                hello.signature_schemes,
            )
        }
        _ => seen(facts, fact),
    }
}
