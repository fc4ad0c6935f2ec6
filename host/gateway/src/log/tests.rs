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
        log.write(entry("web"));
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
    log.write(entry("one"));
    log.close().await;
    fs::rename(&path, &old).expect("moved");
    log.write(entry("two"));
    log.reopen();
    log.write(entry("three"));
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
        log.write(entry("web"));
        log.close().await;
    }
    assert_eq!(dropped.get(), 3);
}

#[test]
fn who_is_held_waits_until_lines_are_written_and_loses_none() {
    let waiting = Arc::new(Waiting {
        lines: AtomicUsize::new(0),
        max: 2,
        written: Notify::new(),
    });
    let (queue, messages) = mpsc::channel();
    let dropped = Counter::default();
    let log = |when_full| {
        AccessLog(Some(Arc::new(Open {
            queue: queue.clone(),
            waiting: Arc::clone(&waiting),
            when_full,
            dropped: dropped.clone(),
        })))
    };
    let (held, dropping) = (log(WhenFull::Hold), log(WhenFull::Drop));
    let is_held = |log: &AccessLog| {
        let mut waits = std::task::Context::from_waker(std::task::Waker::noop());
        Box::pin(log.room()).as_mut().poll(&mut waits).is_pending()
    };
    held.write(entry("one"));
    assert!(!is_held(&held));
    held.write(entry("two"));
    assert!(is_held(&held));
    // Those that are there leave their lines all the same.
    held.write(entry("three"));
    assert!(!is_held(&dropping), "here nobody is held");
    dropping.write(entry("four"));
    assert_eq!(dropped.get(), 1);
    assert_eq!(messages.try_iter().count(), 3);
    waiting.one_less();
    waiting.one_less();
    assert!(!is_held(&held));
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
