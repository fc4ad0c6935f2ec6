use super::shorten::shortened;

/// One thing wrong in the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsError {
    /// Where: a JSONPath from the root (RFC 9535), such as `$.versions.allow[1]`.
    pub path: String,
    /// What is wrong and what is allowed there, for a person.
    pub message: String,
}

/// How many errors are reported. If there are more, the last one counts the rest. The host takes no more by default.
const ERRORS_MAX: usize = 64;

/// How long a path and a message may be before they are shortened. The host takes 4096 bytes by default.
const TEXT_BYTES_MAX: usize = 1_500;

/// Everything found wrong so far. It stays within what the host takes: what is too much is counted or shortened.
#[derive(Clone, Debug, Default)]
pub struct Errors {
    first: Vec<SettingsError>,
    more: usize,
}

impl Errors {
    /// Adds what is wrong at a place.
    pub fn add(&mut self, path: impl Into<String>, message: impl Into<String>) {
        if self.first.len() < ERRORS_MAX {
            self.first.push(SettingsError {
                path: within_limit(path.into()),
                message: within_limit(message.into()),
            });
        } else {
            self.more += 1;
        }
    }

    /// Whether nothing is wrong so far.
    pub fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    /// How much is wrong so far.
    pub fn count(&self) -> usize {
        self.first.len() + self.more
    }

    /// Whether so much is wrong that more is only counted; there is no need to find good words for it.
    pub fn is_full(&self) -> bool {
        self.first.len() >= ERRORS_MAX
    }

    /// The value, if nothing is wrong.
    ///
    /// # Errors
    ///
    /// Everything that is.
    pub fn into_result<T>(mut self, value: T) -> Result<T, Vec<SettingsError>> {
        if self.more > 0 {
            self.first[ERRORS_MAX - 1] = SettingsError {
                path: "$".into(),
                message: format!("and {} more mistakes", self.more + 1),
            };
        }
        if self.first.is_empty() {
            Ok(value)
        } else {
            Err(self.first)
        }
    }
}

fn within_limit(text: String) -> String {
    if text.len() > TEXT_BYTES_MAX {
        shortened(&text, TEXT_BYTES_MAX).into_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(count: usize) -> Vec<SettingsError> {
        let mut errors = Errors::default();
        for index in 0..count {
            errors.add(format!("$[{index}]"), "this is wrong");
        }
        errors.into_result(()).err().unwrap_or_default()
    }

    #[test]
    fn errors_within_the_limit_are_all_kept() {
        assert!(errors(0).is_empty());
        assert_eq!(errors(ERRORS_MAX).len(), ERRORS_MAX);
    }

    #[test]
    fn errors_over_the_limit_are_counted() {
        let errors = errors(ERRORS_MAX + 2);
        assert_eq!(errors.len(), ERRORS_MAX);
        assert_eq!(errors[ERRORS_MAX - 1].path, "$");
        assert_eq!(errors[ERRORS_MAX - 1].message, "and 3 more mistakes");
        assert_eq!(errors[ERRORS_MAX - 2].path, "$[62]");
    }

    #[test]
    fn what_is_full_only_counts() {
        let mut errors = Errors::default();
        while !errors.is_full() {
            errors.add("$", "this is wrong");
        }
        assert_eq!((errors.first.len(), errors.more), (ERRORS_MAX, 0));
        errors.add("$", "this is wrong");
        assert_eq!((errors.first.len(), errors.more), (ERRORS_MAX, 1));
        assert_eq!(errors.count(), ERRORS_MAX + 1);
    }

    #[test]
    fn strings_are_shortened() {
        let mut errors = Errors::default();
        let long = "\u{1f512}".repeat(5_000);
        errors.add(long.as_str(), format!("{long} is wrong"));
        let errors = errors.into_result(()).expect_err("one error");
        for text in [&errors[0].path, &errors[0].message] {
            assert!(
                text.len() < 2_000 && text.ends_with('…'),
                "{} bytes",
                text.len()
            );
        }
    }
}
