//! What a process and its children have used, as the kernel has it (proc(5)).

use std::{fs, time::Duration};

use rustix::{
    param::clock_ticks_per_second,
    process::{Resource, Rlimit, getrlimit, setrlimit},
};

/// Processor time and memory of some processes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    pub(crate) cpu: Duration,
    /// Bytes of their own, and their share of what is common.
    pub(crate) memory: u64,
}

/// Of a process and all below it.
pub(crate) fn of(process: u32) -> Usage {
    let mut usage = Usage::default();
    let mut processes = vec![process];
    while let Some(process) = processes.pop() {
        usage.cpu += cpu(process).unwrap_or_default();
        usage.memory += memory(process).unwrap_or_default();
        processes.extend(children(process));
    }
    usage
}

fn cpu(process: u32) -> Option<Duration> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name, in parentheses, may hold spaces.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut ticks = fields.split_whitespace().skip(11).map(str::parse::<u64>);
    let (user, system) = (ticks.next()?.ok()?, ticks.next()?.ok()?);
    let seconds = (user + system) as f64 / clock_ticks_per_second() as f64;
    Some(Duration::from_secs_f64(seconds))
}

fn memory(process: u32) -> Option<u64> {
    let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).ok()?;
    let pss = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    let kibibytes: u64 = pss.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes * 1024)
}

fn children(process: u32) -> Vec<u32> {
    let path = format!("/proc/{process}/task/{process}/children");
    let text = fs::read_to_string(path).unwrap_or_default();
    text.split_whitespace()
        .filter_map(|id| id.parse().ok())
        .collect()
}

/// Enough for two ends of ten thousand connections.
const FILES: u64 = 65_536;

/// As many files as may be: connections are files, and children have the same limit.
pub(crate) fn raise_file_limit() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let limit = |files| Rlimit {
        current: files,
        maximum: files,
    };
    // Whoever may not raise the upper limit has that.
    if setrlimit(Resource::Nofile, limit(Some(FILES))).is_err() {
        setrlimit(Resource::Nofile, limit(maximum)).expect("the limit may be raised");
    }
}

/// How many files this process may have.
pub(crate) fn file_limit() -> usize {
    let limit = getrlimit(Resource::Nofile).current;
    limit
        .and_then(|it| usize::try_from(it).ok())
        .unwrap_or(usize::MAX)
}
