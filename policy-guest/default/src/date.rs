use std::fmt;

/// Days of the months that come before a month, from March on: the year of the calendar begins there, so that a leap day is its last.
const MARCH: u32 = 3;

/// A day of the Gregorian calendar, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(u32);

impl Date {
    /// The day this many days after 1970-01-01.
    #[must_use]
    pub const fn from_days(days: u32) -> Self {
        Self(days)
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub const fn days(self) -> u32 {
        self.0
    }

    /// The last day of a year.
    pub(crate) const fn end_of(year: u16) -> Self {
        Self(days_before(year as u32 + 1, 1, 1)).before()
    }

    const fn before(self) -> Self {
        Self(self.0.saturating_sub(1))
    }

    /// Reads `2031-12-31` (RFC 3339, full-date), from 1970 to 9999.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: &[u8; 10] = text.as_bytes().try_into().ok()?;
        if bytes[4] != b'-' || bytes[7] != b'-' {
            return None;
        }
        let (year, month, day) = (
            number(&bytes[..4])?,
            number(&bytes[5..7])?,
            number(&bytes[8..])?,
        );
        let is_date = year >= 1970 && (1..=12).contains(&month) && day >= 1;
        if !is_date {
            return None;
        }
        let date = Self(days_before(year, month, day));
        // A day that its month does not have is one of the next.
        (date.calendar() == (year, month, day)).then_some(date)
    }

    /// Year, month and day.
    fn calendar(self) -> (u32, u32, u32) {
        let mut year = 1970 + self.0 / 366;
        while days_before(year + 1, 1, 1) <= self.0 {
            year += 1;
        }
        let mut month = 1;
        while month < 12 && days_before(year, month + 1, 1) <= self.0 {
            month += 1;
        }
        (year, month, self.0 - days_before(year, month, 1) + 1)
    }
}

/// Days from 1970-01-01 to a day.
const fn days_before(year: u32, month: u32, day: u32) -> u32 {
    let (year, month) = if month < MARCH {
        (year - 1, month + 12 - MARCH)
    } else {
        (year, month - MARCH)
    };
    let leap_days = year / 4 - year / 100 + year / 400;
    // From March on, the months have 31 and 30 days in turn, but for pairs of 31: (153 m + 2) / 5 days come before month m. 719 468 days lie
    // between 0000-03-01 and 1970-01-01.
    year * 365 + leap_days + (153 * month + 2) / 5 + day - 1 - 719_468
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| {
        digit
            .is_ascii_digit()
            .then(|| number * 10 + u32::from(digit - b'0'))
    })
}

impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.calendar();
        write!(formatter, "{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The day numbers are those of POSIX time, divided by the 86,400 seconds of a day.
    #[test]
    fn days_are_counted_from_1970() {
        for (text, days) in [
            ("1970-01-01", 0),
            ("2000-02-29", 951_782_400 / 86_400),
            ("2001-09-09", 1_000_000_000 / 86_400),
            ("2033-05-18", 2_000_000_000 / 86_400),
            ("2038-01-19", 2_147_483_647 / 86_400),
        ] {
            let date = Date::parse(text).expect(text);
            assert_eq!(date, Date::from_days(days), "{text}");
            assert_eq!(date.to_string(), text);
        }
    }

    /// Every day of a whole cycle of the calendar follows the day before (400 years have 146,097 days).
    #[test]
    fn every_day_is_written_and_read() {
        let mut before = String::new();
        for days in 0..=146_097 {
            let text = Date::from_days(days).to_string();
            assert!(before < text, "{before} {text}");
            assert_eq!(Date::parse(&text), Some(Date::from_days(days)), "{text}");
            before = text;
        }
        assert_eq!(before, "2370-01-01");
    }

    #[test]
    fn what_is_no_day_is_not_read() {
        for text in [
            "",
            "2031",
            "2031-12",
            "2031-13-01",
            "2031-00-01",
            "2031-02-29",
            "2100-02-29",
            "2031-04-31",
            "2031-12-00",
            "2031-12-32",
            "1969-12-31",
            "31-12-2031",
            "2031/12/31",
            "2031-12-3 ",
            "+031-12-31",
        ] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }

    #[test]
    fn years_end_with_december() {
        assert_eq!(Date::end_of(2026).to_string(), "2026-12-31");
        assert_eq!(Date::end_of(1970).to_string(), "1970-12-31");
    }
}
