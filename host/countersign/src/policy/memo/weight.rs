//! How an answer is stored, and how much memory that takes.

use std::{mem::size_of, sync::Arc};

use super::{Answer, Remembered};
use crate::{
    facts::FactsRead,
    offer::Offer,
    verdict::{Finding, Source, Verdict},
};

/// What the allocator may need for each piece of memory.
pub(super) const ALLOCATION_BYTES: usize = 16;

/// The answer, as small as it can be, and with the policy's name in a copy of its own: with a shared one, threads that find
/// an answer would all write to the one count of those who hold the name.
pub(super) fn detached(answer: &Answer, facts_read: FactsRead) -> Remembered {
    let mut answer = answer.clone();
    if let Answer::Verdict(verdict) = &mut answer {
        let findings = match verdict {
            Verdict::Approve(findings) => findings,
            Verdict::Veto(refusal) => &mut refusal.findings,
        };
        detach_names(findings);
    }
    Remembered { answer, facts_read }
}

fn detach_names(findings: &mut [Finding]) {
    let mut last: Option<Arc<str>> = None;
    for finding in findings {
        if let Source::Policy(name) = &mut finding.source {
            let same = last.take().filter(|last| last == name);
            let own = same.unwrap_or_else(|| Arc::from(&**name));
            *name = Arc::clone(&own);
            last = Some(own);
        }
    }
}

/// What it has on the heap.
pub(super) fn heap_bytes(answer: &Answer) -> usize {
    match answer {
        Answer::Offer(offer) => of_offer(offer),
        Answer::Verdict(verdict) => of_findings(verdict.findings()),
    }
}

fn of_offer(offer: &Offer) -> usize {
    let protocols = offer.alpn.iter().map(|name| of_slice(name));
    of_slice(&offer.versions)
        + of_slice(&offer.cipher_suites)
        + of_slice(&offer.groups)
        + of_slice(&offer.alpn)
        + protocols.sum::<usize>()
}

/// Each as if it had the policy's name for itself.
fn of_findings(findings: &[Finding]) -> usize {
    let texts = findings.iter().map(|finding| {
        let name = match &finding.source {
            Source::Host => 0,
            Source::Policy(name) => of_slice(name.as_bytes()),
        };
        name + of_slice(finding.code.as_str().as_bytes()) + of_slice(finding.message.as_bytes())
    });
    of_slice(findings) + texts.sum::<usize>()
}

fn of_slice<T>(slice: &[T]) -> usize {
    match slice.len() {
        0 => 0,
        len => len * size_of::<T>() + ALLOCATION_BYTES,
    }
}
