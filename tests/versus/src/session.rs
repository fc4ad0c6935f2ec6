//! What is judged.

use serde::{Deserialize, Deserializer, de::Error};

/// The parameters of a session, as in the contract. In JSON, a number is a string such as `"0x1301"`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Session {
    /// The negotiated version.
    #[serde(deserialize_with = "code")]
    pub(crate) version: u16,
    /// The negotiated cipher suite.
    #[serde(deserialize_with = "code")]
    pub(crate) cipher_suite: u16,
    /// The key-exchange group, if there was one.
    #[serde(default, deserialize_with = "optional_code")]
    pub(crate) group: Option<u16>,
    /// The application protocol, if one was agreed.
    #[serde(default)]
    pub(crate) alpn: Option<String>,
    /// Whether an earlier session was resumed.
    #[serde(default)]
    pub(crate) resumed: bool,
}

fn code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.strip_prefix("0x")
        .and_then(|digits| u16::from_str_radix(digits, 16).ok())
        .ok_or_else(|| D::Error::custom(format!("{text:?} is no code such as 0x1301")))
}

fn optional_code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u16>, D::Error> {
    code(deserializer).map(Some)
}
