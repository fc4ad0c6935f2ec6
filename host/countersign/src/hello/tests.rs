//! Tests of the whole module; those of one file alone stand in that file.

mod bodies;
mod clients;
mod fingerprints;
mod mutations;
mod rustls_view;
mod streams;
