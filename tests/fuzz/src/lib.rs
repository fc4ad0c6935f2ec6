//! What the fuzz targets do with their input; see `run`.

pub mod gate;
pub mod hello;
