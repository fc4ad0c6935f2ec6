//! Which clients may come.

use countersign_policy_sdk::{Finding, facts::Certificate};

use super::verification::vouches;
use crate::{
    Code,
    certificate::{ClientCertificate, shown::AllShown, spiffe::SpiffeId},
};

/// What there is to say of a client that shows no certificate.
pub(super) fn missing(clients: &ClientCertificate) -> Option<Finding> {
    clients.is_required().then(|| {
        Code::ClientCertificateMissing
            .finding("The client showed no certificate: the settings require one.".into())
    })
}

/// What there is to say of who a client is.
pub(super) fn judge(clients: &ClientCertificate, own: &Certificate) -> Option<Finding> {
    if !clients.names_somebody() {
        return None;
    }
    if !vouches() {
        let message =
            "The client's certificate did not verify, so who the client is, is not known.";
        return Some(Code::ClientCertificateIdentity.finding(message.into()));
    }
    let found = match identities(clients, own) {
        Ok(()) => return None,
        Err(found) => found,
    };
    Some(Code::ClientCertificateIdentity.finding(format!(
        "The client's certificate is for {}: the settings allow others.",
        AllShown(&found)
    )))
}

/// Looks for one of those that may come. If it is not there, gives all that was looked at.
fn identities(clients: &ClientCertificate, own: &Certificate) -> Result<(), Vec<String>> {
    let mut found = Vec::new();
    if let Some(allowed) = &clients.dns_names {
        let names = own.dns_names();
        if allowed.items().iter().any(|name| name.is_in(&names)) {
            return Ok(());
        }
        found.extend(names);
    }
    if clients.uris.is_some() || clients.spiffe.is_some() {
        let uris = own.uris();
        if has_uri(clients, &uris) || has_spiffe_id(clients, &uris) {
            return Ok(());
        }
        found.extend(uris);
    }
    if let Some(allowed) = &clients.subjects {
        let subject = own.subject();
        if allowed.items().iter().any(|name| name.is(&subject)) {
            return Ok(());
        }
        found.push(subject);
    }
    Err(found)
}

fn has_uri(clients: &ClientCertificate, uris: &[String]) -> bool {
    let mut allowed = clients.uris.iter().flat_map(|uris| uris.items());
    allowed.any(|pattern| uris.iter().any(|uri| pattern.matches(uri)))
}

fn has_spiffe_id(clients: &ClientCertificate, uris: &[String]) -> bool {
    let mut allowed = clients.spiffe.iter().flat_map(|ids| ids.items());
    SpiffeId::of(uris).is_some_and(|id| allowed.any(|pattern| pattern.matches(id)))
}
