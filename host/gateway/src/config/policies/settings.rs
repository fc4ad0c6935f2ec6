//! The settings of a policy: as JSON, as they were written, and what is wrong with them where.

use std::path::PathBuf;

use countersign::policy::{Limits, LoadError};

use super::{super::draft::Draft, Problem, RawPolicy};
use crate::settings::{self, NoJson, Table};

/// Settings as they were written.
pub(super) enum Written<'a> {
    Nowhere,
    Inline(&'a Table),
    Json(PathBuf, String),
    Toml(PathBuf, String),
}

/// Says what is wrong, each mistake in settings where it stands.
pub(super) fn complain(
    draft: &mut Draft<'_>,
    raw: &RawPolicy,
    problem: Problem,
    written: &Written<'_>,
) {
    let name = raw.name.get_ref();
    let errors = match problem {
        Problem::Load(LoadError::Settings(errors)) => errors,
        problem => {
            draft.wrong(&raw.name.span(), format!("policy {name}: {problem}"));
            return;
        }
    };
    let (path, mistakes) = match written {
        Written::Nowhere => (draft.path().to_owned(), settings::not_located(errors)),
        Written::Inline(table) => (draft.path().to_owned(), table.located(errors, draft.text())),
        Written::Json(path, text) => (path.clone(), settings::located_in_json(errors, text)),
        Written::Toml(path, text) => (path.clone(), settings::located_in_toml(errors, text)),
    };
    for mistake in mistakes {
        draft.wrong_settings(&path, name, mistake);
    }
}

/// The settings as JSON, and as they were written.
pub(super) fn settings_of<'a>(
    draft: &mut Draft<'_>,
    raw: &'a RawPolicy,
    limits: &Limits,
) -> Option<(String, Written<'a>)> {
    let name = raw.name.get_ref();
    let path = match (&raw.settings, &raw.said.settings_file) {
        (Some((at, _)), Some(_)) => {
            let sentence =
                format!("policy {name} has both `settings` and `settings_file`: one is enough");
            draft.wrong(at, sentence);
            return None;
        }
        (None, None) => return Some(("{}".to_owned(), Written::Nowhere)),
        (Some((_, Ok(table))), None) => return Some((table.json.clone(), Written::Inline(table))),
        (Some((_, Err(mistakes))), None) => {
            let path = draft.path();
            for mistake in mistakes {
                draft.wrong_settings(path, name, mistake.clone());
            }
            return None;
        }
        (None, Some(path)) => path,
    };
    let bytes = draft.read("settings file", path, limits.settings_bytes_max)?;
    let file = draft.resolve(path.get_ref());
    let Ok(text) = String::from_utf8(bytes) else {
        draft.wrong(
            &path.span(),
            format!("settings file {}: not UTF-8", file.display()),
        );
        return None;
    };
    let is_toml = file
        .extension()
        .is_some_and(|it| it.eq_ignore_ascii_case("toml"));
    let read = match is_toml {
        true => match settings::toml_to_json(&text) {
            Ok(json) => Ok((json, Written::Toml(file.clone(), text))),
            Err(NoJson::Syntax(mistake)) => Err(vec![mistake]),
            Err(NoJson::Values(mistakes)) => Err(mistakes),
        },
        false => match settings::check_json(&text) {
            Ok(()) => Ok((text.clone(), Written::Json(file.clone(), text))),
            Err(mistake) => Err(vec![mistake]),
        },
    };
    read.map_err(|mistakes| {
        for mistake in mistakes {
            draft.wrong_settings(&file, name, mistake);
        }
    })
    .ok()
}
