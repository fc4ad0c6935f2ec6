//! How long something may take, as people write it.

use std::time::Duration;

/// The longest time that can be asked for.
const LONGEST: Duration = Duration::from_secs(3600);

/// Text that is no duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TimeoutError {
    /// Not a number with one of the units.
    #[error("write a number with its unit: 500ms, 5s or 2m; without a unit it means seconds")]
    Malformed,
    /// Nothing, or more than an hour.
    #[error("it must be at least 1ms and at most 60m")]
    OutOfRange,
}

/// Reads `500ms`, `5s`, `2m`, or seconds without a unit; decimals are allowed.
pub(crate) fn parse(text: &str) -> Result<Duration, TimeoutError> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit_seconds = match &text[digits.len()..] {
        "ms" => 0.001,
        "s" | "" => 1.0,
        "m" => 60.0,
        _ => return Err(TimeoutError::Malformed),
    };
    if !digits
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.')
    {
        return Err(TimeoutError::Malformed);
    }
    let number: f64 = digits.parse().map_err(|_| TimeoutError::Malformed)?;
    let duration = Duration::try_from_secs_f64(number * unit_seconds);
    duration
        .ok()
        .filter(|duration| (Duration::from_millis(1)..=LONGEST).contains(duration))
        .ok_or(TimeoutError::OutOfRange)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_understood() {
        let ms = |text| parse(text).map(|duration| duration.as_millis());
        assert_eq!(ms("500ms"), Ok(500));
        assert_eq!(ms("5s"), Ok(5_000));
        assert_eq!(ms("1.5s"), Ok(1_500));
        assert_eq!(ms("2m"), Ok(120_000));
        assert_eq!(ms("0.5"), Ok(500));
        assert_eq!(ms("60m"), Ok(3_600_000));
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for text in [
            "", "s", "5h", "-1s", "1e3s", "inf", "NaN", "5 s", "5ss", "1.2.3s", "٣s", "é",
        ] {
            assert_eq!(parse(text), Err(TimeoutError::Malformed), "{text}");
        }
        for text in ["0", "0s", "0.1ms", "61m", "999999999999999999999999s"] {
            assert_eq!(parse(text), Err(TimeoutError::OutOfRange), "{text}");
        }
    }
}
