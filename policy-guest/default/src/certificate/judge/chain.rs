//! The rules on keys and signatures.

use std::fmt;

use countersign_policy_sdk::{Finding, facts::Certificate};

use super::{Today, is_self_issued};
use crate::{
    Code,
    certificate::{
        PeerRules, Scope,
        key_algorithm::kind_of,
        rules::{Asked, Bits, SignedWith},
        shown::Shown,
        signature_algorithm::Named,
    },
    date::Date,
    objection::Names,
    profiles::{KeyAlgorithm, Until},
};

/// From how many days before the last one on there is a warning about a signature that a standard lets end.
const ENDS_WARN_DAYS: u32 = 365;

/// Adds what there is to say of the certificates that the rules are for: of each rule, about the first one that breaks it, so that a long
/// chain does not make a long list.
pub(super) fn judge(
    rules: &PeerRules,
    certificates: &[Certificate],
    today: &mut Today,
    findings: &mut Vec<Finding>,
) {
    if !rules.ask_of_chain() {
        return;
    }
    for (place, certificate) in certificates.iter().enumerate() {
        let which = Which {
            place,
            count: certificates.len(),
        };
        if place > 0 && rules.scope == Scope::Own {
            break;
        }
        let mut faults = Vec::new();
        if rules.asks_of_keys() {
            faults.extend(key(rules, certificate, which));
        }
        if let Some(asked) = &rules.signature_algorithms {
            faults.extend(signature(asked, certificate, which, today));
        }
        // Asked only where it matters, so that no more is read of a certificate that is right.
        if !faults.is_empty() && which.may_be_root() && is_self_issued(certificate) {
            continue;
        }
        for fault in faults {
            if findings.iter().all(|known| known.code != fault.code) {
                findings.push(fault);
            }
        }
    }
}

/// Which certificate of a chain, as the beginning of a sentence.
#[derive(Clone, Copy)]
struct Which {
    place: usize,
    count: usize,
}

impl Which {
    /// Whether it is the last of several. A root there is trusted for itself, if it is, and nobody relies on its signature
    /// (RFC 8446, section 4.4.2).
    const fn may_be_root(self) -> bool {
        self.place > 0 && self.place + 1 == self.count
    }
}

impl fmt::Display for Which {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            0 => formatter.write_str("The peer's certificate"),
            place => write!(
                formatter,
                "Certificate {} of {} that the peer shows",
                place + 1,
                self.count
            ),
        }
    }
}

/// Of a key whose kind is not allowed the size does not matter any more.
fn key(rules: &PeerRules, certificate: &Certificate, which: Which) -> Option<Finding> {
    let oid = certificate.key_algorithm();
    let kind = kind_of(&oid);
    if let Some(allowed) = &rules.key_algorithms
        && kind.is_none_or(|kind| !allowed.value.contains(&kind))
    {
        let found = Key { kind, oid: &oid };
        return Some(Code::CertificateKeyAlgorithm.finding(format!(
            "{which} has a key of kind {found}: {} {}.",
            allowed.by,
            Names(&allowed.value)
        )));
    }
    match kind {
        Some(KeyAlgorithm::Rsa | KeyAlgorithm::RsaPss) => {
            size(rules.rsa_bits.as_ref()?, "an RSA", certificate, which)
        }
        Some(KeyAlgorithm::Ecdsa) => size(rules.ec_bits.as_ref()?, "an EC", certificate, which),
        // What cannot be read may be a key of any kind.
        None if oid.is_empty() => Some(Code::CertificateKeySize.finding(format!(
            "{which} cannot be read, so the size of its key is not known."
        ))),
        _ => None,
    }
}

struct Key<'a> {
    kind: Option<KeyAlgorithm>,
    oid: &'a str,
}

impl fmt::Display for Key<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Some(kind) => kind.fmt(formatter),
            None if self.oid.is_empty() => formatter.write_str("that cannot be read"),
            None => Shown(self.oid).fmt(formatter),
        }
    }
}

fn size(
    asked: &Asked<Bits>,
    kind: &str,
    certificate: &Certificate,
    which: Which,
) -> Option<Finding> {
    let bits = certificate.key_bits();
    if asked.value.allow(bits) {
        return None;
    }
    let wanted = match &asked.value {
        Bits::AtLeast(least) => format!("{least} bits and more"),
        Bits::These(these) => format!("{} bits", Names(these)),
    };
    let found = match bits {
        0 => format!("{kind} key of unknown size"),
        bits => format!("{kind} key of {bits} bits"),
    };
    Some(Code::CertificateKeySize.finding(format!("{which} has {found}: {} {wanted}.", asked.by)))
}

fn signature(
    asked: &Asked<Vec<SignedWith>>,
    certificate: &Certificate,
    which: Which,
    today: &mut Today,
) -> Option<Finding> {
    let oid = certificate.signature_algorithm();
    let signed = || format!("{which} is signed with {}", Named(&oid));
    let Some(allowed) = asked
        .value
        .iter()
        .find(|allowed| allowed.algorithm.oid() == oid)
    else {
        return Some(Code::CertificateSignatureAlgorithm.finding(format!(
            "{}: {} {}.",
            signed(),
            asked.by,
            Names(&asked.value)
        )));
    };
    let (code, end) = match allowed.until {
        Until::Open => return None,
        Until::Year(year) => {
            let last = Date::end_of(year);
            let left = last.days().checked_sub(today.get().days());
            match left {
                None => (
                    Code::CertificateSignatureAlgorithm,
                    format!("allows that until {last} only"),
                ),
                Some(left) if left <= ENDS_WARN_DAYS => (
                    Code::CertificateSignatureAlgorithmEnds,
                    format!("allows that until {last} only"),
                ),
                Some(_) => return None,
            }
        }
        Until::AtLeast(year) => {
            let last = Date::end_of(year);
            if today.get() <= last {
                return None;
            }
            (
                Code::CertificateSignatureAlgorithmEnds,
                format!("promised that until {last} only"),
            )
        }
    };
    Some(code.finding(format!("{}: {} {end}.", signed(), asked.by.name())))
}
