//! The hostile corpus: every guest at every entry point, through the engine and through the gates; and peers that disturb a
//! handshake at every point of every flight (`peers`).
//!
//! `corpus` is the table: what each guest attacks, and what has to become of it. `run` sends each of them the whole way (load,
//! then a connection, asked by the engine alone and by each gate in `gates`) while a good policy on the same engine is asked
//! beside it. Whatever a guest does, it ends as an error while it is loaded or as a veto, within its limits, with one record,
//! and without a byte for the peer that an approval would have cost; and the neighbour notices nothing.
//!
//! What the host must say of each mistake in detail is tested where the host is (`policy_engine`). Needs no foreign program.

mod answer;
mod corpus;
mod gates;
mod neighbour;
mod outcome;
pub mod peers;
mod run;
mod tripped;

use corpus::{
    answers, components, configure, describe, endless, facts, greedy, lists, texts, verdicts,
};
use run::{run, run_under};

#[test]
fn guests_that_never_end() {
    run(endless::cases());
}

#[test]
fn guests_that_want_all_memory() {
    run(greedy::cases());
}

#[test]
fn guests_that_trap() {
    run(corpus::traps::cases());
}

#[test]
fn guests_whose_tricks_gain_nothing() {
    run(corpus::harmless::cases());
}

#[test]
fn guests_that_abuse_the_facts() {
    run(facts::cases());
}

#[test]
fn guests_that_storm_the_getters() {
    run(corpus::storms::cases());
}

#[test]
fn guests_that_storm_the_getters_until_the_deadline() {
    let mut limits = neighbour::limits();
    limits.fact_reads_max = u32::MAX;
    limits.fact_bytes_max = usize::MAX;
    run_under(limits, corpus::storms::unnumbered());
}

#[test]
fn answers_that_are_none() {
    run(answers::cases());
}

#[test]
fn answers_with_impossible_lists() {
    run(lists::cases());
}

#[test]
fn answers_with_impossible_texts() {
    run(texts::cases());
}

#[test]
fn verdicts_against_the_contract() {
    run(verdicts::cases());
}

#[test]
fn guests_that_lie_about_themselves() {
    run(describe::cases());
}

#[test]
fn guests_that_play_with_their_settings() {
    run(configure::cases());
}

#[test]
fn guests_that_take_their_settings_too_slowly() {
    let mut limits = neighbour::limits();
    limits.load_deadline_ms = 60_000;
    run_under(limits, configure::slow());
}

#[test]
fn components_that_are_no_policies() {
    run(components::cases());
}
