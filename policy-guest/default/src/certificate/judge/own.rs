//! The rules on who the peer's own certificate is for, and from whom.

use countersign_policy_sdk::{Finding, facts::Certificate};

use super::{is_self_issued, verification::vouches};
use crate::{
    Code,
    certificate::{
        PeerRules,
        name::CertificateName,
        pin::Spki,
        shown::{AllShown, Shown},
    },
    objection::Names,
};

/// What there is to say if it is its own issuer.
pub(super) fn self_signed(rules: &PeerRules, own: &Certificate) -> Option<Finding> {
    let is_refused = rules.refuses_self_signed && is_self_issued(own);
    is_refused.then(|| {
        Code::CertificateSelfSigned
            .finding("The peer's certificate is its own issuer: the settings refuse that.".into())
    })
}

/// What there is to say if it has no name that is asked for.
pub(super) fn name(rules: &PeerRules, own: &Certificate) -> Option<Finding> {
    let names = rules.names.as_ref()?;
    let read = |is_wanted, read: fn(&Certificate) -> Vec<String>| match is_wanted {
        true => read(own),
        false => Vec::new(),
    };
    let dns_names = read(
        names.iter().any(CertificateName::is_dns),
        Certificate::dns_names,
    );
    let addresses = read(
        !names.iter().all(CertificateName::is_dns),
        Certificate::ip_addresses,
    );
    if names.iter().any(|name| name.is_in(&dns_names, &addresses)) {
        return None;
    }
    let found = [dns_names, addresses].concat();
    Some(Code::CertificateName.finding(format!(
        "The peer's certificate is for {}: the settings ask for another name.",
        AllShown(&found)
    )))
}

/// What there is to say if its key is not pinned.
pub(super) fn pin(rules: &PeerRules, own: &Certificate) -> Option<Finding> {
    let pins = rules.pins.as_ref()?;
    let found = own.spki_sha256();
    if pins.have(&found) {
        return None;
    }
    Some(Code::CertificatePin.finding(format!(
        "The key of the peer's certificate is {}: it is none of the {} that are pinned.",
        Spki(&found),
        pins.count()
    )))
}

/// What there is to say if it is not from an authority that is asked for. Who signed it is certain only where the chain was verified.
pub(super) fn issuer(rules: &PeerRules, own: &Certificate) -> Option<Finding> {
    let issuers = rules.issuers.as_ref()?;
    let found = own.issuer();
    if !issuers.iter().any(|issuer| issuer.is(&found)) {
        return Some(Code::CertificateIssuer.finding(format!(
            "The peer's certificate is issued by {}: the settings allow {}.",
            Shown(&found),
            Names(issuers)
        )));
    }
    (!vouches()).then(|| {
        Code::CertificateIssuer.finding(
            "The peer's certificate names an issuer that is allowed, but its chain did not verify, so anybody may have written that."
                .into(),
        )
    })
}
