//! Reading settings: a JSON text, in which everything that is wrong is reported at once and with its place.
//!
//! [`settings!`](crate::settings!) and [`words!`](crate::words!) define types that are read by [`from_text`]. What needs more than
//! one form implements [`Setting`] itself.

mod document;
mod error;
mod json;
mod named;
mod node;
mod object;
mod plain;
#[cfg(not(target_arch = "wasm32"))]
pub mod schema;
mod setting;
mod shorten;
mod words;

pub use document::Document;
pub use error::{Errors, SettingsError};
pub use named::{Named, read_list, read_named};
pub use node::{Fields, Items, Node};
#[doc(hidden)]
pub use object::{read_field, read_object};
/// With what schemas are made.
#[cfg(not(target_arch = "wasm32"))]
pub use serde_json;
pub use setting::{Setting, from_text};
