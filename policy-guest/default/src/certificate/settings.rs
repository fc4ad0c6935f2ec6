use countersign_policy_sdk::{settings, words};

use super::{
    distinguished_name::DistinguishedName,
    list::OneOrMore,
    name::{CertificateName, ClientName},
    pin::Pins,
    signature_algorithm::SignatureAlgorithm,
    spiffe::SpiffePattern,
    uri::UriPattern,
    whole::{Days, EcBits, RsaBits},
};
use crate::profiles::{KeyAlgorithm, Scope};

words! {
    /// What becomes of a certificate that is its own issuer.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) enum SelfSigned {
        /// It is refused, even if the host trusts it.
        Refuse = "refuse",
        /// Nothing is asked.
        Allow = "allow",
    }
}

words! {
    /// What becomes of a certificate chain that the host could not verify. The host refuses it by itself, unless its operator told it to go on.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) enum Verification {
        /// It is refused.
        RequireValid = "require-valid",
        /// It is approved with a warning.
        Warn = "warn",
    }
}

settings! {
    /// What the peer's certificates must be like. Each key replaces what the profile says of the same, and in a rule what the top says.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct PeerCertificate {
        /// The kinds of keys that are allowed.
        pub(crate) key_algorithms: Option<OneOrMore<KeyAlgorithm>>,
        /// How many bits the modulus of an RSA key must have.
        pub(crate) min_rsa_bits: Option<RsaBits>,
        /// How many bits the field of an elliptic curve must have: 256 for P-256. Ed25519 and Ed448 have a fixed size, and key_algorithms decides on them.
        pub(crate) min_ec_bits: Option<EcBits>,
        /// What certificates may be signed with, by name or object identifier. Of RSASSA-PSS the hash is not known here.
        pub(crate) signature_algorithms: Option<OneOrMore<SignatureAlgorithm>>,
        /// Which certificates the rules above are for. Default: what the profile's source says; without a profile, the chain. A root at the end of a chain does not count: it is trusted for itself.
        pub(crate) scope: Option<Scope>,
        /// How many days there may be from notBefore to notAfter of the peer's own certificate, a part of a day counted as one.
        pub(crate) max_lifetime_days: Option<Days>,
        /// From how many days before its end on there is a warning about the peer's own certificate.
        pub(crate) expires_within_days: Option<Days>,
        /// Names and addresses of which one at least must be in the peer's own certificate: an exact name, or `*.example.com` for one below. A name with a star in the certificate is taken as it is written.
        pub(crate) names: Option<OneOrMore<CertificateName>>,
        /// The keys that the peer's own certificate may have, by the SHA-256 of their SubjectPublicKeyInfo: at least two, one of which is a backup.
        pub(crate) pins: Option<Pins>,
        /// The authorities that may have issued the peer's own certificate, as names of RFC 4514. The chain must have been verified: else anybody can write any issuer.
        pub(crate) issuers: Option<OneOrMore<DistinguishedName>>,
        /// What becomes of a certificate that is its own issuer. Default: allow.
        pub(crate) self_signed: Option<SelfSigned>,
        /// What becomes of a certificate chain that the host could not verify. Default: that is left to the host.
        pub(crate) verification: Option<Verification>,
    }
}

settings! {
    /// Which clients may come, by their certificates. If there are lists, one match in one of them is enough. In a rule, lists replace all lists of the top together.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct ClientCertificate {
        /// Whether a client without a certificate is refused. If it is not, a client is asked for one and may come without. Default: true.
        pub(crate) required: Option<bool>,
        /// DNS names: an exact one, or `*.example.com` for every name below.
        pub(crate) dns_names: Option<OneOrMore<ClientName>>,
        /// URIs: an exact one, or one with a star at its end for all that begin alike.
        pub(crate) uris: Option<OneOrMore<UriPattern>>,
        /// SPIFFE IDs: an exact one, or `spiffe://example.org/ns/prod/*` for all below.
        pub(crate) spiffe: Option<OneOrMore<SpiffePattern>>,
        /// Subjects, as names of RFC 4514, each exactly.
        pub(crate) subjects: Option<OneOrMore<DistinguishedName>>,
    }
}

impl ClientCertificate {
    /// Whether a client without a certificate is refused.
    pub(crate) fn is_required(&self) -> bool {
        self.required.unwrap_or(true)
    }

    /// What holds where a rule says this over the top. Who may come is one thing: whoever names some, names all, for a client
    /// that only the top names would come otherwise.
    #[must_use]
    pub(super) fn over(&self, top: &Self) -> Self {
        let who = if self.names_somebody() { self } else { top };
        Self {
            required: self.required.or(top.required),
            ..who.clone()
        }
    }

    /// Whether it says who may come. Else everybody may whose certificate the host accepts.
    pub(crate) const fn names_somebody(&self) -> bool {
        self.dns_names.is_some()
            || self.uris.is_some()
            || self.spiffe.is_some()
            || self.subjects.is_some()
    }
}
