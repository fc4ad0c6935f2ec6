use countersign_names::CipherSuite;

use super::Choice;
use crate::objection::Objection;

impl Choice<CipherSuite> {
    /// What speaks against a cipher suite.
    pub(crate) fn suite_objection(&self, suite: CipherSuite) -> Option<Objection<'_, CipherSuite>> {
        if suite.is_signalling() {
            return Some(Objection::Because(
                "it is a signal between peers and no cipher suite",
            ));
        }
        self.objection(suite, unsafe_today)
    }

    pub(super) fn allows_suite(&self, suite: CipherSuite) -> bool {
        self.suite_objection(suite).is_none()
    }
}

/// Why a cipher suite is not allowed unless it is named. The rule asks for properties, so it needs no list.
fn unsafe_today(suite: CipherSuite) -> Option<&'static str> {
    if suite.iana_name().is_none() {
        Some("no cipher suite with this code is known")
    } else if !suite.is_forward_secret() {
        Some("it has no forward secrecy")
    } else if !suite.is_aead() {
        Some("its encryption is not authenticated (AEAD)")
    } else if !uses_named_group(suite) {
        Some("the size of its Diffie-Hellman group is not negotiated")
    } else if !suite.is_recommended() {
        Some("IANA does not recommend it")
    } else {
        None
    }
}

/// Whether the key exchange of a cipher suite uses a group that has a name: elliptic curves, and whatever TLS 1.3 agrees on.
pub(super) fn uses_named_group(suite: CipherSuite) -> bool {
    suite.is_tls13()
        || suite
            .iana_name()
            .is_some_and(|name| name.starts_with("TLS_EC"))
}
