//! What the four kinds of numbers have in common.

use core::error::Error;
use core::fmt;

/// A text that is neither a known name nor a number. It does not keep the text: whoever parsed still has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownName {
    expected: &'static str,
}

impl UnknownName {
    pub(crate) const fn new(expected: &'static str) -> Self {
        Self { expected }
    }

    /// What stands in place of the text that was not understood, with an example of each form:
    /// "a TLS version such as TLSv1.3 or 0x0304".
    #[must_use]
    pub const fn expected(&self) -> &'static str {
        self.expected
    }
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown name: expected {}", self.expected)
    }
}

impl Error for UnknownName {}

/// Defines a 16-bit number of a TLS registry. The type itself adds `canonical`, its name in `Display`, and
/// `lookup`, the code point of a name.
macro_rules! code_point {
    ($(#[$doc:meta])* $name:ident, $expected:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u16);

        impl $name {
            /// The value with this code point, registered or not.
            #[must_use]
            pub const fn new(code: u16) -> Self {
                Self(code)
            }

            /// The code point, as on the wire.
            #[must_use]
            pub const fn code(self) -> u16 {
                self.0
            }

            /// Whether this is one of the sixteen values that mean nothing and keep peers tolerant of
            /// values they do not know (RFC 8701, section 2).
            #[must_use]
            pub const fn is_grease(self) -> bool {
                $crate::code_point::is_grease(self.0)
            }
        }

        impl From<u16> for $name {
            fn from(code: u16) -> Self {
                Self(code)
            }
        }

        impl From<$name> for u16 {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                $crate::code_point::display(f, self.canonical(), self.0)
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Display::fmt(self, f)
            }
        }

        impl core::str::FromStr for $name {
            type Err = $crate::UnknownName;

            fn from_str(input: &str) -> Result<Self, Self::Err> {
                $crate::code_point::from_hex(input)
                    .or_else(|| Self::lookup(input))
                    .map(Self)
                    .ok_or($crate::UnknownName::new($expected))
            }
        }
    };
}
pub(crate) use code_point;

pub(crate) const fn is_grease(code: u16) -> bool {
    code & 0x0f0f == 0x0a0a && code >> 8 == code & 0xff
}

/// Writes the name, or `0x1234` where there is none. Through `pad`, so that both keep to a column.
pub(crate) fn display(f: &mut fmt::Formatter<'_>, name: Option<&str>, code: u16) -> fmt::Result {
    let digit = |shift: u16| b"0123456789abcdef"[usize::from(code >> shift & 0xf)];
    let hex = [b'0', b'x', digit(12), digit(8), digit(4), digit(0)];
    f.pad(name.or(str::from_utf8(&hex).ok()).unwrap_or_default())
}

/// Reads `0x` and one to four hexadecimal digits.
pub(crate) fn from_hex(input: &str) -> Option<u16> {
    let digits = input
        .strip_prefix("0x")
        .or_else(|| input.strip_prefix("0X"))?;
    // `from_str_radix` also takes a sign.
    let plain = digits.len() <= 4 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    plain
        .then(|| u16::from_str_radix(digits, 16).ok())
        .flatten()
}
