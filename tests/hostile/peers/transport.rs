//! Transports that are slow, break, block or fall silent, under every handshake; and the limits of what a gate takes.

use std::{collections::BTreeSet, pin::Pin, time::Duration};

use countersign::HandshakeLimits;

use super::{
    clients::clients,
    early::early_clients,
    encounter::{IN_TURNS, WhenDone, check_honest, encounter, meet, promise},
    ends::{
        records::{in_single_bytes, split},
        server::Tamper,
        wire::{Item, Manner},
    },
    matrix::sample,
    place::{CHANGE_CIPHER_SPEC, HANDSHAKE},
    pool::try_all,
    scene::{Peer, Scene, Terms, honestly},
    servers::servers,
};

/// Cases at once.
const AT_ONCE: usize = 8;

/// The same for those that do nothing but wait.
const WAITING_AT_ONCE: usize = 120;

/// For peers that keep a gate waiting; long enough for their neighbours on a busy machine.
const HURRIED: Terms = Terms {
    timeout: Duration::from_secs(5),
    limits: PLENTY,
};

/// The usual limits.
const PLENTY: HandshakeLimits = HandshakeLimits {
    bytes_max: 256 * 1024,
    records_max: 4_096,
};

/// A case of its own.
type Case = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// The cases of every handshake there is.
macro_rules! of_every_scene {
    ($cases:path) => {{
        let mut all: Vec<Case> = Vec::new();
        for scene in servers() {
            all.extend($cases(scene).await);
        }
        for scene in clients() {
            all.extend($cases(scene).await);
        }
        for scene in early_clients() {
            all.extend($cases(scene).await);
        }
        all
    }};
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_transports_change_nothing() {
    try_all(of_every_scene!(slow), AT_ONCE, |case| case).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_in_records_of_one_byte_change_nothing() {
    try_all(of_every_scene!(in_fragments), AT_ONCE, |case| case).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writes_that_fail() {
    try_all(of_every_scene!(breaking), AT_ONCE, |case| case).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn peers_that_fall_silent_or_never_read() {
    let mut waiting = of_every_scene!(silent);
    waiting.extend(of_every_scene!(blocking));
    try_all(waiting, WAITING_AT_ONCE, |case| case).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn limits_have_one_threshold() {
    try_all(of_every_scene!(limited), AT_ONCE, |case| case).await;
}

async fn slow<S: Scene>(scene: S) -> Vec<Case> {
    let manner = |read_max, write_max, hesitates| Manner {
        read_max,
        write_max,
        hesitates,
        ..Manner::default()
    };
    let max = usize::MAX;
    let manners = [
        manner(1, max, false),
        manner(max, 1, false),
        manner(1, 1, true),
        manner(max, max, true),
        manner(7, 3, true),
    ];
    let cases = manners.map(|manner| honest(scene.clone(), manner, honestly()));
    cases.into()
}

/// RFC 8446, section 5.1, and RFC 5246, section 6.2.1: a message may be fragmented over records.
async fn in_fragments<S: Scene>(scene: S) -> Vec<Case> {
    let is_tls13 = scene.shape().is_tls13;
    vec![honest(scene, IN_TURNS, fragmenting(is_tls13))]
}

/// Fragments what is in clear: in TLS 1.2, what stands before a ChangeCipherSpec.
fn fragmenting(is_tls13: bool) -> Tamper {
    Box::new(move |_, bytes| {
        let mut is_clear = true;
        let mut fragments = Vec::new();
        for record in split(&bytes) {
            is_clear &= is_tls13 || record[0] != CHANGE_CIPHER_SPEC;
            match record[0] == HANDSHAKE && is_clear {
                true => fragments.extend(in_single_bytes(record)),
                false => fragments.extend(record),
            }
        }
        vec![Item::Bytes(fragments)]
    })
}

fn honest<S: Scene>(scene: S, manner: Manner, tamper: Tamper) -> Case {
    Box::pin(async move {
        let terms = Terms::default();
        let met = encounter(&scene, terms, tamper, manner, WhenDone::Closes).await;
        let checked = met.and_then(|met| check_honest(&scene, &met));
        checked.map_err(|mistake| format!("{manner:?}: {mistake} {scene:?}"))
    })
}

/// About every record boundary of what a gate writes, up to its Finished and beyond, and every so often between them.
async fn breaking<S: Scene>(scene: S) -> Vec<Case> {
    const ABOUT: usize = 3;
    const STEP: usize = 32;
    let (met, _) = sample(&scene).await;
    let written = met.witness.written();
    let mut points: BTreeSet<usize> = (0..written.len()).step_by(STEP).collect();
    let mut boundary = 0_usize;
    for record in split(&written) {
        points.extend(boundary.saturating_sub(ABOUT)..boundary + ABOUT);
        boundary += record.len();
    }
    let case = |after| {
        let manner = Manner {
            breaks_after: Some(after),
            ..Manner::default()
        };
        cut(scene.clone(), Terms::default(), manner, "io")
    };
    points.into_iter().map(case).collect()
}

/// A transport on which only so many bytes come through: nothing fails for another reason, and nothing is approved whose
/// handshake has not come through.
fn cut<S: Scene>(scene: S, terms: Terms, manner: Manner, kind: &'static str) -> Case {
    Box::pin(async move {
        let met = encounter(&scene, terms, honestly(), manner, WhenDone::Closes).await;
        let checked = met.and_then(|met| match met.failure() {
            None => promise(
                met.witness.script(|peer| !peer.is_handshaking()),
                "approved before its handshake came through",
            ),
            Some(failed) => promise(failed == kind, &met.summary()),
        });
        checked.map_err(|mistake| format!("{manner:?}: {mistake} {scene:?}"))
    })
}

/// A peer that takes only a part of what a gate says, and waits.
async fn blocking<S: Scene>(scene: S) -> Vec<Case> {
    const HELLO_MIN: usize = 100;
    let cases = [0, HELLO_MIN].map(|after| {
        let manner = Manner {
            blocks_after: Some(after),
            ..Manner::default()
        };
        cut(scene.clone(), HURRIED, manner, "timeout")
    });
    cases.into()
}

/// A peer that says a part of its handshake, and waits.
async fn silent<S: Scene>(scene: S) -> Vec<Case> {
    let (_, flights) = sample(&scene).await;
    let shape = scene.shape();
    let mut cases = Vec::new();
    for (flight, records) in flights.iter().enumerate() {
        let behind = match flight == shape.last_flight {
            true => shape.behind_finished,
            false => 0,
        };
        let points = 0..records.len() - behind;
        cases.extend(points.map(|at| silent_behind(scene.clone(), flight, at)));
    }
    cases
}

fn silent_behind<S: Scene>(scene: S, flight: usize, at: usize) -> Case {
    Box::pin(async move {
        let tamper: Tamper = Box::new(move |number, bytes| match number < flight {
            true => vec![Item::Bytes(bytes)],
            false if number == flight => vec![Item::Bytes(split(&bytes)[..at].concat())],
            false => Vec::new(),
        });
        let met = encounter(&scene, HURRIED, tamper, IN_TURNS, WhenDone::Waits).await;
        let checked = met.and_then(|met| promise(met.failure() == Some("timeout"), &met.summary()));
        checked.map_err(|mistake| format!("behind {flight}/{at}: {mistake} {scene:?}"))
    })
}

/// With a limit of its own for each case: from some number on a handshake comes through, and below it none.
async fn limited<S: Scene>(scene: S) -> Vec<Case> {
    /// Signatures differ in length by a few bytes.
    const STEP: usize = 32;
    // The same limits hold for the first connection, without which there is none to resume.
    if scene.shape().is_resumed {
        return Vec::new();
    }
    let (_, flights) = sample(&scene).await;
    let records: Vec<Vec<u8>> = flights.concat();
    let bytes = records.concat().len() + STEP;
    let by_records = (0..=records.len()).map(|records_max| HandshakeLimits {
        records_max,
        ..PLENTY
    });
    let by_bytes = (0..=bytes.div_ceil(STEP)).map(|steps| HandshakeLimits {
        bytes_max: steps * STEP,
        ..PLENTY
    });
    vec![
        rising(scene.clone(), by_records.collect()),
        rising(scene, by_bytes.collect()),
    ]
}

fn rising<S: Scene>(scene: S, all: Vec<HandshakeLimits>) -> Case {
    Box::pin(async move {
        let mut outcomes = Vec::new();
        for limits in all {
            let terms = Terms {
                limits,
                ..Terms::default()
            };
            let set = scene.set(terms);
            let met = meet(&scene, &set, honestly(), IN_TURNS, WhenDone::Closes).await;
            outcomes.push(met.failure());
        }
        let allowed = outcomes.iter().filter(|failure| failure.is_none()).count();
        let refused = outcomes.len() - allowed;
        let is_threshold = outcomes[..refused]
            .iter()
            .all(|failure| *failure == Some("too-large"));
        promise(
            is_threshold && allowed > 0 && refused > 0,
            &format!("{outcomes:?} {scene:?}"),
        )
    })
}
