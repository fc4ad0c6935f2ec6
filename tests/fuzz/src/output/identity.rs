//! What names, versions and codes are.

/// Lower-case words joined by `-` and grouped by `.`, at most 64 bytes, the first of them not the host's.
pub fn is_code(text: &str) -> bool {
    let is_word = |word: &str| {
        let mut chars = word.chars();
        !word.is_empty() && chars.all(|c| matches!(c, 'a'..='z' | '0'..='9'))
    };
    let mut groups = text.split('.');
    let first = text.split('.').next();
    text.len() <= 64
        && groups.all(|group| group.split('-').all(is_word))
        && !first.is_some_and(|first| ["floor", "offer", "engine"].contains(&first))
}

/// At most 64 bytes, in lower case, that no path and no option begins with.
pub fn is_name(text: &str) -> bool {
    let is_allowed = |c| matches!(c, 'a'..='z' | '0'..='9' | '-' | '_' | '.');
    text.len() <= 64
        && !text.starts_with(['-', '_', '.'])
        && !text.is_empty()
        && text.chars().all(is_allowed)
}

/// Semantic Versioning 2.0.0, with numbers of at most 64 bits, in at most 64 bytes.
pub fn is_version(text: &str) -> bool {
    let (text, build) = halves(text, '+');
    let (core, pre) = halves(text, '-');
    let numbers: Vec<_> = core.split('.').collect();
    let is_core = numbers.len() == 3
        && numbers
            .iter()
            .all(|it| is_number(it) && it.parse::<u64>().is_ok());
    let is_pre = pre.is_none_or(|pre| {
        pre.split('.')
            .all(|it| is_identifier(it) && (is_number(it) || !is_digits(it)))
    });
    let is_build = build.is_none_or(|build| build.split('.').all(is_identifier));
    let bytes = text.len() + build.map_or(0, |build| build.len() + 1);
    bytes <= 64 && is_core && is_pre && is_build
}

fn halves(text: &str, at: char) -> (&str, Option<&str>) {
    match text.split_once(at) {
        Some((before, behind)) => (before, Some(behind)),
        None => (text, None),
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_number(text: &str) -> bool {
    is_digits(text) && (text == "0" || !text.starts_with('0'))
}

fn is_identifier(text: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '-';
    !text.is_empty() && text.chars().all(is_allowed)
}
