//! The settings: what may be typed, with its JSON Schema.

mod alpn;
mod choice;
mod day;
mod name_pattern;
mod port;
mod profile_name;
mod sunset;
mod versions;
mod when;

use countersign_names::{CipherSuite, Group, SignatureScheme};
use countersign_policy_sdk::{settings, words};

pub(crate) use alpn::Alpn;
pub(crate) use choice::{Change, Choice};
pub(crate) use name_pattern::NamePattern;
pub(crate) use port::Port;
pub(crate) use profile_name::ProfileName;
pub(crate) use sunset::Sunset;
pub(crate) use versions::Versions;
pub(crate) use when::{RoleWord, When};

use crate::certificate::{ClientCertificate, PeerCertificate};

words! {
    /// What becomes of a value that is not among those allowed, though nothing forbids it by name.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub(crate) enum NotListed {
        #[default]
        /// It is not offered, and a session that uses it is vetoed.
        Veto = "veto",
        /// It is offered last, and a session that uses it is approved with a warning: for finding out who would break.
        Warn = "warn",
    }
}

words! {
    /// What is asked of the key exchange in view of quantum computers.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) enum PostQuantum {
        /// Groups that do not withstand them are not allowed.
        Require = "require",
        /// Groups that withstand them are offered first.
        Prefer = "prefer",
        /// Nothing: groups stand in the order of their list.
        Allow = "allow",
    }
}

/// Defines a struct of settings with those that may stand at the top and in each rule alike.
macro_rules! with_terms {
    ($(#[$about:meta])* $name:ident { $($(#[$own_about:meta])* $own:ident: $own_type:ty,)* }) => {
        settings! {
            $(#[$about])*
            #[derive(Clone, Debug)]
            pub(crate) struct $name {
                $($(#[$own_about])* pub(crate) $own: $own_type,)*
                /// The published standard to begin with, by its dated name such as mozilla-6.0-intermediate, or by a name that moves such as mozilla-intermediate. What else is said here changes it.
                pub(crate) profile: Option<ProfileName>,
                /// The protocol versions that are allowed. Default: those of the profile; without one, TLS 1.2 and every newer version.
                pub(crate) versions: Option<Versions>,
                /// The cipher suites that are allowed, those of all versions in one list, by IANA name, OpenSSL name or code. Default: those of the profile; without one, forward-secret AEAD suites that IANA recommends.
                pub(crate) cipher_suites: Option<Choice<CipherSuite>>,
                /// The key-exchange groups that are allowed, by IANA name, OpenSSL name or code. Default: those of the profile; without one, elliptic-curve groups and their hybrids with ML-KEM, the hybrids first.
                pub(crate) groups: Option<Choice<Group>>,
                /// The signature schemes with which the peer may sign the handshake, by IANA name, OpenSSL name or code. They are judged, not narrowed in what is offered. Default: those of the profile, if it lists any; else all that the host can verify.
                pub(crate) signature_schemes: Option<Choice<SignatureScheme>>,
                /// What becomes of a value that is not among those allowed, though nothing forbids it by name. Default: veto.
                pub(crate) not_listed: Option<NotListed>,
                /// What is asked of the key exchange in view of quantum computers. Default: prefer where groups are neither listed nor a profile's, else allow.
                pub(crate) post_quantum: Option<PostQuantum>,
                /// The application protocols that are allowed. Default: all.
                pub(crate) alpn: Option<Alpn>,
                /// Whether an earlier session may be resumed. Default: true.
                pub(crate) resumption: Option<bool>,
                /// The days after which something may no longer be used.
                pub(crate) sunset: Option<Vec<Sunset>>,
                /// What the peer's certificates must be like. Default: what the profile says of servers' certificates.
                pub(crate) peer_certificate: Option<PeerCertificate>,
                /// Which clients may come, by their certificates. It applies where this end is the server.
                pub(crate) client_certificate: Option<ClientCertificate>,
            }
        }

        impl $name {
            /// What it says about connections.
            pub(crate) fn terms(&self) -> Said<'_> {
                Said {
                    profile: self.profile,
                    versions: self.versions.as_ref(),
                    cipher_suites: self.cipher_suites.as_ref(),
                    groups: self.groups.as_ref(),
                    signature_schemes: self.signature_schemes.as_ref(),
                    not_listed: self.not_listed,
                    post_quantum: self.post_quantum,
                    alpn: self.alpn.as_ref(),
                    resumption: self.resumption,
                    sunset: self.sunset.as_deref(),
                    peer_certificate: self.peer_certificate.as_ref(),
                    client_certificate: self.client_certificate.as_ref(),
                }
            }
        }
    };
}

with_terms! {
    /// Settings of the default policy. What is said at the top holds for all connections; the rule whose condition is the most specific one changes it.
    Settings {
        /// What is different for some connections. Of those whose condition holds, only the most specific one counts: an exact server name before a `*.suffix`, a longer suffix before a shorter one, then one with a port, then one with a listener, then one with a role.
        rules: Vec<Rule>,
    }
}

with_terms! {
    /// What is different for some connections. What it does not mention is as at the top; with a profile of its own, versions, cipher suites, groups and signature schemes of the top do not count.
    Rule {
        /// For which connections.
        when: Option<When>,
    }
}

/// What the top or a rule says; None is nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Said<'a> {
    pub(crate) profile: Option<ProfileName>,
    pub(crate) versions: Option<&'a Versions>,
    pub(crate) cipher_suites: Option<&'a Choice<CipherSuite>>,
    pub(crate) groups: Option<&'a Choice<Group>>,
    pub(crate) signature_schemes: Option<&'a Choice<SignatureScheme>>,
    pub(crate) not_listed: Option<NotListed>,
    pub(crate) post_quantum: Option<PostQuantum>,
    pub(crate) alpn: Option<&'a Alpn>,
    pub(crate) resumption: Option<bool>,
    pub(crate) sunset: Option<&'a [Sunset]>,
    pub(crate) peer_certificate: Option<&'a PeerCertificate>,
    pub(crate) client_certificate: Option<&'a ClientCertificate>,
}

#[cfg(test)]
mod tests;
