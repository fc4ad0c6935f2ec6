//! The judgement: from facts to findings.

mod chain;
mod client;
mod dates;
mod own;
mod verification;

use countersign_policy_sdk::{
    Finding,
    facts::{self, Certificate},
};

use super::{ClientCertificate, PeerRules};
use crate::{Code, date::Date};

/// Judges a server. It always has a certificate; should it ever have none, it is not what was asked for.
pub(super) fn server(rules: &PeerRules) -> Vec<Finding> {
    let mut findings: Vec<_> = verification::judge(rules, true).into_iter().collect();
    if rules.ask_of_certificates() {
        let certificates = facts::peer_certificates();
        match certificates.first() {
            Some(own) => judge(rules, own, &certificates, &mut findings),
            None => findings.push(Code::CertificateMissing.finding(
                "The server showed no certificate, so what the settings ask of it cannot be judged.".into(),
            )),
        }
    }
    findings
}

/// Judges a client, which may have none.
pub(super) fn client(rules: &PeerRules, clients: Option<&ClientCertificate>) -> Vec<Finding> {
    let mut findings: Vec<_> = verification::judge(rules, false).into_iter().collect();
    if clients.is_none() && !rules.ask_of_certificates() {
        return findings;
    }
    let certificates = facts::peer_certificates();
    match certificates.first() {
        Some(own) => {
            judge(rules, own, &certificates, &mut findings);
            findings.extend(clients.and_then(|clients| client::judge(clients, own)));
        }
        None => findings.extend(clients.and_then(client::missing)),
    }
    findings
}

/// Judges certificates, the peer's own apart and first.
fn judge(
    rules: &PeerRules,
    own: &Certificate,
    certificates: &[Certificate],
    findings: &mut Vec<Finding>,
) {
    let mut today = Today::default();
    findings.extend(own::self_signed(rules, own));
    chain::judge(rules, certificates, &mut today, findings);
    findings.extend(dates::lifetime(rules, own));
    findings.extend(dates::end(rules, own, &mut today));
    findings.extend(own::name(rules, own));
    findings.extend(own::pin(rules, own));
    findings.extend(own::issuer(rules, own));
}

/// Whether a certificate is its own issuer, as it says itself (RFC 5280, section 3.2).
fn is_self_issued(certificate: &Certificate) -> bool {
    certificate.subject() == certificate.issuer()
}

/// The day, read when it is first asked for.
#[derive(Default)]
struct Today(Option<Date>);

impl Today {
    fn get(&mut self) -> Date {
        let read = || Date::from_days(facts::today());
        *self.0.get_or_insert_with(read)
    }
}
