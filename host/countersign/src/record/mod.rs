//! The decision record: what became of one connection, and why.
//!
//! Exactly one is published per connection, whatever became of it. As JSON it uses the names of OpenTelemetry's `tls.*`,
//! `server.*` and `network.*` attributes, and `countersign.*` for the rest; `docs/record.schema.json` describes it.

mod draft;
mod json;

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use serde::Serialize;

pub(crate) use draft::Draft;

use crate::{
    facts::{ConnectionFacts, FactsRead},
    offer::{ClientAuth, Offer},
    policy::{Digest, Link, Mode},
    probe,
    session::{Endpoint, Session},
    verdict::{Alert, Finding},
};

/// The version of the JSON shape. It grows when a field changes its meaning or goes; new fields do not change it.
pub const RECORD_VERSION: u32 = 1;

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// Every policy approved, and the certificate was accepted.
    Approved,
    /// A policy, or the host in its place, refused.
    Vetoed,
    /// It could not be judged, or failed for another reason than policy.
    Failed,
}

/// How far a connection came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// What to offer was being settled; nothing was sent.
    Offer,
    /// The handshake was under way.
    Handshake,
    /// The negotiated parameters were judged.
    Parameters,
    /// The peer's identity was judged.
    Peer,
    /// The verdict had fallen; the handshake was being finished.
    Finish,
    /// The connection can carry data.
    Established,
}

/// What became of one connection.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DecisionRecord {
    /// When the connection was begun.
    pub started: SystemTime,
    /// How long it took until this record.
    pub duration: Duration,
    /// Where it was made or accepted.
    pub endpoint: Endpoint,
    /// What was known of it.
    pub facts: Arc<ConnectionFacts>,
    /// How it ended.
    pub decision: Decision,
    /// How far it came.
    pub stage: Stage,
    /// The negotiated parameters, if it came so far.
    pub session: Option<Session>,
    /// Everything that was found.
    pub findings: Vec<Finding>,
    /// The alert that was chosen for the peer.
    pub alert: Option<Alert>,
    /// What failed, where it was not policy, or not policy alone.
    pub failure: Option<FailureRecord>,
    /// What was offered.
    pub offer: Option<Offer>,
    /// The policies of the chain, in order, and what each was asked.
    pub policies: Vec<PolicyRecord>,
    /// What a look at the server by plain bytes found out, where there was no agreement.
    pub probe: Option<ProbeRecord>,
}

/// What a look at the server by plain bytes found out. Not authenticated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeRecord(pub probe::Outcome);

/// A failure, for machines and for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FailureRecord {
    /// A stable word.
    pub kind: &'static str,
    /// One sentence.
    pub message: String,
}

/// One policy's part in a decision.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct PolicyRecord {
    /// Its name.
    #[serde(serialize_with = "json::text")]
    pub name: Arc<str>,
    /// Its own version.
    pub version: String,
    /// SHA-256 of the component.
    pub digest: Digest,
    /// SHA-256 of the settings text.
    pub settings_digest: Digest,
    /// Whether its word counts.
    pub mode: Mode,
    /// What it read of the facts.
    pub facts_read: FactsRead,
    /// What it was asked, in order.
    pub calls: Vec<CallRecord>,
    /// What it would have done, had its word counted. Of audited policies that were asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub would: Option<Would>,
}

/// What an audited policy would have done with a connection.
///
/// It was asked about the session that came about without it, and only as long as there was something to ask about.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Would {
    /// What would have become of the connection.
    pub decision: Prospect,
    /// What would have been offered, where that is not what was. None, too, if nothing would have been left.
    pub offer: Option<Offer>,
    /// What it found.
    pub findings: Vec<Finding>,
}

/// What would have become of a connection if an audited policy's word counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Prospect {
    /// The same session, approved.
    Approved,
    /// A veto.
    Vetoed,
    /// That cannot be told: the connection ended before all was asked, or what the policy leaves to offer leads to another
    /// session.
    Unknown,
}

impl Would {
    fn unknown() -> Self {
        Self {
            decision: Prospect::Unknown,
            offer: None,
            findings: Vec::new(),
        }
    }

    /// One violation is enough.
    pub(crate) fn veto(&mut self, findings: Vec<Finding>) {
        self.decision = Prospect::Vetoed;
        self.findings.extend(findings);
    }

    /// There was nothing against the session; but would it have come about? `asked` is how clients were asked for a
    /// certificate.
    fn approve(&mut self, session: &Session, asked: Option<ClientAuth>) {
        let leads_to_it = self.offer.as_ref().is_none_or(|offer| {
            let alpn = session.alpn.as_ref();
            offer.allows(session)
                && alpn.is_none_or(|name| offer.alpn.contains(name))
                && (offer.resumption || !session.resumed)
                && Some(offer.client_auth) == asked
        });
        if leads_to_it && self.decision != Prospect::Vetoed {
            self.decision = Prospect::Approved;
        }
    }
}

/// One call of a policy.
#[derive(Clone, Debug, Serialize)]
pub struct CallRecord {
    /// The function of the contract.
    pub function: &'static str,
    /// How it was answered.
    pub answer: Answer,
    /// Wall-clock time, instantiation included.
    #[serde(rename = "duration_us", serialize_with = "json::micros")]
    pub duration: Duration,
}

/// How a policy answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// It made an offer.
    Offer,
    /// It approved.
    Approve,
    /// It vetoed.
    Veto,
    /// It gave no usable answer.
    Failed,
}

impl PolicyRecord {
    pub(crate) fn new(link: &Link) -> Self {
        let Link { policy, mode } = link;
        let description = policy.description();
        Self {
            name: Arc::clone(policy.name()),
            version: description.version.clone(),
            digest: *policy.digest(),
            settings_digest: *policy.settings_digest(),
            mode: *mode,
            facts_read: FactsRead::default(),
            calls: Vec::new(),
            would: None,
        }
    }
}

/// Is told of every decision.
///
/// It is called once per connection, on the thread that decided, so it must be quick: an exporter puts the record
/// into a queue of its own.
pub trait Observer: Send + Sync {
    /// Takes the record of a connection that was just decided.
    fn decided(&self, record: &Arc<DecisionRecord>);
}

/// Every closure that takes a record is an observer.
impl<F: Fn(&Arc<DecisionRecord>) + Send + Sync> Observer for F {
    fn decided(&self, record: &Arc<DecisionRecord>) {
        self(record);
    }
}
