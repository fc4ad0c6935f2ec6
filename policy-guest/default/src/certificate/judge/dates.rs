//! The rules on the dates of the peer's own certificate.

use countersign_policy_sdk::{Finding, facts::Certificate};

use super::Today;
use crate::{Code, certificate::PeerRules, date::Date};

const SECONDS_A_DAY: i64 = 86_400;

/// What there is to say of the time for which it is valid. Days are counted from notBefore to notAfter; the second of notAfter itself,
/// on which it is still valid (RFC 5280, section 4.1.2.5), is no day of its own.
pub(super) fn lifetime(rules: &PeerRules, own: &Certificate) -> Option<Finding> {
    let most = rules.lifetime_days;
    let most = most.map(|asked| (Code::CertificateLifetime, asked.value, asked.by.to_string()));
    let advised = rules.advised_days.map(|asked| {
        let by = format!("{} recommends", asked.by.name());
        (Code::CertificateLongLived, asked.value, by)
    });
    if most.is_none() && advised.is_none() {
        return None;
    }
    let valid = days_between(own.not_before(), own.not_after());
    [most, advised]
        .into_iter()
        .flatten()
        .find_map(|(code, days, by)| {
            let found = match valid {
                None => "is valid at no time, or its dates cannot be read".to_owned(),
                Some(valid) if valid > i64::from(days) => format!("is valid for {valid} days"),
                Some(_) => return None,
            };
            Some(code.finding(format!("The peer's certificate {found}: {by} {days}.")))
        })
}

/// Whole days, a part of one counted as one. None if the end does not come after the beginning, as where nothing can be read.
fn days_between(not_before: i64, not_after: i64) -> Option<i64> {
    let seconds = not_after.saturating_sub(not_before);
    let days = seconds / SECONDS_A_DAY + i64::from(seconds % SECONDS_A_DAY > 0);
    (seconds > 0).then_some(days)
}

/// What there is to say of its end.
pub(super) fn end(rules: &PeerRules, own: &Certificate, today: &mut Today) -> Option<Finding> {
    let within = i64::from(rules.expires_within_days?);
    let end = own.not_after().div_euclid(SECONDS_A_DAY);
    let left = end - i64::from(today.get().days());
    if left > within {
        return None;
    }
    let when = Day(end);
    let message = match left {
        ..0 => format!("The peer's certificate expired on {when}."),
        0 => format!("The peer's certificate expires today, on {when}."),
        1 => format!("The peer's certificate expires tomorrow, on {when}."),
        _ => format!("The peer's certificate expires in {left} days, on {when}."),
    };
    Some(Code::CertificateExpiresSoon.finding(message))
}

/// A day of a certificate, which may be any: before 1970 too.
struct Day(i64);

impl std::fmt::Display for Day {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match u32::try_from(self.0) {
            Ok(days) => Date::from_days(days).fmt(formatter),
            Err(_) => formatter.write_str("a day before 1970"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_day_count_as_one() {
        let day = SECONDS_A_DAY;
        for (before, after, days) in [
            (0, 1, Some(1)),
            (0, day, Some(1)),
            (0, day + 1, Some(2)),
            // 90 days of an authority that counts the last second too.
            (1_000, 1_000 + 90 * day - 1, Some(90)),
            (1_000, 1_000 + 90 * day, Some(90)),
            (-day, day, Some(2)),
            (0, 0, None),
            (day, 0, None),
            (i64::MIN, i64::MAX, Some(i64::MAX / day + 1)),
        ] {
            assert_eq!(days_between(before, after), days, "{before} {after}");
        }
    }

    #[test]
    fn days_before_1970_are_no_dates() {
        assert_eq!(Day(-1).to_string(), "a day before 1970");
        assert_eq!(Day(1).to_string(), "1970-01-02");
    }
}
