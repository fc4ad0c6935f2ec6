//! The server gate against clients that others wrote.

mod alerts;
mod audit;
mod browsers;
mod client_certificate;
mod curl;
mod disagreement;
mod fragments;
mod gnutls;
mod hello_retry;
mod negotiated;
mod not_tls;
mod record;
mod resumption;
mod server_name;
mod tickets;

use countersign::record::{Decision, DecisionRecord};
use countersign_tests::peers::openssl::Trace;

/// What a client offered, by the names that IANA has for it.
fn offered(record: &DecisionRecord) -> serde_json::Value {
    serde_json::to_value(record).expect("records are JSON")
}

/// A veto that falls before ServerHello: the client got `alert`, and not one message of a handshake.
fn assert_turned_away(trace: &Trace, record: &DecisionRecord, alert: u8) {
    assert_eq!(trace.received(), [""; 0], "{}", trace.text());
    assert_told(trace, record, alert);
}

/// The client reports `alert`, and the record says the same.
fn assert_told(trace: &Trace, record: &DecisionRecord, alert: u8) {
    assert_eq!(trace.alert(), Some(alert), "{}", trace.text());
    assert!(!trace.has_page(), "{}", trace.text());
    assert_eq!(record.decision, Decision::Vetoed, "{record:#?}");
    assert_eq!(record.alert.map(|alert| alert.code()), Some(alert));
}
