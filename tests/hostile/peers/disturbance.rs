//! What happens to a flight on its way.

use super::{
    ends::{records::record, wire::Item},
    place::{ALERT, APPLICATION_DATA, CHANGE_CIPHER_SPEC, HANDSHAKE},
};

/// What happens to a flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Disturbance {
    /// This comes between two records.
    Inserted(Intruder),
    /// The peer closes there.
    Ended,
    /// This happens to a record.
    Changed(Change),
}

/// What does not belong there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Intruder {
    /// Bytes that are no record.
    Garbage,
    /// A handshake record with garbage in it.
    HandshakeOfGarbage,
    /// A fatal handshake_failure.
    FatalAlert,
    /// A warning of unrecognized_name.
    Warning,
    /// A warning of user_canceled.
    UserCanceled,
    /// close_notify.
    CloseNotify,
    /// A ChangeCipherSpec, as it must be.
    ChangeCipherSpec,
    /// A hundred of them.
    ManyChangeCipherSpecs,
    /// One with another value.
    OtherChangeCipherSpec,
    /// One with a byte too much.
    LongChangeCipherSpec,
    /// One without its byte.
    EmptyChangeCipherSpec,
    /// A record of handshake without a byte of it.
    EmptyHandshake,
    /// An alert without a byte.
    EmptyAlert,
    /// Application data without a byte, in clear.
    EmptyData,
    /// Application data in clear.
    Data,
    /// A record of a type that there is not.
    UnknownType,
    /// The header of a record of 65,535 bytes.
    Oversized,
    /// A record one byte longer than any version allows.
    JustOversized,
    /// An answer in HTTP.
    Http,
    /// More records than are allowed.
    TooManyRecords,
    /// More bytes than are allowed.
    TooManyBytes,
}

/// What happens to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// The peer closes in the middle of its header, or of its body.
    CutInHeader,
    CutInBody,
    /// It comes twice.
    Twice,
    /// It does not come.
    LeftOut,
    /// It changes places with the one behind it.
    Swapped,
    /// The last one of the flight comes before it.
    LastFirst,
    /// A bit of it is flipped: in its type, version or length, or at the beginning, the middle or the end of the body.
    Type,
    Version,
    Length,
    FirstByte,
    MiddleByte,
    LastByte,
}

/// Everything that can happen.
pub(super) fn disturbances() -> Vec<Disturbance> {
    use Change as C;
    use Intruder as I;
    let intruders = [
        I::Garbage,
        I::HandshakeOfGarbage,
        I::FatalAlert,
        I::Warning,
        I::UserCanceled,
        I::CloseNotify,
        I::ChangeCipherSpec,
        I::ManyChangeCipherSpecs,
        I::OtherChangeCipherSpec,
        I::LongChangeCipherSpec,
        I::EmptyChangeCipherSpec,
        I::EmptyHandshake,
        I::EmptyAlert,
        I::EmptyData,
        I::Data,
        I::UnknownType,
        I::Oversized,
        I::JustOversized,
        I::Http,
        I::TooManyRecords,
        I::TooManyBytes,
    ];
    let changes = [
        C::CutInHeader,
        C::CutInBody,
        C::Twice,
        C::LeftOut,
        C::Swapped,
        C::LastFirst,
        C::Type,
        C::Version,
        C::Length,
        C::FirstByte,
        C::MiddleByte,
        C::LastByte,
    ];
    let mut all = vec![Disturbance::Ended];
    all.extend(intruders.map(Disturbance::Inserted));
    all.extend(changes.map(Disturbance::Changed));
    all
}

impl Disturbance {
    /// Whether there is anything to disturb behind so many records of a flight.
    pub(super) fn fits(self, at: usize, records: usize) -> bool {
        match self {
            Self::Inserted(_) | Self::Ended => at <= records,
            Self::Changed(Change::Swapped | Change::LastFirst) => at + 1 < records,
            Self::Changed(_) => at < records,
        }
    }

    /// The disturbed flight.
    pub(super) fn apply(self, mut records: Vec<Vec<u8>>, at: usize) -> Vec<Item> {
        let mut ends = false;
        match self {
            Self::Inserted(intruder) => records.insert(at, intruder.bytes()),
            Self::Ended => {
                records.truncate(at);
                ends = true;
            }
            Self::Changed(change) => ends = change.apply(&mut records, at),
        }
        let mut items = vec![Item::Bytes(records.concat())];
        items.extend(ends.then_some(Item::End));
        items
    }
}

impl Intruder {
    fn bytes(self) -> Vec<u8> {
        const LONGEST: usize = 16_384;
        match self {
            Self::Garbage => vec![0xaa; 64],
            Self::HandshakeOfGarbage => record(HANDSHAKE, &[0xaa; 64]),
            Self::FatalAlert => record(ALERT, &[2, 40]),
            Self::Warning => record(ALERT, &[1, 112]),
            Self::UserCanceled => record(ALERT, &[1, 90]),
            Self::CloseNotify => record(ALERT, &[1, 0]),
            Self::ChangeCipherSpec => record(CHANGE_CIPHER_SPEC, &[1]),
            Self::ManyChangeCipherSpecs => record(CHANGE_CIPHER_SPEC, &[1]).repeat(100),
            Self::OtherChangeCipherSpec => record(CHANGE_CIPHER_SPEC, &[2]),
            Self::LongChangeCipherSpec => record(CHANGE_CIPHER_SPEC, &[1, 1]),
            Self::EmptyChangeCipherSpec => record(CHANGE_CIPHER_SPEC, &[]),
            Self::EmptyHandshake => record(HANDSHAKE, &[]),
            Self::EmptyAlert => record(ALERT, &[]),
            Self::EmptyData => record(APPLICATION_DATA, &[]),
            Self::Data => record(APPLICATION_DATA, &[0xda; 40]),
            Self::UnknownType => record(99, &[0; 16]),
            Self::Oversized => vec![HANDSHAKE, 3, 3, 0xff, 0xff, 0, 0, 0],
            // RFC 5246, section 6.2.3, allows 2,048 bytes more than plaintext may have.
            Self::JustOversized => record(HANDSHAKE, &[0; LONGEST + 2_049]),
            Self::Http => b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(),
            Self::TooManyRecords => record(HANDSHAKE, &[]).repeat(4_097),
            Self::TooManyBytes => {
                // The body of a message that does not end.
                let begin = record(HANDSHAKE, &[11, 0xff, 0xff, 0xff]);
                [begin, record(HANDSHAKE, &[0; LONGEST]).repeat(17)].concat()
            }
        }
    }
}

impl Change {
    /// Changes the record there. Whether the peer closes then.
    fn apply(self, records: &mut Vec<Vec<u8>>, at: usize) -> bool {
        let length = records[at].len();
        match self {
            Self::CutInHeader | Self::CutInBody => {
                let cut = if self == Self::CutInHeader {
                    3
                } else {
                    5 + (length - 5) / 2
                };
                records.truncate(at + 1);
                records[at].truncate(cut);
                return true;
            }
            Self::Twice => records.insert(at, records[at].clone()),
            Self::LeftOut => drop(records.remove(at)),
            Self::Swapped => records.swap(at, at + 1),
            Self::LastFirst => records[at..].rotate_right(1),
            Self::Type => records[at][0] ^= 1,
            Self::Version => records[at][2] ^= 2,
            Self::Length => records[at][4] ^= 1,
            Self::FirstByte => records[at][5] ^= 1,
            Self::MiddleByte => records[at][5 + (length - 5) / 2] ^= 0x10,
            Self::LastByte => records[at][length - 1] ^= 0x80,
        }
        false
    }
}
