//! One connection to a peer that may do anything, beside one to a peer that does nothing wrong.

use std::sync::Arc;

use countersign::{
    Refused,
    record::{Decision, DecisionRecord, Stage},
};

use super::{
    ends::{
        gate::PONG,
        records::split,
        server::Tamper,
        wire::{Manner, Witness, wire},
    },
    quiet::Quiet,
    scene::{Peer, Scene, Talk, Terms, honestly},
};

/// Hesitates at every step, so that connections in one task take turns.
pub(super) const IN_TURNS: Manner = Manner {
    read_max: usize::MAX,
    write_max: usize::MAX,
    hesitates: true,
    breaks_after: None,
    blocks_after: None,
};

/// What became of a connection.
pub(super) struct Met<P> {
    pub(super) result: Result<Talk, Refused>,
    pub(super) witness: Witness<P>,
    manner: Manner,
}

/// Whether a peer that has nothing more to say closes, or keeps everybody waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WhenDone {
    Closes,
    Waits,
}

/// A fresh gate meets two peers at once: one whose flights go through `tamper`, and a neighbour. If a session is resumed,
/// the gate has met an honest peer before. Checks everything that holds whatever the peer did.
///
/// # Errors
///
/// What did not hold.
pub(super) async fn encounter<S: Scene>(
    scene: &S,
    terms: Terms,
    tamper: Tamper,
    manner: Manner,
    when_done: WhenDone,
) -> Result<Met<S::Peer>, String> {
    let set = scene.set(terms);
    let mut connections = 2;
    if scene.shape().is_resumed {
        connections += 1;
        let first = meet(scene, &set, honestly(), IN_TURNS, WhenDone::Closes).await;
        check_honest(scene, &first).map_err(|mistake| format!("first: {mistake}"))?;
    }
    let (met, neighbour) = tokio::join!(
        meet(scene, &set, tamper, manner, when_done),
        meet(scene, &set, honestly(), IN_TURNS, WhenDone::Closes)
    );
    check_honest(scene, &neighbour).map_err(|mistake| format!("neighbour: {mistake}"))?;
    check(scene, &met)?;
    let published = scene.published(&set);
    for record in [met.record(), neighbour.record()] {
        let times = published.iter().filter(|one| Arc::ptr_eq(one, record));
        promise(times.count() == 1, "its record is not published once")?;
    }
    promise(
        published.len() == connections,
        "not one record a connection",
    )?;
    Ok(met)
}

/// A connection through this gate, and nothing more.
pub(super) async fn meet<S: Scene>(
    scene: &S,
    set: &S::Set,
    tamper: Tamper,
    manner: Manner,
    when_done: WhenDone,
) -> Met<S::Peer> {
    let (io, witness) = wire(scene.peer(set, tamper), manner);
    let result = match when_done {
        WhenDone::Closes => scene.connect(set, Quiet::new(io)).await,
        WhenDone::Waits => scene.connect(set, io).await,
    };
    Met {
        result,
        witness,
        manner,
    }
}

impl<P: Peer> Met<P> {
    pub(super) fn record(&self) -> &Arc<DecisionRecord> {
        match &self.result {
            Ok(talk) => &talk.record,
            Err(refused) => refused.record(),
        }
    }

    pub(super) fn is_approved(&self) -> bool {
        self.result.is_ok()
    }

    /// The kind of the failure, if it failed.
    pub(super) fn failure(&self) -> Option<&'static str> {
        let failure = self.record().failure.as_ref();
        failure.map(|failure| failure.kind)
    }

    /// What the stream gave.
    pub(super) fn delivered(&self) -> &[u8] {
        self.result.as_ref().map_or(&[], |talk| &talk.delivered)
    }

    /// In a few words.
    pub(super) fn summary(&self) -> String {
        let record = self.record();
        let said = match &self.result {
            Ok(_) => "a stream".to_owned(),
            Err(refused) => refused.to_string(),
        };
        format!("{:?} at {:?}: {said}", record.decision, record.stage)
    }
}

