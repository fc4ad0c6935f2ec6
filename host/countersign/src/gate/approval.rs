//! The proofs that a connection was approved.

/// Exists only after every policy approved parameters and peer, and the certificate was accepted: an `attempt` makes it,
/// in one place, and without it a handshake cannot be opened.
#[derive(Debug)]
pub(super) struct Approval(());

impl Approval {
    /// Grants the approval. Called by the `attempt` of each role alone.
    pub(super) fn grant() -> Self {
        Self(())
    }
}

/// Exists only after every policy approved the parameters that a server chose: its flight, up to its Finished, may leave.
/// The client's identity is still to be judged.
#[derive(Debug)]
pub(super) struct FlightApproval(());

impl FlightApproval {
    /// Grants it. Called by the server's `attempt` alone.
    pub(super) fn grant() -> Self {
        Self(())
    }
}
