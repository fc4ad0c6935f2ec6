//! What a Countersign policy written in Rust is built on: native types for the contract's values, typed settings
//! ([`settings!`], [`words!`]), what else is known of a connection ([`facts`]), builders for verdicts, and the [`export!`]
//! macro that turns a [`Policy`] into a component.
//!
//! A whole policy, which refuses old versions except on some ports:
//!
//! ```
//! use countersign_names::{CipherSuite, Version};
//! use countersign_policy_sdk::{Alert, Description, Endpoint, FindingDoc, Offer, Policy, Session, SettingsError, Severity, Verdict};
//! use countersign_policy_sdk::{facts, settings};
//!
//! settings! {
//!     /// Which versions are old, and where they may stay.
//!     struct Oldest {
//!         /// The oldest version that is allowed.
//!         oldest: Version = Version::TLS_1_3,
//!         /// The ports on which every version is allowed.
//!         except_ports: Vec<u16>,
//!     }
//! }
//!
//! impl Oldest {
//!     fn allows(&self, version: Version) -> bool {
//!         version.code() >= self.oldest.code() || facts::port().is_some_and(|port| self.except_ports.contains(&port))
//!     }
//! }
//!
//! impl Policy for Oldest {
//!     fn describe() -> Description {
//!         Description {
//!             name: "oldest".into(),
//!             version: "0.1.0".into(),
//!             summary: "Refuses old versions except on some ports.".into(),
//!             settings_schema: None,
//!             findings: vec![FindingDoc {
//!                 code: "version.too-old".into(),
//!                 severity: Severity::Violation,
//!                 summary: "The version is older than the settings allow; update the peer.".into(),
//!             }],
//!         }
//!     }
//!
//!     fn configure(text: &str) -> Result<Self, Vec<SettingsError>> {
//!         settings::from_text(text)
//!     }
//!
//!     fn constrain(&self, _: &Endpoint, mut available: Offer) -> Offer {
//!         available.versions.retain(|&version| self.allows(version));
//!         available
//!     }
//!
//!     fn judge_parameters(&self, session: &Session) -> Verdict {
//!         if self.allows(session.version) {
//!             return Verdict::approve();
//!         }
//!         Verdict::veto("version.too-old", format!("{} is too old.", session.version)).with_alert(Alert::PROTOCOL_VERSION)
//!     }
//! }
//!
//! countersign_policy_sdk::export!(Oldest);
//!
//! // Its test, which needs no component: the facts are built.
//! use countersign_policy_sdk::{Role, built::Facts};
//!
//! let policy = Oldest::configure(r#"{"except_ports": [8443]}"#).expect("they are valid");
//! let session = Session::new(Endpoint::new(Role::Server), Version::TLS_1_2, CipherSuite::new(0xc02f));
//! for (port, approved) in [(443, false), (8443, true)] {
//!     let facts = Facts { port: Some(port), ..Facts::default() };
//!     let (verdict, read) = facts.during(|| policy.judge_parameters(&session));
//!     assert_eq!((verdict.is_approved(), &*read), (approved, &["port"][..]));
//! }
//! let errors = Oldest::configure(r#"{"oldest": "9"}"#).err().expect("there is no such version");
//! assert_eq!(errors[0].path, "$.oldest");
//! ```
//!
//! In its `Cargo.toml` the crate says `crate-type = ["cdylib", "rlib"]`; `cargo guest build PATH` makes the component. The
//! logic is plain Rust and is tested natively; [`export!`] does nothing there. A policy that ships the JSON Schema of its settings
//! writes the file natively with `settings::schema::text` and gives it back from `describe`.
//!
//! The toolchain drops the functions of [`facts`] that a policy does not call, and what is left is the list of what it can
//! ever see. Natively, facts are those that a test has `built`.

pub mod settings;

#[cfg(not(target_arch = "wasm32"))]
pub mod built;
pub mod facts;

mod arena;
#[doc(hidden)]
pub mod bindings;
mod description;
mod export;
mod offer;
mod policy;
mod session;
mod verdict;

pub use arena::Arena;
pub use description::{Description, FindingDoc};
#[doc(hidden)]
pub use export::{Exported, Slot, Stored};
pub use offer::{ClientAuth, Offer};
pub use policy::Policy;
pub use session::{Endpoint, Role, Session};
pub use settings::SettingsError;
pub use verdict::{Alert, Finding, Refusal, Severity, Verdict};
