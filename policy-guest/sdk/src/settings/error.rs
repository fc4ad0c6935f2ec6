/// One thing wrong in the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsError {
    /// Where: a JSONPath from the root (RFC 9535), such as `$.versions.allow[1]`.
    pub path: String,
    /// What is wrong and what is allowed there, for a person.
    pub message: String,
}

/// How many errors are kept; the rest is only counted.
const ERRORS_MAX: usize = 64;

/// Everything found wrong so far.
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
                path: path.into(),
                message: message.into(),
            });
        } else {
            self.more += 1;
        }
    }

    /// Whether nothing is wrong so far.
    pub fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    /// The value, if nothing is wrong.
    ///
    /// # Errors
    ///
    /// Everything that is.
    pub fn into_result<T>(mut self, value: T) -> Result<T, Vec<SettingsError>> {
        if self.more > 0 {
            let message = format!("{} more errors are not shown", self.more);
            self.first.push(SettingsError {
                path: "$".into(),
                message,
            });
        }
        if self.first.is_empty() {
            Ok(value)
        } else {
            Err(self.first)
        }
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
        assert_eq!(errors.len(), ERRORS_MAX + 1);
        assert_eq!(errors[ERRORS_MAX].message, "2 more errors are not shown");
    }
}
