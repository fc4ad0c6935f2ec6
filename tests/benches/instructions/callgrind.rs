//! Callgrind counts what runs inside [`counted`], and nothing else.
//!
//! It knows three functions of this file by name. It counts from where [`counted`] is entered to where it is left. As
//! [`end_of_section`] is entered it writes the count down and starts again at zero; as [`forget`] is entered it only starts
//! again. The names of the sections go to standard output, in the same order.

use std::{
    env, fs,
    hint::black_box,
    path::Path,
    pin::pin,
    process::{Command, Stdio},
};

use tempfile::TempDir;

use crate::{
    dumps::{Count, counts},
    table::Column,
};

/// The argument by which this program knows that it is being counted.
pub(crate) const UNDER_CALLGRIND: &str = "under-callgrind";

const NO_REPETITION: &str =
    "glibc.cpu.x86_rep_stosb_threshold=0x7fffffff:glibc.cpu.x86_rep_movsb_threshold=0x7fffffff";

/// What was counted from one end of a section to the next.
pub(crate) struct Section {
    pub(crate) row: String,
    pub(crate) column: Column,
    pub(crate) count: Count,
}

/// Counts the instructions of a function.
#[inline(never)]
pub(crate) fn counted<T>(run: impl FnOnce() -> T) -> T {
    black_box(run())
}

/// Counts the instructions of a future, and not those of whatever runs while it waits.
pub(crate) async fn counting<F: Future>(start: impl FnOnce() -> F) -> F::Output {
    // tokio-rustls makes its connections, and their first keys, before its futures are polled.
    let mut future = pin!(counted(start));
    std::future::poll_fn(|context| counted(|| future.as_mut().poll(context))).await
}

/// What was counted since the last section belongs in this row and column.
#[inline(never)]
#[expect(
    clippy::print_stdout,
    reason = "this is how callgrind's caller learns of it"
)]
pub(crate) fn end_of_section(row: &str, column: Column) {
    println!("{row}\t{column}");
}

/// What was counted since the last section belongs nowhere.
#[inline(never)]
pub(crate) fn forget() {
    black_box(());
}

/// Runs this program again under callgrind.
pub(crate) fn run() -> Vec<Section> {
    let directory = TempDir::new().expect("a temporary directory");
    let dumps = directory.path().join("dumps");
    let output = command(&dumps).output();
    let output = output.expect("valgrind, of the Debian package `valgrind`");
    assert!(output.status.success(), "valgrind: {}", output.status);
    let names = String::from_utf8(output.stdout).expect("names of sections");
    let dumps = fs::read_to_string(dumps).expect("callgrind's dumps");
    sections(&names, &counts(&dumps))
}

fn command(dumps: &Path) -> Command {
    let this = env::current_exe().expect("a running program");
    let mut command = Command::new("valgrind");
    command
        .args(["--quiet", "--tool=callgrind", "--combine-dumps=yes"])
        .arg(format!("--toggle-collect={}::counted*", module_path!()))
        .arg(format!("--dump-before={}::end_of_section*", module_path!()))
        .arg(format!("--zero-before={}::forget*", module_path!()))
        .arg(format!("--callgrind-out-file={}", dumps.display()))
        .arg(this)
        .arg(UNDER_CALLGRIND)
        // Otherwise the C library clears and copies memory by an instruction that repeats itself, each byte of which would count
        // as one: putting back an instance's memory would look dear.
        .env("GLIBC_TUNABLES", NO_REPETITION)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit());
    command
}

/// The last dump is made when the program ends, and belongs to no section.
fn sections(names: &str, counts: &[Count]) -> Vec<Section> {
    let names: Vec<&str> = names.lines().collect();
    assert_eq!(counts.len(), names.len() + 1, "one count for each section");
    let sections = names.into_iter().zip(counts);
    sections
        .map(|(name, count)| section(name, *count))
        .collect()
}

fn section(name: &str, count: Count) -> Section {
    let (row, column) = name.split_once('\t').expect("a row and a column");
    assert_ne!(count.all, 0, "{row}: nothing was counted");
    Section {
        row: row.to_owned(),
        column: column.parse().expect("a column"),
        count,
    }
}
