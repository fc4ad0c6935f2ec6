//! Facts by their names.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use countersign::facts::Fact;

/// Every fact of the contract, in its order.
const FACTS: [Fact; 29] = [
    Fact::ServerName,
    Fact::Port,
    Fact::PeerAddress,
    Fact::Today,
    Fact::Hello,
    Fact::PeerCertificates,
    Fact::PeerVerification,
    Fact::ClientHelloVersions,
    Fact::ClientHelloCipherSuites,
    Fact::ClientHelloGroups,
    Fact::ClientHelloKeyShares,
    Fact::ClientHelloSignatureSchemes,
    Fact::ClientHelloAlpn,
    Fact::ClientHelloExtensions,
    Fact::ClientHelloJa4,
    Fact::CertificateDer,
    Fact::CertificateSha256,
    Fact::CertificateSpkiSha256,
    Fact::CertificateSubject,
    Fact::CertificateIssuer,
    Fact::CertificateSerial,
    Fact::CertificateDnsNames,
    Fact::CertificateUris,
    Fact::CertificateIpAddresses,
    Fact::CertificateNotBefore,
    Fact::CertificateNotAfter,
    Fact::CertificateKeyAlgorithm,
    Fact::CertificateKeyBits,
    Fact::CertificateSignatureAlgorithm,
];

/// Reads a name of the contract. What is none gets all names, and the nearest.
pub(crate) fn parser() -> impl TypedValueParser<Value = Fact> {
    let names = FACTS.map(Fact::name);
    PossibleValuesParser::new(names).try_map(|name| {
        let named = FACTS.into_iter().find(|fact| fact.name() == name);
        named.ok_or("it is no fact")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The getters of the contract stand alone on their lines, with the type that they return.
    #[test]
    fn every_getter_of_the_contract_has_a_name_here() {
        let contract = include_str!("../../../wit/policy.wit");
        let (_, interface) = contract
            .split_once("\ninterface facts {")
            .expect("it is there");
        let (interface, _) = interface.split_once("\n}").expect("it ends");
        let count = interface.matches(": func()").count();
        assert_eq!(FACTS.len(), count);
        let mut names = FACTS.map(Fact::name);
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
    }
}
