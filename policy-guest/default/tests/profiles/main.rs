//! Each profile against the data that it was written from, both ways. The data is read here by its own names, so that what
//! a profile leaves out or adds shows.

mod certificates;
mod claims;
mod code_points;
mod lists;
mod names;
mod source;
mod verdicts;
