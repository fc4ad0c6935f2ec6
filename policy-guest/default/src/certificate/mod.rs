//! What is asked of certificates: settings, rules, and the judgement of who the peer is.
//!
//! What a certificate says of itself is worth something only where the handshake or the host's check of the chain vouches for it. The key
//! of the peer's own certificate is proven by every handshake; everything that a verified chain binds to that certificate is proven by
//! the check; of the other certificates that a peer shows nothing is, for it may add any that it likes, and the host does not say
//! which of them it used. So pins, names, issuers and identities are looked for in the peer's own certificate alone, and what may
//! only make a verdict stricter (keys, signatures) in all.

mod base64;
mod distinguished_name;
mod judge;
mod key_algorithm;
mod list;
mod name;
mod pin;
mod rules;
mod settings;
mod shown;
mod signature_algorithm;
mod spiffe;
mod standard;
mod uri;
mod whole;

#[cfg(test)]
mod tests;

use countersign_names::Version;
use countersign_policy_sdk::{Alert, ClientAuth, Finding, Role, Session, Verdict};

pub(crate) use list::OneOrMore;
pub(crate) use rules::PeerRules;
pub(crate) use settings::{ClientCertificate, PeerCertificate, SelfSigned, Verification};

use crate::{
    Code,
    profiles::{Profile, Scope},
};

/// RFC 8446, section 6.2.
const CERTIFICATE_REQUIRED: Alert = Alert::new(116);

/// RFC 5246, section 7.2.2: what earlier versions say instead.
const HANDSHAKE_FAILURE: Alert = Alert::new(40);

/// What is asked of certificates on a connection.
#[derive(Clone, Debug)]
pub(crate) struct CertificateTerms {
    /// Where this end is the client.
    pub(crate) of_servers: PeerRules,
    /// Where this end is the server. A standard's rules are not here: they are for servers' certificates.
    pub(crate) of_clients: PeerRules,
    /// Which clients may come.
    pub(crate) clients: Option<ClientCertificate>,
}

impl CertificateTerms {
    /// What holds under a profile and what the settings say: those of the top first, then those of the rule.
    pub(crate) fn of<'a>(
        profile: Option<&'static Profile>,
        peer: impl IntoIterator<Item = &'a PeerCertificate>,
        clients: impl IntoIterator<Item = &'a ClientCertificate>,
    ) -> Self {
        let standard = profile.map_or(PeerRules::NONE, PeerRules::of_profile);
        let mut terms = Self {
            of_servers: standard,
            of_clients: PeerRules::NONE,
            clients: None,
        };
        for asked in peer {
            terms.of_servers.change_by(asked);
            terms.of_clients.change_by(asked);
        }
        for said in clients {
            let top = terms.clients.as_ref();
            terms.clients = Some(top.map_or_else(|| said.clone(), |top| said.over(top)));
        }
        terms
    }

    /// Whether there is a warning about every certificate that is not refused: from so many days before its end on as it may have in
    /// all.
    pub(crate) fn always_warn(&self) -> bool {
        [&self.of_servers, &self.of_clients]
            .into_iter()
            .any(|rules| {
                let most = rules.lifetime_days.map(|asked| asked.value);
                rules
                    .expires_within_days
                    .is_some_and(|days| most.is_some_and(|most| days >= most))
            })
    }

    /// How strictly a server asks its clients for a certificate, at least.
    pub(crate) fn client_auth(&self) -> ClientAuth {
        match &self.clients {
            None => ClientAuth::None,
            Some(clients) if clients.is_required() => ClientAuth::Require,
            Some(_) => ClientAuth::Request,
        }
    }

    /// Everything that there is to say of the peer's certificates. Only the facts that something is asked of are read.
    pub(crate) fn judge(&self, session: &Session) -> Vec<Finding> {
        match session.endpoint.role {
            Role::Client => judge::server(&self.of_servers),
            Role::Server => judge::client(&self.of_clients, self.clients.as_ref()),
        }
    }

    /// The verdict on findings about the peer, with the alert for a client that must show a certificate and did not. For all else the host chooses
    /// access_denied: the certificate is what it should be, and is not wanted.
    pub(crate) fn verdict(&self, findings: Vec<Finding>, session: &Session) -> Verdict {
        let is_missing = findings
            .iter()
            .any(|finding| finding.code == Code::ClientCertificateMissing.code());
        let verdict = Verdict::from_findings(findings);
        match is_missing {
            true if session.version == Version::TLS_1_3 => verdict.with_alert(CERTIFICATE_REQUIRED),
            true => verdict.with_alert(HANDSHAKE_FAILURE),
            false => verdict,
        }
    }
}
