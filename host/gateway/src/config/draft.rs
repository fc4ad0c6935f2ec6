//! A configuration while it is being read: its text, what is wrong with it so far, and which files it names.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Read},
    ops::Range,
    path::{Path, PathBuf},
};

use serde::de::DeserializeOwned;
use toml::{
    Spanned,
    de::{DeValue, Error, ValueDeserializer},
};

use super::Mistake;
use crate::settings::{self, Position};

/// Mistakes of one configuration. A machine that writes one may make a million.
const MISTAKES_MAX: usize = 200;

/// A configuration while it is being read.
pub(super) struct Draft<'a> {
    path: &'a Path,
    text: &'a str,
    pub(super) mistakes: Vec<Mistake>,
    pub(super) warnings: Vec<Mistake>,
    /// Every file that was named, whether it could be read or not.
    pub(super) files: Vec<PathBuf>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(path: &'a Path, text: &'a str) -> Self {
        Self {
            path,
            text,
            mistakes: Vec::new(),
            warnings: Vec::new(),
            files: vec![path.to_owned()],
        }
    }

    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    /// Something is wrong here.
    pub(super) fn wrong(&mut self, at: &Range<usize>, message: impl Into<String>) {
        let mistake = self.mistake(at, message);
        self.add(mistake);
    }

    /// Something is doubtful here.
    pub(super) fn doubtful(&mut self, at: &Range<usize>, message: impl Into<String>) {
        let mistake = self.mistake(at, message);
        if self.warnings.len() < MISTAKES_MAX {
            self.warnings.push(mistake);
        }
    }

    /// Something is wrong in settings that stand in this file, which may be the configuration.
    pub(super) fn wrong_settings(&mut self, path: &Path, policy: &str, mistake: settings::Mistake) {
        self.add(Mistake {
            path: path.to_owned(),
            position: mistake.position,
            message: format!(
                "settings of policy {policy}: {}: {}",
                mistake.path, mistake.message
            ),
        });
    }

    pub(super) fn path(&self) -> &'a Path {
        self.path
    }

    fn add(&mut self, mistake: Mistake) {
        if self.mistakes.len() < MISTAKES_MAX {
            self.mistakes.push(mistake);
        }
    }

    fn mistake(&self, at: &Range<usize>, message: impl Into<String>) -> Mistake {
        Mistake {
            path: self.path.to_owned(),
            position: Some(Position::at(self.text, at.start)),
            message: message.into(),
        }
    }

    /// What the library for TOML says.
    pub(super) fn wrong_toml(&mut self, error: &Error, around: &Range<usize>) {
        let at = error.span().unwrap_or_else(|| around.clone());
        let message = error.message().trim_end_matches(", expected nothing");
        self.wrong(&at, spoken(message));
    }

    /// A part of the configuration; none if it is not as it must be.
    pub(super) fn part<T: DeserializeOwned>(&mut self, value: Spanned<DeValue<'_>>) -> Option<T> {
        let around = value.span();
        match T::deserialize(ValueDeserializer::from(value)) {
            Ok(part) => Some(part),
            Err(error) => {
                self.wrong_toml(&error, &around);
                None
            }
        }
    }

    /// The file that a path means: relative ones begin where the configuration lies.
    pub(super) fn resolve(&self, path: &Path) -> PathBuf {
        let directory = self.path.parent().unwrap_or(Path::new(""));
        directory.join(path)
    }

    /// The whole of a file, of which no more than `bytes_max` bytes are expected.
    pub(super) fn read(
        &mut self,
        what: &str,
        path: &Spanned<PathBuf>,
        bytes_max: usize,
    ) -> Option<Vec<u8>> {
        let file = self.resolve(path.get_ref());
        if !self.files.contains(&file) {
            self.files.push(file.clone());
        }
        match read(&file, bytes_max) {
            Ok(bytes) => Some(bytes),
            Err(error) => {
                let file = file.display();
                self.wrong(&path.span(), format!("{what} {file}: {error}"));
                None
            }
        }
    }
}

/// The whole of a file, of which no more than `bytes_max` bytes are expected.
pub(super) fn read(path: &Path, bytes_max: usize) -> io::Result<Vec<u8>> {
    let refused = |kind, sentence: String| Err(io::Error::new(kind, sentence));
    let metadata = fs::metadata(path)?;
    if metadata.is_dir() {
        return refused(
            ErrorKind::IsADirectory,
            "it is a directory, not a file".into(),
        );
    }
    if !metadata.is_file() {
        // A pipe would be waited for, a device has no end.
        return refused(ErrorKind::InvalidInput, "it is no regular file".into());
    }
    let mut bytes = Vec::new();
    File::open(path)?
        .take(bytes_max as u64 + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() > bytes_max {
        let sentence = format!("it is larger than the {bytes_max} bytes allowed");
        return refused(ErrorKind::FileTooLarge, sentence);
    }
    Ok(bytes)
}

/// The words of the library, in those of this program.
fn spoken(message: &str) -> String {
    let message = message.replace('\n', " ");
    let Some(rest) = message.strip_prefix("unknown field ") else {
        return message
            .replace("missing field", "missing key")
            .replace("unknown variant", "unknown value");
    };
    let mut quoted = rest.split('`').skip(1).step_by(2);
    let key = quoted.next().unwrap_or_default();
    let allowed: Vec<_> = quoted.collect();
    let nearest = nearest(key, allowed.iter().copied());
    let allowed = allowed.join(", ");
    match nearest {
        Some(nearest) => {
            format!("unknown key `{key}`: did you mean `{nearest}`? Allowed are {allowed}")
        }
        None => format!("unknown key `{key}`: allowed are {allowed}"),
    }
}

/// The one that may have been meant.
pub(super) fn nearest<'a>(
    meant: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    const ALIKE: f64 = 0.75;
    let rated = candidates.map(|candidate| (strsim::jaro_winkler(meant, candidate), candidate));
    let alike = rated.filter(|(rate, _)| *rate >= ALIKE);
    let best = alike.max_by(|(one, _), (other, _)| one.total_cmp(other));
    best.map(|(_, candidate)| candidate)
}
