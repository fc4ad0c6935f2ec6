//! Files that change: the configuration and all that it names.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep, timeout_at},
};

/// How long nothing may happen before what happened is looked at: files are written in several steps, and in pairs.
const QUIET: Duration = Duration::from_millis(500);

/// How long it is waited for quiet.
const QUIET_MAX: Duration = Duration::from_secs(5);

/// Tells when one of the files is another than before.
pub(crate) struct Watch {
    watcher: RecommendedWatcher,
    events: mpsc::Receiver<()>,
    directories: BTreeSet<PathBuf>,
    files: Vec<PathBuf>,
    seen: Prints,
}

/// What tells two versions of a file apart without reading it. None: there is no such file.
type Prints = BTreeMap<PathBuf, Option<(SystemTime, u64, u64)>>;

impl Watch {
    /// Watches nothing yet.
    pub(crate) fn new() -> notify::Result<Self> {
        // One event that nobody has looked at is as good as many.
        let (tell, events) = mpsc::channel(1);
        let watcher = notify::recommended_watcher(move |_| {
            let _ = tell.try_send(());
        })?;
        Ok(Self {
            watcher,
            events,
            directories: BTreeSet::new(),
            files: Vec::new(),
            seen: Prints::new(),
        })
    }

    /// Watches these files from now on, and no others. Directories are watched: files are replaced by renaming, and where a
    /// symbolic link leads may change.
    pub(crate) fn files(&mut self, files: &[PathBuf]) {
        let wanted: BTreeSet<_> = files.iter().flat_map(|file| directories(file)).collect();
        for gone in self.directories.difference(&wanted) {
            // A directory that was deleted is not watched any more anyway.
            let _ = self.watcher.unwatch(gone);
        }
        for new in wanted.difference(&self.directories) {
            if let Err(error) = self.watcher.watch(new, RecursiveMode::NonRecursive) {
                tracing::warn!(directory = %new.display(), %error, "changes there are not noticed");
            }
        }
        self.directories = wanted;
        self.files = files.to_vec();
        // What was seen before it was read stays: a change in between is not missed.
        let mut seen = prints(&self.files);
        for (file, print) in &mut seen {
            if let Some(before) = self.seen.get(file) {
                *print = *before;
            }
        }
        self.seen = seen;
    }

    /// Waits until a file is another than it was when the files were named, or at the last change.
    pub(crate) async fn changed(&mut self) {
        loop {
            if self.events.recv().await.is_none() {
                return std::future::pending().await;
            }
            self.wait_for_quiet().await;
            let prints = prints(&self.files);
            if prints != self.seen {
                self.seen = prints;
                return;
            }
        }
    }

    async fn wait_for_quiet(&mut self) {
        let last = Instant::now() + QUIET_MAX;
        loop {
            let quiet = (Instant::now() + QUIET).min(last);
            if Instant::now() >= last || timeout_at(quiet, self.events.recv()).await.is_err() {
                return;
            }
            // Not every single event is worth waking up for.
            sleep(QUIET / 10).await;
        }
    }
}

/// Where the file is named, and where it lies.
fn directories(file: &Path) -> impl Iterator<Item = PathBuf> {
    let parent = |path: &Path| {
        path.parent()
            .map(|parent| match parent.as_os_str().is_empty() {
                true => PathBuf::from("."),
                false => parent.to_owned(),
            })
    };
    let lies = fs::canonicalize(file).ok();
    parent(file)
        .into_iter()
        .chain(lies.as_deref().and_then(parent))
}

fn prints(files: &[PathBuf]) -> Prints {
    let print = |file: &PathBuf| {
        let metadata = fs::metadata(file).ok();
        let print = metadata.and_then(|it| Some((it.modified().ok()?, it.len(), inode(&it))));
        (file.clone(), print)
    };
    files.iter().map(print).collect()
}

#[cfg(unix)]
fn inode(metadata: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn inode(_: &fs::Metadata) -> u64 {
    0
}

#[cfg(test)]
mod tests {
    use tokio::time::timeout;

    use super::*;

    const LONG: Duration = Duration::from_secs(20);

    #[tokio::test]
    async fn a_file_that_is_written_or_replaced_has_changed() {
        let dir = tempfile::tempdir().expect("a directory");
        let (file, other) = (dir.path().join("file"), dir.path().join("other"));
        fs::write(&file, "one").expect("written");
        let mut watch = Watch::new().expect("it watches");
        watch.files(std::slice::from_ref(&file));
        fs::write(&file, "two and more").expect("written");
        timeout(LONG, watch.changed()).await.expect("noticed");
        fs::write(&other, "three").expect("written");
        fs::rename(&other, &file).expect("renamed");
        timeout(LONG, watch.changed()).await.expect("noticed");
        fs::remove_file(&file).expect("removed");
        timeout(LONG, watch.changed()).await.expect("noticed");
    }

    #[tokio::test]
    async fn what_happens_to_other_files_is_no_change() {
        let dir = tempfile::tempdir().expect("a directory");
        let (file, other) = (dir.path().join("file"), dir.path().join("other"));
        fs::write(&file, "one").expect("written");
        let mut watch = Watch::new().expect("it watches");
        watch.files(std::slice::from_ref(&file));
        fs::write(&other, "two").expect("written");
        fs::read(&file).expect("read");
        timeout(4 * QUIET, watch.changed())
            .await
            .expect_err("nothing changed");
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_link_that_leads_elsewhere_has_changed() {
        use std::os::unix::fs::symlink;
        let dir = tempfile::tempdir().expect("a directory");
        let path = |name: &str| dir.path().join(name);
        for version in ["v1", "v2"] {
            fs::create_dir(path(version)).expect("made");
            fs::write(path(version).join("file"), version).expect("written");
        }
        symlink("v1", path("now")).expect("linked");
        symlink("now/file", path("file")).expect("linked");
        let mut watch = Watch::new().expect("it watches");
        watch.files(&[path("file")]);
        symlink("v2", path("next")).expect("linked");
        fs::rename(path("next"), path("now")).expect("renamed");
        timeout(LONG, watch.changed()).await.expect("noticed");
    }
}
