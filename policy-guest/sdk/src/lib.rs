//! What a Countersign policy written in Rust is built on: native types for the contract's values, builders for
//! verdicts, a reader for the settings, and the [`export!`] macro that turns a [`Policy`] into a component.
//!
//! A whole policy, which refuses everything older than the version in its settings:
//!
//! ```
//! use countersign_names::Version;
//! use countersign_policy_sdk::settings::{Document, Errors};
//! use countersign_policy_sdk::{Alert, Description, Finding, FindingDoc, Offer, Policy, Session, Severity};
//! use countersign_policy_sdk::{Endpoint, SettingsError, Verdict};
//!
//! struct Oldest(Version);
//!
//! impl Policy for Oldest {
//!     fn describe() -> Description {
//!         Description {
//!             name: "oldest".into(),
//!             version: "0.1.0".into(),
//!             summary: "Refuses versions older than the one in the settings.".into(),
//!             settings_schema: None,
//!             findings: vec![FindingDoc {
//!                 code: "version.too-old".into(),
//!                 severity: Severity::Violation,
//!                 summary: "The version is older than the settings allow; update the peer.".into(),
//!             }],
//!         }
//!     }
//!
//!     fn configure(settings: &str) -> Result<Self, Vec<SettingsError>> {
//!         let document = Document::parse(settings)?;
//!         let mut errors = Errors::default();
//!         let oldest = document.root().fields(&["oldest"], &mut errors).and_then(|fields| {
//!             let oldest = fields.field("oldest")?;
//!             let version = oldest.text(&mut errors)?.parse();
//!             version.map_err(|_| oldest.refuse("this is no version; say 1.2 or 1.3", &mut errors)).ok()
//!         });
//!         errors.into_result(Oldest(oldest.unwrap_or(Version::TLS_1_2)))
//!     }
//!
//!     fn constrain(&self, _: &Endpoint, mut available: Offer) -> Offer {
//!         available.versions.retain(|version| version.code() >= self.0.code());
//!         available
//!     }
//!
//!     fn judge_parameters(&self, session: &Session) -> Verdict {
//!         let too_old = session.version.code() < self.0.code();
//!         let finding = too_old.then(|| Finding::violation("version.too-old", format!("{} is too old.", session.version)));
//!         Verdict::from_findings(finding).with_alert(Alert::PROTOCOL_VERSION)
//!     }
//! }
//!
//! countersign_policy_sdk::export!(Oldest);
//!
//! assert!(Oldest::configure(r#"{"oldest": "1.3"}"#).is_ok());
//! assert_eq!(Oldest::configure(r#"{"oldest": "9"}"#).err().map(|errors| errors[0].path.clone()), Some("$.oldest".into()));
//! ```
//!
//! In its `Cargo.toml` the crate says `crate-type = ["cdylib", "rlib"]`; `cargo guest build PATH` makes the component. The
//! logic is plain Rust and is tested natively; [`export!`] does nothing there.
//!
//! What else is known of a connection is read through the functions of `facts`, which exist only on `wasm32`. The
//! toolchain drops those that a policy does not call, and what is left is the list of what it can ever see.

pub mod settings;

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
#[cfg(target_arch = "wasm32")]
pub use bindings::countersign::policy::facts;
pub use description::{Description, FindingDoc};
#[doc(hidden)]
pub use export::{Exported, Slot, Stored};
pub use offer::{ClientAuth, Offer};
pub use policy::Policy;
pub use session::{Endpoint, Role, Session};
pub use settings::SettingsError;
pub use verdict::{Alert, Finding, Refusal, Severity, Verdict};
