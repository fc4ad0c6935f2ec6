//! What the fuzz targets do with their input; see `run`.

pub mod cache;
pub mod component;
mod edit;
pub mod gate;
pub mod hello;
pub mod output;
