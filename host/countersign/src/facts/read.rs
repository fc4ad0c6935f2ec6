//! Which facts a policy has read.

use std::fmt;

use serde::ser::{Serialize, SerializeSeq, Serializer};

/// Declares the facts once: their names in the contract, in the order of the bit set.
macro_rules! facts {
    ($($(#[$doc:meta])* $fact:ident = $name:literal,)+) => {
        /// A getter of the contract's `facts` interface.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[expect(missing_docs, reason = "each is named as in the contract, which documents it")]
        pub enum Fact { $($fact,)+ }

        impl Fact {
            /// Every getter, in the order of the contract.
            pub const ALL: &'static [Self] = &[$(Self::$fact,)+];

            /// The getter's name in the contract; those of a resource stand behind the resource's.
            pub fn name(self) -> &'static str {
                match self { $(Self::$fact => $name,)+ }
            }
        }
    };
}

facts! {
    ServerName = "server-name",
    Port = "port",
    PeerAddress = "peer-address",
    Today = "today",
    Hello = "hello",
    PeerCertificates = "peer-certificates",
    PeerVerification = "peer-verification",
    SignatureScheme = "signature-scheme",
    ClientHelloVersions = "client-hello.versions",
    ClientHelloCipherSuites = "client-hello.cipher-suites",
    ClientHelloGroups = "client-hello.groups",
    ClientHelloKeyShares = "client-hello.key-shares",
    ClientHelloSignatureSchemes = "client-hello.signature-schemes",
    ClientHelloAlpn = "client-hello.alpn",
    ClientHelloExtensions = "client-hello.extensions",
    ClientHelloJa4 = "client-hello.ja4",
    CertificateDer = "certificate.der",
    CertificateSha256 = "certificate.sha256",
    CertificateSpkiSha256 = "certificate.spki-sha256",
    CertificateSubject = "certificate.subject",
    CertificateIssuer = "certificate.issuer",
    CertificateSerial = "certificate.serial",
    CertificateDnsNames = "certificate.dns-names",
    CertificateUris = "certificate.uris",
    CertificateIpAddresses = "certificate.ip-addresses",
    CertificateNotBefore = "certificate.not-before",
    CertificateNotAfter = "certificate.not-after",
    CertificateKeyAlgorithm = "certificate.key-algorithm",
    CertificateKeyBits = "certificate.key-bits",
    CertificateSignatureAlgorithm = "certificate.signature-algorithm",
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of facts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FactsRead(u32);

impl FactsRead {
    pub(crate) fn insert(&mut self, fact: Fact) {
        self.0 |= 1 << fact as u32;
    }

    pub(crate) fn extend(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// The set as a number, for where it must change without a lock.
    pub(crate) const fn bits(self) -> u32 {
        self.0
    }

    /// The set that [`bits`](Self::bits) gave.
    pub(crate) const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// Whether `other` has all that is in this one.
    pub(crate) const fn is_subset_of(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// Whether `fact` was read.
    pub fn contains(self, fact: Fact) -> bool {
        self.0 & (1 << fact as u32) != 0
    }

    /// The facts, in the contract's order.
    pub fn iter(self) -> impl Iterator<Item = Fact> {
        Fact::ALL
            .iter()
            .copied()
            .filter(move |&fact| self.contains(fact))
    }
}

impl Serialize for FactsRead {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(None)?;
        for fact in self.iter() {
            seq.serialize_element(fact.name())?;
        }
        seq.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_within_another_if_that_has_all_of_it() {
        let mut one = FactsRead::default();
        one.insert(Fact::Port);
        let mut two = one;
        two.insert(Fact::Today);
        assert!(FactsRead::default().is_subset_of(one));
        assert!(one.is_subset_of(two) && two.is_subset_of(two));
        assert!(!two.is_subset_of(one));
        assert_eq!(FactsRead::from_bits(two.bits()), two);
    }

    #[test]
    fn every_fact_has_its_own_bit_and_name() {
        let mut all = FactsRead::default();
        for &fact in Fact::ALL {
            assert!(!all.contains(fact), "{fact} shares a bit");
            all.insert(fact);
        }
        let names: Vec<_> = all.iter().map(Fact::name).collect();
        let mut unique = names.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), names.len());
    }

    /// The getters of the interface, those of a resource behind the resource's name.
    fn getters(contract: &str) -> Vec<String> {
        let (_, interface) = contract
            .split_once("\ninterface facts {")
            .expect("it is there");
        let (interface, _) = interface.split_once("\n}").expect("it ends");
        let mut resource = None;
        let mut getters = Vec::new();
        for line in interface.lines().map(str::trim) {
            if let Some(rest) = line.strip_prefix("resource ") {
                resource = rest.strip_suffix(" {");
            } else if line == "}" {
                resource = None;
            } else if let Some((getter, _)) = line.split_once(": func()") {
                let prefix = resource.map(|name| format!("{name}.")).unwrap_or_default();
                getters.push(prefix + getter);
            }
        }
        getters
    }

    #[test]
    fn the_facts_are_the_getters_of_the_contract() {
        let mut getters = getters(include_str!("../../../../wit/policy.wit"));
        let mut facts: Vec<_> = Fact::ALL.iter().map(|fact| fact.name()).collect();
        getters.sort_unstable();
        facts.sort_unstable();
        assert_eq!(facts, getters);
    }
}
