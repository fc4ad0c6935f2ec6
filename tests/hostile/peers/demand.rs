//! What has to become of a disturbed handshake. Sections are those of RFC 8446 where no other RFC is named.

use super::{
    disturbance::{Change, Disturbance, Intruder},
    place::Place,
};

/// What has to become of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Demand {
    /// No stream.
    Refused,
    /// A stream: a gate must overlook it.
    Approved,
    /// A gate may overlook it, or not.
    Either,
}

use Demand::{Approved, Either, Refused};

/// What has to become of this, there.
pub(super) fn demand(disturbance: Disturbance, place: &Place) -> Demand {
    if place.is_behind_finished {
        return behind_finished(disturbance);
    }
    match disturbance {
        Disturbance::Ended => Refused,
        Disturbance::Inserted(intruder) => inserted(intruder, place),
        Disturbance::Changed(change) => changed(change, place),
    }
}

/// The handshake is over when this comes: it is the stream's matter, unless both were read at once.
fn behind_finished(disturbance: Disturbance) -> Demand {
    match disturbance {
        Disturbance::Ended => Approved,
        _ => Either,
    }
}

fn inserted(intruder: Intruder, place: &Place) -> Demand {
    use Intruder as I;
    match intruder {
        I::ChangeCipherSpec => change_cipher_spec(place),
        // The standard sets no limit to them; a gate may.
        I::ManyChangeCipherSpecs => change_cipher_spec(place).at_most_either(),
        I::Warning => warning(place),
        I::UserCanceled => user_canceled(place),
        I::CloseNotify => close_notify(place),
        I::EmptyHandshake => empty_handshake(place),
        I::Data | I::EmptyData | I::HandshakeOfGarbage => undecryptable(place),
        // Section 5: another value is an unexpected_message.
        I::OtherChangeCipherSpec | I::LongChangeCipherSpec | I::EmptyChangeCipherSpec => Refused,
        // Section 6.2: error alerts end a connection. Section 5.1: no alert is empty.
        I::FatalAlert | I::EmptyAlert => Refused,
        // Section 5.1: what has another type or is too long is no record.
        I::Garbage | I::Http | I::UnknownType | I::Oversized | I::JustOversized => Refused,
        // The limits of the gate.
        I::TooManyRecords | I::TooManyBytes => Refused,
    }
}

fn changed(change: Change, place: &Place) -> Demand {
    let [this, next] = place.is_change_cipher_spec;
    let is_tls13 = place.shape.is_tls13;
    let trades_last = place.at + 2 == place.records;
    match change {
        // Section D.4: a ChangeCipherSpec says nothing in TLS 1.3, and need not come.
        Change::LeftOut if this && is_tls13 => Approved,
        Change::Twice if this => change_cipher_spec(place),
        // The second one comes behind Finished.
        Change::Twice if place.is_last_needed => behind_finished(Disturbance::Changed(change)),
        // Section 4.2.10: the second one is no hello any more.
        Change::Twice if place.shape.has_early_data && !place.has_hello => Either,
        // Section 5: it may come anywhere behind the hello; whether it still does is not looked at here.
        Change::Swapped if (this || next) && is_tls13 => Either,
        Change::LastFirst if trades_last && (this || next) && is_tls13 => Either,
        // Section 5.1: legacy_record_version "MUST be ignored for all purposes".
        Change::Version => Either,
        // Section 5.2: it is always 23. A library may authenticate that instead of what came, as it may the version.
        Change::Type if is_tls13 && place.is_protected => Either,
        _ if place.discards => discarded(change, place),
        // Section 4: the messages in their order, each once. Section 4.4.4: Finished covers every byte of them.
        // Section 5.2: what is protected is authenticated, and so is its place in the sequence.
        _ => Refused,
    }
}

/// Section 4.2.10: of a client that offered early data, a server that wants none discards the records that it cannot
/// decrypt: early data that was changed as well as any other, and data that comes before Finished.
fn discarded(change: Change, place: &Place) -> Demand {
    use Change as C;
    match change {
        C::Twice | C::LeftOut | C::FirstByte | C::MiddleByte | C::LastByte
            if place.is_early_data =>
        {
            Either
        }
        C::Swapped | C::LastFirst if place.is_last_needed => Either,
        _ => Refused,
    }
}

/// Section 5: "at any time after the first ClientHello message has been sent or received and before the peer's Finished
/// message has been received", it "MUST simply" be dropped. In TLS 1.2 it stands where it belongs and nowhere else (RFC 5246,
/// section 7.1).
fn change_cipher_spec(place: &Place) -> Demand {
    let shape = place.shape;
    match (shape.gate_is_client, place.has_hello) {
        _ if !shape.is_tls13 => Refused,
        (false, false) => Refused,
        // A client that offers TLS 1.2, too, does not know yet which of the two holds.
        (true, false) => Either,
        // Section 5.1: no other record stands within a message.
        _ if place.is_in_message => Either,
        _ => Approved,
    }
}

/// Section 6.2: error alerts are fatal "regardless of the AlertLevel". RFC 5246, section 7.2.2: on a warning a connection can
/// go on. Once a peer protects its records, one in clear is none of its own (section 5.2; RFC 5246, section 6.2.3).
fn warning(place: &Place) -> Demand {
    match place.shape.is_tls13 && place.has_hello || place.has_protected {
        true => Refused,
        false => Either,
    }
}

/// Section 6.1: it is no error alert, and "generally has AlertLevel=warning".
fn user_canceled(place: &Place) -> Demand {
    match place.has_protected {
        true => Refused,
        false => Either,
    }
}

/// Section 6.1 and RFC 5246, section 7.2.1: nothing more is to be received after it. But nothing vouches for it in clear: a
/// TLS 1.2 gate may take it for a warning, for who can forge it can cut the connection, too.
fn close_notify(place: &Place) -> Demand {
    warning(place)
}

/// Section 5.1: "MUST NOT" be sent; what becomes of it in clear is not said. Section 5.4: protected, it is an
/// unexpected_message, and so is one in clear where records are protected.
fn empty_handshake(place: &Place) -> Demand {
    let shape = place.shape;
    let is_protected = place.has_protected || shape.is_tls13 && place.has_hello;
    match is_protected && !shape.is_retried {
        true => Refused,
        false => Either,
    }
}

/// Section 2 and RFC 5246, section 7: no application data before the handshake is over. Section 4: only the messages of the
/// handshake, in their order. Section 4.2.10 makes an exception of clients that offered early data.
fn undecryptable(place: &Place) -> Demand {
    match place.discards {
        true => Either,
        false => Refused,
    }
}

impl Demand {
    fn at_most_either(self) -> Self {
        match self {
            Self::Approved => Self::Either,
            other => other,
        }
    }
}
