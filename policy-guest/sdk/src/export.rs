use std::cell::OnceCell;
use std::hint::black_box;
use std::marker::PhantomData;
use std::thread::LocalKey;

use crate::bindings::countersign::policy::types as wire;
use crate::{Policy, SettingsError, bindings};

/// Makes a component out of a [`Policy`]: exports the functions of the contract and makes an [`Arena`](crate::Arena) the
/// allocator. Does nothing where the target is not WebAssembly.
///
/// A policy that frees and allocates much in one call (an interpreter, say) keeps the standard allocator, or brings its own,
/// with `export!(MyPolicy, no arena)`.
#[macro_export]
macro_rules! export {
    ($policy:ty) => {
        #[cfg(target_arch = "wasm32")]
        #[global_allocator]
        static COUNTERSIGN_ARENA: $crate::Arena = $crate::Arena::new();

        $crate::export!($policy, no arena);
    };
    ($policy:ty, no arena) => {
        const _: () = {
            const fn is_policy<P: $crate::Policy>() {}
            is_policy::<$policy>();
        };

        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type Component = $crate::Exported<$policy>;

            impl $crate::Stored for $policy {
                fn slot() -> &'static ::std::thread::LocalKey<$crate::Slot<Self>> {
                    ::std::thread_local! {
                        static SLOT: $crate::Slot<$policy> = const { $crate::Slot::new() };
                    }
                    &SLOT
                }
            }

            #[expect(unsafe_code, reason = "generated: the functions that the host calls")]
            const _: () = {
                $crate::bindings::export_world!(Component with_types_in $crate::bindings);
            };
        };
    };
}

/// Where the configured policy of an instance is kept.
#[derive(Debug)]
pub struct Slot<P>(OnceCell<P>);

impl<P> Slot<P> {
    /// A slot without a policy.
    pub const fn new() -> Self {
        Self(OnceCell::new())
    }
}

impl<P> Default for Slot<P> {
    fn default() -> Self {
        Self::new()
    }
}

/// A policy that has its slot; implemented by the macro.
pub trait Stored: Policy {
    /// The slot.
    fn slot() -> &'static LocalKey<Slot<Self>>;
}

/// The world's exports over a policy.
#[derive(Debug)]
pub struct Exported<P>(PhantomData<P>);

impl<P: Stored> bindings::Guest for Exported<P> {
    fn describe() -> wire::Description {
        P::describe().into()
    }

    fn configure(settings: String) -> Result<(), Vec<wire::SettingsError>> {
        let policy = P::configure(&settings).map_err(|errors| {
            errors
                .into_iter()
                .map(wire::SettingsError::from)
                .collect::<Vec<_>>()
        })?;
        P::slot().with(|slot| assert!(slot.0.set(policy).is_ok(), "configure is called once"));
        make_room();
        Ok(())
    }

    fn constrain(endpoint: wire::Endpoint, available: wire::Offer) -> wire::Offer {
        configured(|policy: &P| policy.constrain(&endpoint.into(), available.into()).into())
    }

    fn judge_parameters(session: wire::Session) -> wire::Verdict {
        configured(|policy: &P| policy.judge_parameters(&session.into()).into())
    }

    fn judge_peer(session: wire::Session) -> wire::Verdict {
        configured(|policy: &P| policy.judge_peer(&session.into()).into())
    }
}

/// What a call needs, but for one that reads very long facts.
const ROOM_BYTES: usize = 4 * 1024;

/// Sees to it that there is room for a call in the memory that the policy already has: an instance whose memory grows during a call is not
/// used again, and a new one takes longer.
fn make_room() {
    drop(black_box(Vec::<u8>::with_capacity(ROOM_BYTES)));
}

/// Asks the configured policy. Without one this traps, and a trap is a veto.
fn configured<P: Stored, T>(ask: impl FnOnce(&P) -> T) -> T {
    P::slot().with(|slot| ask(slot.0.get().expect("configure comes before any other call")))
}

impl From<SettingsError> for wire::SettingsError {
    fn from(error: SettingsError) -> Self {
        Self {
            path: error.path,
            message: error.message,
        }
    }
}
