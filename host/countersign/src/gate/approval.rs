//! The proof that a connection was approved.

/// Exists only after every policy approved and the certificate was accepted: `judge` makes it, in one place, and
/// without it a handshake cannot be opened.
#[derive(Debug)]
pub(super) struct Approval(());

impl Approval {
    /// Grants the approval. Called by `judge` alone.
    pub(super) fn grant() -> Self {
        Self(())
    }
}
