//! Policies in WebAssembly's text format, made into components of the contract's world.
//!
//! [`component`] takes a whole module. [`Guest`] puts one together from parts: those of a good policy
//! (`wat/base.wat`), some of them replaced by those of another file. The files only need this crate, so no test that
//! uses them needs a compiler for guests.

mod encode;
mod guest;
mod place;

pub use encode::component;
pub use guest::{Guest, names};
pub use place::Place;
pub use wit_component::StringEncoding;