/// Everything that was to be said came through, in both directions; and it was the kind of handshake that is tried.
pub(super) fn check_honest<S: Scene>(scene: &S, met: &Met<S::Peer>) -> Result<(), String> {
    check(scene, met)?;
    promise(met.is_approved(), &met.summary())?;
    let says = scene.shape().says;
    promise(
        met.delivered() == says.as_bytes(),
        "the stream did not give it all",
    )?;
    let received = met.witness.script(|peer| peer.received().to_vec());
    promise(received == PONG, "the peer did not get it all")
}

fn check<S: Scene>(scene: &S, met: &Met<S::Peer>) -> Result<(), String> {
    let record = met.record();
    let checked = match &met.result {
        Ok(talk) => check_approved(scene, record, &talk.delivered, &met.witness),
        Err(refused) => check_refused(scene, met, refused),
    };
    checked.map_err(|mistake| format!("{mistake} ({})", met.summary()))
}

fn check_approved<S: Scene>(
    scene: &S,
    record: &DecisionRecord,
    delivered: &[u8],
    witness: &Witness<S::Peer>,
) -> Result<(), String> {
    let ended = (record.decision, record.stage);
    promise(
        ended == (Decision::Approved, Stage::Established) && record.failure.is_none(),
        "a stream without an approval",
    )?;
    promise(
        scene.shape().says.as_bytes().starts_with(delivered),
        "the stream gave what was not said",
    )?;
    witness.script(|peer| {
        promise(
            PONG.starts_with(peer.received()),
            "the peer got what was not said",
        )
    })
}

fn check_refused<S: Scene>(scene: &S, met: &Met<S::Peer>, refused: &Refused) -> Result<(), String> {
    let (record, witness) = (met.record(), &met.witness);
    let is_told = match refused {
        Refused::Failed(_) => record.decision == Decision::Failed && record.failure.is_some(),
        // The policy approves everything; the host itself may refuse what a damaged hello offers.
        Refused::Veto(veto) => {
            let mut findings = veto.findings.iter();
            record.decision == Decision::Vetoed
                && record.stage == Stage::Handshake
                && findings.all(|finding| is_of_overlap(finding.code.as_str()))
        }
        _ => false,
    };
    promise(is_told, "a refusal that is recorded as something else")?;
    promise(
        record.stage < Stage::Established,
        "a refusal after the stream was there",
    )?;
    promise(
        witness.seen(|seen| seen.dropped),
        "the transport is still held",
    )?;
    let output = Output::new(witness.written(), met.manner);
    witness.script(|peer| {
        promise(
            peer.received().is_empty(),
            "the peer got data without an approval",
        )?;
        scene.check_reserve(record, &output, peer)
    })
}

/// What client and server have in common is the host's to say, not the policy's.
fn is_of_overlap(code: &str) -> bool {
    code.starts_with("floor.") || code.starts_with("offer.")
}

/// What a gate has written.
pub(super) struct Output {
    pub(super) bytes: Vec<u8>,
    /// The transport took no more, so the rest of a record, or an alert behind it, can be missing. What was cut off is left
    /// out.
    pub(super) is_cut: bool,
}

impl Output {
    fn new(mut bytes: Vec<u8>, manner: Manner) -> Self {
        let limit = manner.breaks_after.or(manner.blocks_after);
        let is_cut = limit == Some(bytes.len());
        if is_cut {
            let whole = split(&bytes).into_iter().filter(|record| is_whole(record));
            bytes = whole.collect::<Vec<_>>().concat();
        }
        Self { bytes, is_cut }
    }

    /// Whether the alert that left is the one that is recorded.
    pub(super) fn check_alert(
        &self,
        left: Option<u8>,
        record: &DecisionRecord,
    ) -> Result<(), String> {
        let recorded = record.alert.map(|alert| alert.code());
        let is_missing = self.is_cut && left.is_none();
        promise(
            left == recorded || is_missing,
            "the recorded alert is not the one that left",
        )
    }
}

fn is_whole(record: &[u8]) -> bool {
    matches!(record, [_, _, _, high, low, body @ ..]
        if body.len() == usize::from(u16::from_be_bytes([*high, *low])))
}

/// Says what was broken, unless it was kept.
pub(super) fn promise(kept: bool, broken: &str) -> Result<(), String> {
    match kept {
        true => Ok(()),
        false => Err(broken.to_owned()),
    }
}
