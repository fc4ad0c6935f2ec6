//! Keeping a cache within its bound.
//!
//! Names say what belongs together and how large it is, so that a directory within its bound is only listed: to ask for
//! the dates of thousands of files would take longer than to compile a small policy.

use std::{
    collections::HashMap,
    fs::{self, DirEntry, Metadata},
    io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use super::{
    Digest,
    file::{is_near, remove},
    name::{self, Kind},
};

/// Removes what nobody can come to, then the least recently used, until the rest is within `bytes_max`. The entry of
/// `keep` stays. Files that are just being written count, but belong to others.
pub(super) fn sweep(dir: &Path, bytes_max: u64, keep: &Digest) -> io::Result<()> {
    let now = SystemTime::now();
    let mut listing = Listing::read(dir)?;
    listing.remove_strays(now)?;
    listing.remove_oldest(bytes_max, &name::hex(keep), now)
}

/// The files of a cache.
#[derive(Default)]
struct Listing {
    temporaries: Vec<PathBuf>,
    temporary_bytes: u64,
    units: HashMap<String, Unit>,
}

/// What belongs to one key.
#[derive(Default)]
struct Unit {
    entry: Option<PathBuf>,
    codes: Vec<Code>,
}

struct Code {
    path: PathBuf,
    /// With those of its entry.
    bytes: u64,
}

impl Listing {
    fn read(dir: &Path) -> io::Result<Self> {
        let mut listing = Self::default();
        for file in fs::read_dir(dir)? {
            listing.add(&file?)?;
        }
        Ok(listing)
    }

    fn add(&mut self, file: &DirEntry) -> io::Result<()> {
        let name = file.file_name();
        let Some(kind) = name.to_str().and_then(Kind::of) else {
            return Ok(());
        };
        if !file.file_type()?.is_file() {
            return Ok(());
        }
        let path = file.path();
        match kind {
            Kind::Temporary => self.temporaries.push(path),
            Kind::Entry { key } => self.unit(key).entry = Some(path),
            Kind::Code { key, bytes } => self.unit(key).codes.push(Code { path, bytes }),
        }
        Ok(())
    }

    fn unit(&mut self, key: &str) -> &mut Unit {
        self.units.entry(key.to_owned()).or_default()
    }

    fn remove_strays(&mut self, now: SystemTime) -> io::Result<()> {
        for path in &self.temporaries {
            match look(path)? {
                Some(seen) if is_old(&seen, now) => remove(path)?,
                seen => self.temporary_bytes += seen.map_or(0, |seen| seen.len()),
            }
        }
        let units = self.units.values_mut();
        units
            .filter(|unit| !unit.is_whole())
            .try_for_each(|unit| unit.remove_strays(now))
    }

    fn remove_oldest(self, bytes_max: u64, keep: &str, now: SystemTime) -> io::Result<()> {
        let mut bytes = self.bytes();
        if bytes <= bytes_max {
            return Ok(());
        }
        for (_, unit) in oldest_first(self.units, keep, now)? {
            if bytes <= bytes_max {
                break;
            }
            bytes = bytes.saturating_sub(unit.bytes());
            unit.remove()?;
        }
        Ok(())
    }

    fn bytes(&self) -> u64 {
        let units = self.units.values().map(Unit::bytes);
        units.fold(self.temporary_bytes, u64::saturating_add)
    }
}

/// All but the one to keep, each with the time of its last use.
fn oldest_first(
    units: HashMap<String, Unit>,
    keep: &str,
    now: SystemTime,
) -> io::Result<Vec<(SystemTime, Unit)>> {
    let others = units.into_iter().filter(|(key, _)| key != keep);
    let dated = others.map(|(_, unit)| Ok((unit.used(now)?, unit)));
    let mut dated = dated.collect::<io::Result<Vec<_>>>()?;
    dated.sort_by_key(|(used, _)| *used);
    Ok(dated)
}

impl Unit {
    /// Whether it is what a `put` leaves behind that nobody has disturbed.
    fn is_whole(&self) -> bool {
        self.entry.is_some() && self.codes.len() == 1
    }

    /// Removes what no reader can come to: codes but the newest, codes without an entry, an entry without a code. Not if
    /// they are so new that they may be half of what another process is just storing.
    fn remove_strays(&mut self, now: SystemTime) -> io::Result<()> {
        let mut newest_first = Vec::new();
        for code in self.codes.drain(..) {
            if let Some(seen) = look(&code.path)? {
                newest_first.push((seen.modified()?, seen, code));
            }
        }
        newest_first.sort_by_key(|(modified, ..)| std::cmp::Reverse(*modified));
        let in_use = usize::from(self.entry.is_some());
        for (place, (_, seen, code)) in newest_first.into_iter().enumerate() {
            if place >= in_use && is_old(&seen, now) {
                remove(&code.path)?;
            } else {
                self.codes.push(code);
            }
        }
        if self.codes.is_empty() {
            self.remove_lone_entry(now)?;
        }
        Ok(())
    }

    fn remove_lone_entry(&mut self, now: SystemTime) -> io::Result<()> {
        let Some(path) = &self.entry else {
            return Ok(());
        };
        if look(path)?.is_none_or(|seen| is_old(&seen, now)) {
            remove(path)?;
            self.entry = None;
        }
        Ok(())
    }

    /// The entry first, so that nobody is led to a code that is gone.
    fn remove(self) -> io::Result<()> {
        let codes = self.codes.into_iter().map(|code| code.path);
        self.entry
            .into_iter()
            .chain(codes)
            .try_for_each(|path| remove(&path))
    }

    fn bytes(&self) -> u64 {
        self.codes
            .iter()
            .map(|code| code.bytes)
            .fold(0, u64::saturating_add)
    }

    /// When it was last used. A date far ahead says nothing, and goes first.
    fn used(&self, now: SystemTime) -> io::Result<SystemTime> {
        let codes = self.codes.iter().map(|code| &code.path);
        let Some(path) = self.entry.iter().chain(codes).next() else {
            return Ok(now);
        };
        let modified = look(path)?.map_or(Ok(now), |seen| seen.modified())?;
        let is_known = modified <= now || is_near(modified, now);
        Ok(if is_known {
            modified
        } else {
            SystemTime::UNIX_EPOCH
        })
    }
}

/// Nothing, if it is gone by now.
fn look(path: &Path) -> io::Result<Option<Metadata>> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        other => other.map(Some),
    }
}

/// Whether nobody can still be at work on it.
fn is_old(seen: &Metadata, now: SystemTime) -> bool {
    seen.modified()
        .is_ok_and(|modified| !is_near(modified, now))
}
