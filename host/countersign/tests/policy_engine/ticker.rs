//! The thread behind the deadlines: it stops with its engine, and rests while nobody calls.

use std::{
    env, fs,
    path::PathBuf,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use super::sandbox::{ENDS_WITHIN, Sandbox, assert_good};

/// Set where a test runs alone in its process.
const ALONE: &str = "COUNTERSIGN_TEST_ALONE";

/// Runs a test again, alone in a process of its own: threads of other tests would be counted as well.
fn alone(name: &str, test: impl FnOnce()) {
    if env::var_os(ALONE).is_some() {
        return test();
    }
    let output = Command::new(env::current_exe().expect("this program has a path"))
        .args(["--exact", name, "--test-threads=1"])
        .env(ALONE, "1")
        .output()
        .expect("this program can be started");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("1 passed"), "{text}");
}

/// A thread is listed before it has its name.
fn first_ticker() -> PathBuf {
    let begun = Instant::now();
    loop {
        if let Some(ticker) = tickers().pop() {
            return ticker;
        }
        assert!(begun.elapsed() < ENDS_WITHIN, "it never runs");
        thread::yield_now();
    }
}

/// The folders of all threads with the ticker's name, of which Linux keeps 15 bytes.
fn tickers() -> Vec<PathBuf> {
    fs::read_dir("/proc/self/task")
        .expect("Linux lists threads")
        .map(|entry| entry.expect("it can be read").path())
        .filter(|path| {
            fs::read_to_string(path.join("comm")).is_ok_and(|name| name == "countersign-tic\n")
        })
        .collect()
}

fn wait_for_tickers(count: usize) {
    let begun = Instant::now();
    while tickers().len() != count {
        assert!(
            begun.elapsed() < ENDS_WITHIN,
            "{} instead of {count}",
            tickers().len()
        );
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn it_stops_with_the_last_user_of_its_engine() {
    alone("ticker::it_stops_with_the_last_user_of_its_engine", || {
        wait_for_tickers(0);
        let one = Sandbox::new(Sandbox::limits());
        let other = Sandbox::new(Sandbox::limits());
        wait_for_tickers(2);
        let policy = other.good().clone();
        drop((one, other));
        // A policy keeps its engine.
        wait_for_tickers(1);
        assert_good(&policy);
        drop(policy);
        wait_for_tickers(0);
    });
}

#[test]
fn it_rests_while_nobody_calls_and_wakes_up_again() {
    alone(
        "ticker::it_rests_while_nobody_calls_and_wakes_up_again",
        || {
            let sandbox = Sandbox::new(Sandbox::limits());
            let ticker = first_ticker();
            for _ in 0..3 {
                sandbox.assert_unharmed();
                let begun = Instant::now();
                while switches(&ticker, Duration::from_millis(100)) > 2 {
                    assert!(begun.elapsed() < ENDS_WITHIN, "it never rests");
                }
            }
        },
    );
}

/// How often a thread went to sleep during `time`.
fn switches(thread: &std::path::Path, time: Duration) -> u64 {
    let count = || -> u64 {
        let status = fs::read_to_string(thread.join("status")).expect("the thread is there");
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
        line.expect("Linux counts them")
            .trim()
            .parse()
            .expect("it is a number")
    };
    let before = count();
    thread::sleep(time);
    count() - before
}
