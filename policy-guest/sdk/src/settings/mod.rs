//! Reading settings: a JSON text, in which everything that is wrong is reported at once and with its place.

mod document;
mod error;
mod node;
mod shorten;

pub use document::Document;
pub use error::{Errors, SettingsError};
pub use node::{Fields, Node};
