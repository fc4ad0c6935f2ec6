//! A directory that nobody else can write to or replace.

use std::{path::Path, sync::Arc};

use super::CacheError;
#[cfg(unix)]
pub(super) use unix::{WRITE_BY_OTHERS, user};

/// A directory that was found safe when it was opened.
#[derive(Clone, Debug)]
pub(super) struct Place(Arc<Path>);

impl Place {
    pub(super) fn dir(&self) -> &Path {
        &self.0
    }
}

#[cfg(not(unix))]
impl Place {
    pub(super) fn open(dir: &Path) -> Result<Self, CacheError> {
        Err(CacheError::Unsupported {
            dir: dir.to_owned(),
        })
    }

    pub(super) fn check(&self) -> Result<(), CacheError> {
        Err(CacheError::Unsupported {
            dir: self.dir().to_owned(),
        })
    }
}

#[cfg(unix)]
mod unix {
    use std::{
        fs::{self, DirBuilder, Metadata},
        io,
        os::unix::fs::{DirBuilderExt, MetadataExt},
        path::{self, Path, PathBuf},
    };

    use super::{CacheError, Place};

    /// Permission to write, of the group and of all others.
    pub(in super::super) const WRITE_BY_OTHERS: u32 = 0o022;

    /// In a directory with this bit, only the owner of a file (or of the directory) may rename or remove it.
    const STICKY: u32 = 0o1000;

    const PERMISSIONS: u32 = 0o7777;
    const OURS_ALONE: u32 = 0o700;
    const ROOT: u32 = 0;

    /// The user whose files this process makes.
    pub(in super::super) fn user() -> u32 {
        rustix::process::geteuid().as_raw()
    }

    impl Place {
        /// Makes the directory if there is none, then makes sure that it is ours and stays ours.
        pub(in super::super) fn open(dir: &Path) -> Result<Self, CacheError> {
            let unusable = unusable(dir);
            // By components: a slash at the end would follow a link.
            let full: PathBuf = path::absolute(dir)
                .map_err(&unusable)?
                .components()
                .collect();
            match fs::symlink_metadata(&full) {
                Ok(metadata) => check_type(dir, &metadata)?,
                Err(error) if error.kind() == io::ErrorKind::NotFound => create(&full)?,
                Err(error) => return Err(unusable(error)),
            }
            let full = fs::canonicalize(&full).map_err(&unusable)?;
            check_parents(&full, full.parent())?;
            let place = Self(full.into());
            place.check()?;
            Ok(place)
        }

        /// Whether the directory is still ours and closed to others.
        pub(in super::super) fn check(&self) -> Result<(), CacheError> {
            let dir = self.dir();
            let metadata = fs::symlink_metadata(dir).map_err(unusable(dir))?;
            check_type(dir, &metadata)?;
            let (owner, user) = (metadata.uid(), user());
            if owner != user {
                let dir = dir.to_owned();
                return Err(CacheError::ForeignOwner { dir, owner, user });
            }
            let mode = metadata.mode() & PERMISSIONS;
            if mode & WRITE_BY_OTHERS != 0 {
                let dir = dir.to_owned();
                return Err(CacheError::WritableByOthers { dir, mode });
            }
            Ok(())
        }
    }

    /// Creates it under what exists, unless that is of no use: then it is left as it was.
    fn create(dir: &Path) -> Result<(), CacheError> {
        let above = dir
            .ancestors()
            .skip(1)
            .find_map(|dir| fs::canonicalize(dir).ok());
        check_parents(dir, above.as_deref())?;
        DirBuilder::new()
            .recursive(true)
            .mode(OURS_ALONE)
            .create(dir)
            .map_err(unusable(dir))
    }

    fn check_type(dir: &Path, metadata: &Metadata) -> Result<(), CacheError> {
        let dir = dir.to_owned();
        if metadata.is_symlink() {
            return Err(CacheError::SymbolicLink { dir });
        }
        if !metadata.is_dir() {
            return Err(CacheError::NotADirectory { dir });
        }
        Ok(())
    }

    /// Whether others can replace what is below `parent`, which must be free of links.
    fn check_parents(dir: &Path, parent: Option<&Path>) -> Result<(), CacheError> {
        for parent in parent.into_iter().flat_map(Path::ancestors) {
            let metadata = fs::symlink_metadata(parent).map_err(unusable(dir))?;
            check_parent(dir, parent, metadata.uid(), metadata.mode() & PERMISSIONS)?;
        }
        Ok(())
    }

    fn check_parent(dir: &Path, parent: &Path, owner: u32, mode: u32) -> Result<(), CacheError> {
        let (dir, parent) = (dir.to_owned(), parent.to_owned());
        if owner != ROOT && owner != user() {
            return Err(CacheError::ForeignParent { dir, parent, owner });
        }
        if mode & WRITE_BY_OTHERS != 0 && mode & STICKY == 0 {
            return Err(CacheError::ReplaceableByOthers { dir, parent, mode });
        }
        Ok(())
    }

    fn unusable(dir: &Path) -> impl Fn(io::Error) -> CacheError {
        |error| CacheError::Unusable {
            dir: dir.to_owned(),
            error,
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn above_it_only_root_and_this_user_may_own_and_only_stickiness_lets_others_write() {
            let safe = |owner, mode| check_parent(Path::new("/a/b"), Path::new("/a"), owner, mode);
            let stranger = user() + 1;
            for owner in [ROOT, user()] {
                assert!(
                    [0o755, 0o700, 0o1777, 0o1770]
                        .iter()
                        .all(|&mode| safe(owner, mode).is_ok())
                );
                assert!(
                    [0o775, 0o757, 0o2775, 0o777]
                        .iter()
                        .all(|&mode| safe(owner, mode).is_err())
                );
            }
            assert!(
                [0o755, 0o700, 0o1777]
                    .iter()
                    .all(|&mode| safe(stranger, mode).is_err())
            );
        }
    }
}
