//! What the TLS library wants to send: held, let out, or thrown away.

use rustls::ConnectionCommon;

use super::records;
use crate::verdict::Alert;

/// Bytes of ours on their way to the peer. Everything begins as held; only the handshake lets it out.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    /// May leave now.
    outgoing: Vec<u8>,
    /// A part of it has left, so nothing else can follow on this transport.
    is_cut: bool,
    /// May leave once approved.
    held: Vec<u8>,
}

impl Outbox {
    /// What may leave now.
    pub(super) fn outgoing(&self) -> &[u8] {
        &self.outgoing
    }

    /// So many bytes of it have left.
    pub(super) fn sent(&mut self, bytes: usize) {
        self.outgoing.drain(..bytes);
        self.is_cut = !self.outgoing.is_empty();
    }

    /// What may not leave yet.
    pub(super) fn held(&self) -> &[u8] {
        &self.held
    }

    /// Takes what the TLS library wants to send. It must be taken after every record: the library reads nothing
    /// while it has something to write.
    pub(super) fn hold<Data>(&mut self, tls: &mut ConnectionCommon<Data>) {
        while tls.wants_write() {
            // Writing to a vector cannot fail.
            if tls.write_tls(&mut self.held).is_err() {
                break;
            }
        }
    }

    /// Lets out everything that is held.
    pub(super) fn release(&mut self) {
        self.outgoing.append(&mut self.held);
    }

    /// Gives away everything that is held, to be sent by who takes it.
    pub(super) fn into_held(self) -> Vec<u8> {
        self.held
    }

    /// Throws everything away, and lets out only this record. In the middle of a record that left in part, it would
    /// be read as the record's rest: nothing leaves then.
    pub(super) fn refuse(&mut self, record: Vec<u8>) {
        self.held.clear();
        self.outgoing.clear();
        if !self.is_cut {
            self.outgoing = record;
        }
    }

    /// The same with an alert in clear; nothing if there is none.
    pub(super) fn refuse_in_clear(&mut self, alert: Option<Alert>) {
        let record = alert.map(|alert| records::alert_record(alert).to_vec());
        self.refuse(record.unwrap_or_default());
    }
}
