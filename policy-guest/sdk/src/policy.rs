use crate::{Description, Endpoint, Offer, Session, SettingsError, Verdict};

/// A policy: its settings, made valid once, and what it says about connections under them.
///
/// The host makes a new instance for every call. So a policy keeps no state but its settings, and a verdict depends on those,
/// the arguments and the facts that were read. A panic is a trap, and a trap is a veto.
pub trait Policy: Sized + 'static {
    /// Says what the policy is. Called without [`configure`](Self::configure).
    fn describe() -> Description;

    /// Makes the policy from its settings, a JSON text; `{}` where the operator gave none.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the settings, at once.
    fn configure(settings: &str) -> Result<Self, Vec<SettingsError>>;

    /// Says what may be offered, out of what is available. What it adds is dropped by the host. Unless a policy
    /// says otherwise, everything may.
    fn constrain(&self, endpoint: &Endpoint, available: Offer) -> Offer {
        let _ = endpoint;
        available
    }

    /// Judges what was negotiated.
    fn judge_parameters(&self, session: &Session) -> Verdict;

    /// Judges who the peer is, once that is known. Unless a policy says otherwise, everybody may come.
    fn judge_peer(&self, session: &Session) -> Verdict {
        let _ = session;
        Verdict::approve()
    }
}
