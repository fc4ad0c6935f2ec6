use std::{fs, num::NonZeroUsize, path::Path};

use super::*;
use crate::config::LogFormat;

fn config(target: LogTarget, queue: usize, when_full: WhenFull) -> Log {
    Log {
        format: LogFormat::Json,
        target,
        queue: NonZeroUsize::new(queue).expect("not zero"),
        when_full,
    }
}

fn open(log: &Log) -> (AccessLog, Counter) {
    let dropped = Counter::default();
    let log = AccessLog::open(log, dropped.clone());
    (log.expect("it opens"), dropped)
}

fn entry(listener: &str) -> Box<Entry> {
    Box::new(Entry::new(listener.into()))
}

fn lines(path: &Path) -> Vec<serde_json::Value> {
    let text = fs::read_to_string(path).expect("it is there");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

#[tokio::test]
async fn lines_are_there_once_it_is_closed() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("log");
    let (log, dropped) = open(&config(
        LogTarget::File(path.clone()),
        10_000,
        WhenFull::Drop,
    ));
    for _ in 0..5_000 {
        log.write(entry("web"), Room::default());
    }
    log.close().await;
    let lines = lines(&path);
    assert_eq!(lines.len(), 5_000);
    assert_eq!(lines[0]["listener"], "web");
    assert_eq!(lines[0]["end"], "aborted");
    assert_ne!(lines[0]["id"], lines[1]["id"]);
    assert_eq!(dropped.get(), 0);
}

#[tokio::test]
async fn a_file_that_was_moved_away_is_made_anew() {
    let dir = tempfile::tempdir().expect("a directory");
    let (path, old) = (dir.path().join("log"), dir.path().join("old"));
    let (log, _) = open(&config(LogTarget::File(path.clone()), 10, WhenFull::Drop));
    log.write(entry("one"), Room::default());
    log.close().await;
    fs::rename(&path, &old).expect("moved");
    log.write(entry("two"), Room::default());
    log.reopen();
    log.write(entry("three"), Room::default());
    log.close().await;
    assert_eq!(lines(&old).len(), 2);
    assert_eq!(lines(&path)[0]["listener"], "three");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_loses_lines_and_counts_them() {
    let (log, dropped) = open(&config(
        LogTarget::File("/dev/full".into()),
        10,
        WhenFull::Drop,
    ));
    for _ in 0..3 {
        log.write(entry("web"), Room::default());
        log.close().await;
    }
    assert_eq!(dropped.get(), 3);
}

#[tokio::test]
async fn who_is_held_waits_for_a_line_to_be_written() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("log");
    let (log, dropped) = open(&config(LogTarget::File(path.clone()), 2, WhenFull::Hold));
    let (one, _two) = (log.room().await, log.room().await);
    let mut third = Box::pin(log.room());
    let wait = Duration::from_millis(50);
    tokio::time::timeout(wait, &mut third)
        .await
        .expect_err("there is no room");
    log.write(entry("web"), one);
    let _third = third.await;
    log.close().await;
    assert_eq!(lines(&path).len(), 1);
    assert_eq!(dropped.get(), 0);
}

#[test]
fn text_is_one_line_whatever_names_hold() {
    let mut entry = Entry::new("we\nb\u{1b}[2J".into());
    entry.client = "192.0.2.1:5".parse().ok();
    let mut out = Vec::new();
    text::write(&entry, &mut out);
    let line = String::from_utf8(out).expect("text");
    assert_eq!(line.matches('\n').count(), 1, "{line}");
    assert!(!line.contains('\u{1b}'), "{line}");
    assert!(
        line.contains(" 192.0.2.1:5 - aborted in=0 out=0 us=0"),
        "{line}"
    );
}
