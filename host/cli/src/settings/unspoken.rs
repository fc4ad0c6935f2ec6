//! Standards of which this program's TLS library speaks nothing: under them nothing could be offered.

use countersign::policy::SettingsError;
use countersign_default_policy::profiles::{self, Found, Profile};
use serde_json::Value;

use crate::profiles::Library;

/// What could make something of such a standard: lists of one's own.
const LISTS: [&str; 3] = ["versions", "cipher_suites", "groups"];

/// Each place in settings of the built-in policy that names such a standard and changes nothing of it. What is wrong besides, the policy says.
pub(super) fn find(text: &str) -> Vec<SettingsError> {
    let Ok(top) = serde_json::from_str::<Value>(text) else {
        return Vec::new();
    };
    let rules = top["rules"].as_array().into_iter().flatten().enumerate();
    let rules = rules.map(|(at, rule)| (format!("$.rules[{at}]"), rule));
    let library = Library::default();
    let found = [("$".to_owned(), &top)].into_iter().chain(rules);
    let found = found.filter_map(|(path, said)| {
        let named = profiles::find(said["profile"].as_str()?)?;
        let is_changed = LISTS.iter().any(|key| !said[key].is_null());
        let passes = [said, &top]
            .iter()
            .find_map(|said| said["not_listed"].as_str());
        let is_left = is_changed || passes == Some("warn");
        (!is_left && library.usable(named.profile).is_none()).then(|| SettingsError {
            path: format!("{path}.profile"),
            message: message(named, &library),
        })
    });
    found.collect()
}

fn message(named: Found, library: &Library) -> String {
    let name = named.profile.name;
    let shown = match named.alias {
        Some(alias) => format!("{alias} stands for {name}, and this"),
        None => "this".to_owned(),
    };
    let instead = match sibling(named.profile, library) {
        Some(sibling) => format!("name {sibling}, of which it does, or "),
        None => String::new(),
    };
    format!(
        "{shown} program's TLS library speaks no set of versions, cipher suites and groups that {name} allows, so nothing could be offered: \
         {instead}add what it may use besides; `countersign profiles {name}` shows what is missing"
    )
}

/// Another edition of the same standard, of which something can be spoken.
fn sibling(of: &Profile, library: &Library) -> Option<&'static str> {
    let family = |profile: &Profile| profile.name.split('-').next();
    let others = profiles::all().iter();
    let mut others = others.filter(|other| family(other) == family(of));
    let found = others.find(|other| library.usable(other).is_some());
    found.map(|found| found.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str) -> Vec<String> {
        find(text).into_iter().map(|error| error.path).collect()
    }

    /// CNSA 2.0 has ML-KEM-1024 alone, which the library does not offer; CNSA 1.0 has secp384r1.
    #[test]
    fn a_standard_that_cannot_be_spoken_is_refused_with_one_that_can() {
        let errors = find(r#"{"profile": "cnsa"}"#);
        assert_eq!(errors.len(), 1);
        assert_eq!(errors[0].path, "$.profile");
        let message = &errors[0].message;
        assert!(message.starts_with("cnsa stands for cnsa-2.0"), "{message}");
        assert!(message.contains("name cnsa-1.0,"), "{message}");
        let rule = r#"{"rules": [{"profile": "bsi"}, {"profile": "cnsa-2.0"}]}"#;
        assert_eq!(paths(rule), ["$.rules[1].profile"]);
    }

    #[test]
    fn what_is_changed_may_be_spoken() {
        for text in [
            r#"{"profile": "cnsa-2.0", "groups": {"add": ["SecP384r1MLKEM1024"]}}"#,
            r#"{"profile": "cnsa-2.0", "not_listed": "warn"}"#,
            r#"{"not_listed": "warn", "rules": [{"profile": "cnsa-2.0"}]}"#,
            r#"{"profile": "no-such"}"#,
            r#"{"profile": 1, "rules": 2}"#,
            "[]",
            "{}",
        ] {
            assert_eq!(paths(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn all_other_standards_can_be_spoken() {
        for profile in profiles::all() {
            let is_refused = !find(&format!(r#"{{"profile": "{}"}}"#, profile.name)).is_empty();
            assert_eq!(is_refused, profile.name == "cnsa-2.0", "{}", profile.name);
        }
    }
}
