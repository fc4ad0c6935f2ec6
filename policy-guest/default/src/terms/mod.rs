//! What holds for a connection: the settings, with every default and every standard resolved.

mod allowed;
mod contradiction;
mod resolve;
mod rules;
mod sunset;

use countersign_names::{CipherSuite, Group, SignatureScheme, Version};
use countersign_policy_sdk::Session;

pub(crate) use allowed::{Allowed, Base, Kind, Range, uses_named_group};
pub(crate) use rules::Rules;
pub(crate) use sunset::{Fading, Sunsets, Today};

use crate::{
    certificate::CertificateTerms,
    profiles::Profile,
    settings::{Alpn, NotListed, PostQuantum},
};

/// What holds for a connection.
#[derive(Clone, Debug)]
pub(crate) struct Terms {
    /// The standard that they begin with, if one is named.
    pub(crate) profile: Option<&'static Profile>,
    pub(crate) versions: Allowed<Version>,
    pub(crate) cipher_suites: Allowed<CipherSuite>,
    pub(crate) groups: Allowed<Group>,
    /// With which the peer may sign the handshake.
    pub(crate) signature_schemes: Allowed<SignatureScheme>,
    /// What becomes of a value that is not listed, but not forbidden either.
    pub(crate) not_listed: NotListed,
    pub(crate) post_quantum: PostQuantum,
    pub(crate) alpn: Option<Alpn>,
    /// Whether an earlier session may be resumed.
    pub(crate) resumption: bool,
    pub(crate) sunsets: Sunsets,
    pub(crate) certificates: CertificateTerms,
}

impl Terms {
    /// Whether a handshake without a group is refused. A resumed session of TLS 1.2 made its keys before. Else, where the
    /// cipher suite uses a group, that group is unknown and may be any; where it uses none, it is refused if the settings list groups,
    /// and left to the cipher suite's own rule if not.
    pub(crate) fn refuses_without_group(&self, session: &Session) -> bool {
        let resumed_earlier = session.resumed && session.version.code() <= Version::TLS_1_2.code();
        match self.groups.base {
            _ if resumed_earlier => false,
            Base::These(_) => true,
            Base::Everything if self.groups.forbidden.is_empty() => false,
            _ => uses_named_group(session.cipher_suite),
        }
    }
}

#[cfg(test)]
pub(crate) mod testing {
    use countersign_policy_sdk::settings::from_text;

    use super::*;

    /// The rules that settings come to.
    pub(crate) fn rules(settings: &str) -> Rules {
        let settings =
            from_text(settings).unwrap_or_else(|errors| panic!("{settings}: {errors:?}"));
        Rules::of(&settings).unwrap_or_else(|errors| panic!("{errors:?}"))
    }

    /// What settings say at the top.
    pub(crate) fn top(settings: &str) -> Terms {
        rules(settings).top
    }
}

#[cfg(test)]
mod tests;
