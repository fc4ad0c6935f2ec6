//! The settings of the policy: where they come from, and their text.

use std::{fmt, path::PathBuf};

use crate::{error::StartError, input::Input};

/// U+FEFF in UTF-8, which JSON texts must not begin with (RFC 8259, section 8.1).
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Settings as they are handed to the policy, not yet checked by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    /// A JSON text; `{}` for none.
    pub(crate) text: String,
    /// Where it was found.
    pub(crate) origin: Origin,
}

/// Where settings come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// There are none.
    None,
    /// The command line itself.
    Argument,
    /// A file.
    File(PathBuf),
}

impl Settings {
    /// What the value of `--settings` means: JSON if it begins with `{`, else the name of a file.
    pub(crate) fn read(value: Option<&str>, bytes_max: usize) -> Result<Self, StartError> {
        match value {
            Some(value) if value.trim().is_empty() => Err(StartError::EmptySettings),
            Some(value) if !value.trim_start().starts_with('{') => {
                Self::read_file(PathBuf::from(value), bytes_max)
            }
            text => Ok(Self::inline(text)),
        }
    }

    /// JSON as it stands; none is the empty object.
    pub(crate) fn inline(text: Option<&str>) -> Self {
        let origin = text.map_or(Origin::None, |_| Origin::Argument);
        let text = text.unwrap_or("{}").to_owned();
        Self { text, origin }
    }

    fn read_file(path: PathBuf, bytes_max: usize) -> Result<Self, StartError> {
        let bytes = Input::Settings.read(&path, bytes_max)?;
        if bytes.starts_with(BYTE_ORDER_MARK) {
            return Err(StartError::ByteOrderMark { path });
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self {
                text,
                origin: Origin::File(path),
            }),
            Err(error) => Err(StartError::NotUtf8 {
                path,
                at: error.utf8_error().valid_up_to(),
            }),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::Argument => f.write_str("on the command line"),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_brace_makes_it_json() {
        let json = " \n{\"versions\": [\"1.3\"]}";
        let settings = Settings::read(Some(json), 10).expect("text needs no file");
        assert_eq!(settings.text, json);
        assert_eq!(settings.origin, Origin::Argument);
    }

    #[test]
    fn none_are_the_empty_object() {
        let settings = Settings::read(None, 10).expect("nothing needs no file");
        assert_eq!(
            (settings.text.as_str(), settings.origin),
            ("{}", Origin::None)
        );
    }

    #[test]
    fn anything_else_is_a_file() {
        let error = Settings::read(Some("no/such.json"), 10).expect_err("there is no such file");
        assert!(matches!(error, StartError::Unreadable { .. }), "{error}");
        let endless = Settings::read(Some("/dev/zero"), 10).expect_err("it has no end");
        assert!(matches!(endless, StartError::TooLarge { .. }), "{endless}");
    }
}
