//! The settings of the policy: where they come from, their text, and where in it a mistake stands.

mod unspoken;

use std::{fmt, path::PathBuf};

use countersign::policy::SettingsError;
pub(crate) use countersign_gateway::settings::{Mistake, Position};
use countersign_gateway::settings::{
    NoJson, check_json, located_in_json, located_in_toml, not_located, toml_to_json,
};

use crate::{error::StartError, input::Input};

const BYTE_ORDER_MARK: char = '\u{feff}';

/// Settings as they are handed to the policy, not yet checked by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    /// A JSON text; `{}` for none.
    pub(crate) text: String,
    /// Where it was found.
    pub(crate) origin: Origin,
    /// What it was made from, if that was not JSON.
    toml: Option<String>,
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

/// What settings are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    /// RFC 8259
    Json,
    /// TOML, as on toml.io
    Toml,
}

impl Settings {
    /// What the value of `--settings` means: JSON if it begins with `{`, else the name of a file.
    pub(crate) fn read(value: Option<&str>, bytes_max: usize) -> Result<Self, StartError> {
        match value {
            Some(value) if value.trim().is_empty() => Err(StartError::EmptySettings),
            Some(value) if !value.trim_start().starts_with('{') => {
                Self::read_file(PathBuf::from(value), bytes_max)
            }
            text => Self::inline(text).checked(),
        }
    }

    /// JSON as it stands; none is the empty object.
    pub(crate) fn inline(text: Option<&str>) -> Self {
        let origin = text.map_or(Origin::None, |_| Origin::Argument);
        Self::json(text.unwrap_or("{}").to_owned(), origin)
    }

    fn json(text: String, origin: Origin) -> Self {
        let toml = None;
        Self { text, origin, toml }
    }

    fn read_file(path: PathBuf, bytes_max: usize) -> Result<Self, StartError> {
        let language = Language::of(&path);
        let bytes = Input::Settings.read(&path, bytes_max)?;
        let text = String::from_utf8(bytes).map_err(|error| StartError::NotUtf8 {
            path: path.clone(),
            language,
            at: error.utf8_error().valid_up_to(),
        })?;
        match language {
            Language::Json if text.starts_with(BYTE_ORDER_MARK) => {
                Err(StartError::ByteOrderMark { path })
            }
            Language::Json => Self::json(text, Origin::File(path)).checked(),
            Language::Toml => Self::of_toml(&text, path, bytes_max),
        }
    }

    /// Lets nobody guess where a text that is not JSON goes wrong.
    fn checked(self) -> Result<Self, StartError> {
        match check_json(&self.text) {
            Ok(()) => Ok(self),
            Err(mistake) => Err(StartError::Malformed {
                origin: self.origin,
                language: Language::Json,
                mistake,
            }),
        }
    }

    fn of_toml(text: &str, path: PathBuf, bytes_max: usize) -> Result<Self, StartError> {
        // What editors put there, and what has no column.
        let toml = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        let json = toml_to_json(toml).map_err(|refused| no_json(refused, path.clone()))?;
        if json.len() > bytes_max {
            return Err(StartError::TooLargeAsJson { path, bytes_max });
        }
        Ok(Self {
            text: json,
            origin: Origin::File(path),
            toml: Some(toml.to_owned()),
        })
    }

    /// What this program has to say against settings of the built-in policy, though that accepts them.
    pub(crate) fn unspoken(&self) -> Vec<Mistake> {
        self.located(unspoken::find(&self.text))
    }

    /// What the policy says against its settings, with the places in the text that the operator wrote.
    pub(crate) fn located(&self, errors: Vec<SettingsError>) -> Vec<Mistake> {
        match (&self.toml, &self.origin) {
            (Some(toml), _) => located_in_toml(errors, toml),
            (None, Origin::None) => not_located(errors),
            (None, _) => located_in_json(errors, &self.text),
        }
    }
}

/// As the error of a file.
fn no_json(refused: NoJson, path: PathBuf) -> StartError {
    let origin = Origin::File(path);
    match refused {
        NoJson::Syntax(mistake) => StartError::Malformed {
            origin,
            language: Language::Toml,
            mistake,
        },
        NoJson::Values(mistakes) => StartError::NotInJson { origin, mistakes },
    }
}

/// A mistake on one line: `file.toml:3:14: $.groups[1]: …`, or `line 3, column 14: $.groups[1]: …`.
pub(crate) fn line(mistake: &Mistake, origin: &Origin) -> String {
    let Mistake {
        position,
        path,
        message,
    } = mistake;
    let place = match (position, origin) {
        (None, _) => String::new(),
        (Some(Position { line, column }), Origin::File(file)) => {
            format!("{}:{line}:{column}: ", file.display())
        }
        (Some(Position { line, column }), _) => format!("line {line}, column {column}: "),
    };
    format!("{place}{path}: {message}")
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

impl Language {
    /// That of a file, by its name.
    fn of(path: &std::path::Path) -> Self {
        let name = path.as_os_str().as_encoded_bytes();
        match name.len().checked_sub(TOML.len()) {
            Some(at) if name[at..].eq_ignore_ascii_case(TOML) => Self::Toml,
            _ => Self::Json,
        }
    }
}

/// The end of the names of files in TOML.
const TOML: &[u8] = b".toml";

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json => "JSON",
            Self::Toml => "TOML",
        })
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

    #[test]
    fn the_end_of_a_name_tells_toml() {
        for name in ["a.toml", "b.json.toml", "c/.toml", "WINDOWS.TOML"] {
            assert_eq!(Language::of(name.as_ref()), Language::Toml, "{name}");
        }
        for name in ["a.json", "toml", "a.toml.json", "a.toml/b", "é", "atoml"] {
            assert_eq!(Language::of(name.as_ref()), Language::Json, "{name}");
        }
    }

    #[test]
    fn where_nothing_was_written_there_is_no_place() {
        let error = SettingsError {
            path: "$".into(),
            message: "something is needed".into(),
        };
        let mistakes = Settings::inline(None).located(vec![error.clone()]);
        assert_eq!(mistakes[0].position, None);
        let mistakes = Settings::inline(Some(" {}")).located(vec![error]);
        assert_eq!(mistakes[0].position, Some(Position::at(" {}", 1)));
    }
}
