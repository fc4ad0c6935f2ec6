//! What holds for every connection, whatever came of it.

use std::sync::{Arc, Mutex};

use countersign::{
    Approved, Refused,
    record::{Decision, DecisionRecord, Stage},
    rustls::{Connection, HandshakeKind},
};
use tokio::io::{AsyncRead, AsyncReadExt};

/// The records that a gate published.
#[derive(Clone, Default)]
pub struct Published(Arc<Mutex<Vec<Arc<DecisionRecord>>>>);

impl Published {
    /// Adds one.
    pub fn add(&self, record: &Arc<DecisionRecord>) {
        self.records().push(Arc::clone(record));
    }

    /// The record of a connection: exactly one was published, the one that came back, it says what became of the
    /// connection, and it can be written down.
    ///
    /// # Panics
    ///
    /// If it is not so.
    pub fn one<S>(&self, result: &Result<Approved<S>, Refused>) -> Arc<DecisionRecord> {
        let published = std::mem::take(&mut *self.records());
        let [record] = &published[..] else {
            panic!("{} records", published.len());
        };
        let (returned, decision) = match result {
            Ok(approved) => (&approved.record, Decision::Approved),
            Err(Refused::Veto(veto)) => (&veto.record, Decision::Vetoed),
            Err(refused) => (refused.record(), Decision::Failed),
        };
        assert!(Arc::ptr_eq(record, returned));
        assert_eq!(record.decision, decision);
        assert_eq!(record.stage == Stage::Established, result.is_ok());
        serde_json::to_string(&**record).expect("every record has a JSON form");
        Arc::clone(record)
    }

    fn records(&self) -> std::sync::MutexGuard<'_, Vec<Arc<DecisionRecord>>> {
        self.0.lock().expect("a panic ends the process")
    }
}

/// What the record says of an established connection is what its peer knows of it.
///
/// # Panics
///
/// If they differ.
pub fn check_agreement(record: &DecisionRecord, peer: &Connection) {
    let session = record.session.as_ref().expect("it was judged");
    let version = peer.protocol_version().map(u16::from);
    assert_eq!(Some(session.version.code()), version);
    let suite = peer.negotiated_cipher_suite();
    let suite = suite.map(|suite| u16::from(suite.suite()));
    assert_eq!(Some(session.cipher_suite.code()), suite);
    let group = peer.negotiated_key_exchange_group();
    let group = group.map(|group| u16::from(group.name()));
    assert_eq!(session.group.map(|group| group.code()), group);
    assert_eq!(session.alpn.as_deref(), peer.alpn_protocol());
    let kind = peer.handshake_kind();
    assert_eq!(session.resumed, kind == Some(HandshakeKind::Resumed));
}

/// What comes after the approval is the stream's matter: it ends.
pub async fn read_to_end<S: AsyncRead + Unpin>(mut approved: Approved<S>) {
    let mut data = Vec::new();
    let _ = approved.stream.read_to_end(&mut data).await;
}
