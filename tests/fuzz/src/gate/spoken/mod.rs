//! What a gate said that had no approval.

pub mod client;
pub mod server;

/// The record that stands for nothing (RFC 8446, section D.4).
const CHANGE_CIPHER_SPEC: &[u8] = &[20, 3, 3, 0, 1, 1];

/// A fatal alert in clear, but for its description.
const ALERT: &[u8] = &[21, 3, 3, 0, 2, 2];
