//! What was measured, as tables.
#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]

use std::time::Duration;

use crate::{child::Report, kind::Kind, memory::Memory, once::Once};

pub(crate) fn print_once(rows: &[Once]) {
    println!("one policy; medians in ms\n");
    println!(
        "{:<15} {:>9} {:>11} {:>7} {:>9}",
        "", "cold", "from cache", "ratio", "file KiB"
    );
    for row in rows {
        let [cold, cached] = [row.cold, row.cached].map(millis);
        println!(
            "{:<15} {cold:>9.2} {cached:>11.3} {:>7.0} {:>9}",
            row.kind.name(),
            cold / cached,
            row.file_bytes / 1024
        );
    }
    println!();
}

pub(crate) fn print_filled(kind: Kind, (count, took): (usize, Duration)) {
    let (name, took) = (kind.name(), took.as_secs_f64());
    println!("{name}: the cache has {count} of it, filled on all CPUs in {took:.1} s");
}

/// Each row is a process.
pub(crate) fn print_many(rows: &[(Kind, usize, Report)]) {
    println!(
        "\nmany policies in one process, from the cache, on one thread; times in ms; memory resident in MiB, in brackets \
         how much of it no file stands behind\n"
    );
    println!(
        "{:<15} {:>5} {:>7} {:>8} {:>8} {:>15} {:>15} {:>15} {:>5} {:>6}",
        "",
        "count",
        "engine",
        "load",
        "1st call",
        "no policy",
        "loaded",
        "each judged",
        "kept",
        "files"
    );
    for (kind, count, report) in rows {
        let [engine, load, judge] =
            [report.engine_us, report.load_us, report.judge_us].map(|micros| micros as f64 / 1e3);
        let [empty, loaded, judged] = [report.empty, report.loaded, report.judged].map(resident);
        println!(
            "{:<15} {count:>5} {engine:>7.2} {load:>8.2} {judge:>8.2} {empty:>15} {loaded:>15} {judged:>15} {:>5} {:>6}",
            kind.name(),
            report.kept,
            report.files
        );
    }
    println!(
        "\na policy's share of what it adds: load in µs; memory in KiB, shared pages by shares\n"
    );
    println!(
        "{:<15} {:>5} {:>8} {:>9} {:>9} {:>9} {:>9}",
        "", "count", "load", "loaded", "its heap", "judged", "its heap"
    );
    for (kind, count, report) in rows {
        let each = |total: u64| total as f64 / *count as f64;
        let added = |memory: Memory, part: fn(Memory) -> u64| {
            each(part(memory).saturating_sub(part(report.empty)))
        };
        let proportional = |memory: Memory| memory.proportional;
        let anonymous = |memory: Memory| memory.anonymous;
        println!(
            "{:<15} {count:>5} {:>8.0} {:>9.1} {:>9.1} {:>9.1} {:>9.1}",
            kind.name(),
            each(report.load_us),
            added(report.loaded, proportional),
            added(report.loaded, anonymous),
            added(report.judged, proportional),
            added(report.judged, anonymous),
        );
    }
}

fn resident(memory: Memory) -> String {
    let [resident, anonymous] = [memory.resident, memory.anonymous].map(|kib| kib as f64 / 1024.0);
    format!("{resident:.1} ({anonymous:.1})")
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
