//! 200,000 verdicts over good and hostile policies, loaded and dropped again and again: the good ones stay good, each hostile
//! one is stopped each time, and in the end the process has no more memory and no more files than when it was warm.

mod crowd;

use std::{
    fs,
    sync::{Mutex, PoisonError},
};

use crowd::Crowd;

/// Tests here look at the whole process: one after the other.
static ALONE: Mutex<()> = Mutex::new(());

/// Rounds are as long as this. Each has policies and threads of its own.
const VERDICTS: u64 = 40_000;
const ROUNDS: u64 = 5;

/// Before what is there is counted: allocators keep what they had once. The pools keep 100 places warm for policies that ran there,
/// and in each of these rounds every policy takes one at least.
const WARMING_VERDICTS: u64 = 1_000;
const WARMING_ROUNDS: u64 = 12;

/// What the process may have gained in the end.
const GAIN_KIB_MAX: u64 = 8 * 1024;

/// What the process has.
#[derive(Debug)]
struct Holdings {
    resident_kib: u64,
    files: usize,
}

impl Holdings {
    fn now() -> Self {
        Self {
            resident_kib: resident_kib(),
            files: fs::read_dir("/proc/self/fd").expect("Linux tells").count(),
        }
    }
}

fn resident_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux tells");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
    kib.and_then(|kib| kib.parse().ok()).expect("a number")
}

#[test]
fn two_hundred_thousand_verdicts_leave_nothing_behind() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let crowd = Crowd::new();
    for _ in 0..WARMING_ROUNDS {
        assert_eq!(crowd.judge(WARMING_VERDICTS), WARMING_VERDICTS);
    }
    let before = Holdings::now();
    let verdicts: u64 = (0..ROUNDS).map(|_| crowd.judge(VERDICTS)).sum();
    let after = Holdings::now();
    assert_eq!(verdicts, VERDICTS * ROUNDS);
    assert!(
        after.resident_kib <= before.resident_kib + GAIN_KIB_MAX,
        "{before:?}, then {after:?}"
    );
    assert_eq!(after.files, before.files);
}

/// The pools keep what was written in a place for the next one there, so that nothing has to be asked of the system. Not all of it:
/// each of these policies writes to 15 MiB in a place of its own.
#[test]
fn places_keep_little_of_what_was_written_there() {
    const POLICIES: u64 = 60;
    const KEPT_KIB_MAX: u64 = 5 * 1024;
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let crowd = Crowd::new();
    crowd.fill();
    let before = resident_kib();
    (0..POLICIES).for_each(|_| crowd.fill());
    let after = resident_kib();
    assert!(
        after <= before + POLICIES * KEPT_KIB_MAX,
        "{before} KiB, then {after} KiB"
    );
}
