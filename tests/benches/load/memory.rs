//! The memory of this process, and its open files, as Linux counts them.

use std::fs;

/// In KiB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Memory {
    /// All that is resident.
    pub(crate) resident: u64,
    /// The same, with what is shared divided among those who share it.
    pub(crate) proportional: u64,
    /// The part of it that no file stands behind: heap, stacks, instances.
    pub(crate) anonymous: u64,
}

impl Memory {
    /// Of this process, now.
    pub(crate) fn now() -> Self {
        let rollup = fs::read_to_string("/proc/self/smaps_rollup").expect("Linux");
        Self {
            resident: field(&rollup, "Rss:"),
            proportional: field(&rollup, "Pss:"),
            anonymous: field(&rollup, "Anonymous:"),
        }
    }
}

/// How many files this process has open, this count's own not counted.
pub(crate) fn open_files() -> u64 {
    let files = fs::read_dir("/proc/self/fd").expect("Linux");
    files.count() as u64 - 1
}

/// `Rss:                1764 kB`, see proc_pid_smaps_rollup(5).
fn field(rollup: &str, name: &str) -> u64 {
    let value = rollup.lines().find_map(|line| line.strip_prefix(name));
    let value = value.and_then(|value| value.trim().strip_suffix(" kB"));
    let value = value.and_then(|value| value.parse().ok());
    value.unwrap_or_else(|| panic!("no {name} in {rollup}"))
}
