//! What holds of every connection, whichever end of it the gate is.

use std::{
    future::Future,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use countersign::{
    Refused,
    policy::{Chain, Link, Policy},
    record::{Decision, DecisionRecord, PolicyRecord, Prospect},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    runtime,
};

use super::far_end::{Heard, PING};
use crate::{
    neighbour,
    outcome::{Outcome, check_plain, codes, function_of},
};

/// A connection that ended.
pub(super) struct Connected {
    pub(super) ended: Ended,
    /// What the peer heard.
    pub(super) heard: Heard,
    pub(super) published: Published,
}

/// How a connection ended.
pub(super) enum Ended {
    /// The stream was used, too.
    Approved(Arc<DecisionRecord>),
    Refused(Refused),
}

impl Ended {
    pub(super) fn record(&self) -> &Arc<DecisionRecord> {
        match self {
            Self::Approved(record) => record,
            Self::Refused(refused) => refused.record(),
        }
    }

    /// The alert that the record says was chosen for the peer.
    pub(super) fn alert(&self) -> Option<u8> {
        self.record().alert.map(|alert| alert.code())
    }

    pub(super) fn is_approved(&self) -> bool {
        matches!(self, Self::Approved(_))
    }
}

/// All records that a gate published.
#[derive(Clone, Default)]
pub(super) struct Published(Arc<Mutex<Vec<Arc<DecisionRecord>>>>);

impl Published {
    /// Takes one.
    pub(super) fn take(&self, record: &Arc<DecisionRecord>) {
        self.lock().push(Arc::clone(record));
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<DecisionRecord>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes a connection through a gate with these policies.
type Connect = fn(Chain) -> Result<Connected, String>;

/// What becomes of a connection on which the guest has the only word.
pub(super) fn enforced(guest: &Policy, connect: Connect) -> Result<Outcome, String> {
    let connected = connect(Chain::new(Link::enforce(guest.clone())))?;
    check(&[guest], &connected)?;
    match &connected.ended {
        Ended::Approved(record) => {
            promise(record.decision == Decision::Approved, || {
                format!("approved, and recorded as {:?}", record.decision)
            })?;
            Ok(Outcome::Approved)
        }
        Ended::Refused(refused) => of_refusal(refused),
    }
}

/// What would have become of a connection, had the guest's word counted. It does not: the neighbour's does.
pub(super) fn audited(
    guest: &Policy,
    neighbour: &Policy,
    connect: Connect,
) -> Result<Outcome, String> {
    let chain = Chain::new(Link::audit(guest.clone())).and(Link::enforce(neighbour.clone()));
    let connected = connect(chain)?;
    check(&[guest, neighbour], &connected)?;
    promise(connected.ended.is_approved(), || {
        "an audited policy stops a connection".to_owned()
    })?;
    let record = connected.ended.record();
    let found = codes(&record.findings);
    promise(found == neighbour::CODE, || {
        format!("it is approved with {found}")
    })?;
    let audited = record.policies.first().ok_or("nobody was asked")?;
    of_audit(audited)
}

/// The record is one, names the policies, and tells nothing that steers a terminal; data flows with an approval only.
fn check(policies: &[&Policy], connected: &Connected) -> Result<(), String> {
    let Connected {
        ended,
        heard,
        published,
    } = connected;
    let record = ended.record();
    let published = published.lock();
    let is_one = matches!(&published[..], [one] if Arc::ptr_eq(one, record));
    promise(is_one, || format!("{} records", published.len()))?;
    let recorded = record.policies.iter().map(|policy| &policy.digest);
    promise(
        recorded.eq(policies.iter().map(|policy| policy.digest())),
        || format!("the record is about {:?}", record.policies),
    )?;
    for finding in &record.findings {
        check_plain(&finding.message)?;
    }
    let expected = if ended.is_approved() { PING } else { b"" };
    promise(heard.data == expected, || {
        format!("the peer heard {:?}", heard.data)
    })
}

fn of_refusal(refused: &Refused) -> Result<Outcome, String> {
    check_plain(&refused.to_string())?;
    let Refused::Veto(veto) = refused else {
        return Err(format!("failed instead of vetoed: {refused}"));
    };
    let is_recorded = veto.record.decision == Decision::Vetoed && veto.record.stage == veto.stage;
    promise(is_recorded, || {
        format!("vetoed, and recorded as {:?}", veto.record.decision)
    })?;
    let function = function_of(veto.stage);
    Ok(Outcome::Stopped(function, codes(&veto.findings)))
}

/// A policy that would have ended a connection is not asked any further.
fn of_audit(audited: &PolicyRecord) -> Result<Outcome, String> {
    let would = audited.would.as_ref().ok_or("nothing would have been")?;
    for finding in &would.findings {
        check_plain(&finding.message)?;
    }
    let last = audited.calls.last().ok_or("it was asked nothing")?;
    Ok(match would.decision {
        Prospect::Approved => Outcome::Approved,
        _ => Outcome::Stopped(last.function, codes(&would.findings)),
    })
}

/// Runs one connection.
pub(super) fn block_on<T>(connection: impl Future<Output = T>) -> T {
    runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime")
        .block_on(connection)
}

/// Uses an approved stream in both directions.
pub(super) async fn exchange(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
) -> Result<(), String> {
    let mut answer = [0; PING.len()];
    let exchanged: io::Result<()> = async {
        stream.write_all(PING).await?;
        stream.read_exact(&mut answer).await?;
        stream.shutdown().await
    }
    .await;
    exchanged.map_err(|error| format!("the stream: {error}"))?;
    promise(answer == PING, || format!("the stream says {answer:?}"))
}

/// Says what was broken, unless it was kept.
///
/// # Errors
///
/// What was broken.
pub(super) fn promise(kept: bool, broken: impl FnOnce() -> String) -> Result<(), String> {
    if kept { Ok(()) } else { Err(broken()) }
}
