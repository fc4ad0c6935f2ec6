//! Published standards, as data.
//!
//! A profile is what one publication allows, entry by entry and in its order, with where that was read and how far it
//! was verified. A name (`mozilla-6.0-modern`) never changes its meaning; an alias (`mozilla-modern`) is for the newest of
//! its kind, and moves.
//!
//! ```
//! use countersign_default_policy::profiles;
//! use countersign_names::Version;
//!
//! let found = profiles::find("mozilla-modern").expect("it is an alias");
//! assert_eq!(found.alias, Some("mozilla-modern"));
//! assert_eq!(found.profile.versions, [Version::TLS_1_3]);
//! assert_eq!(profiles::nearest("mozilla-modren"), Some("mozilla-modern"));
//! ```

mod certificate;
mod listed;
mod near;

mod bsi_tr_02102_2_2023;
mod cnsa_1_0;
mod cnsa_2_0;
mod fedora_default;
mod fedora_fips;
mod fedora_future;
mod mozilla_5_8_intermediate;
mod mozilla_5_8_modern;
mod mozilla_5_8_old;
mod mozilla_6_0_intermediate;
mod mozilla_6_0_modern;
mod nist_sp800_52r2;

use countersign_names::{CipherSuite, Group, SignatureScheme, Version};

pub use certificate::{CertificateRules, KeyAlgorithm, Scope, signature};
pub use listed::{Listed, Until};

/// What a publication allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The name that settings use.
    pub name: &'static str,
    /// What people want to know of it. Not in components, where nobody reads it.
    #[cfg(not(target_arch = "wasm32"))]
    pub about: About,
    /// Versions, in the publication's order.
    pub versions: &'static [Version],
    /// Cipher suites in the publication's order, those of TLS 1.3 first.
    pub cipher_suites: &'static [Listed<CipherSuite>],
    /// Groups, in the publication's order.
    pub groups: &'static [Listed<Group>],
    /// Signature schemes of handshakes. None: the publication names none.
    pub signature_schemes: Option<&'static [Listed<SignatureScheme>]>,
    /// Signature schemes of certificates, where the publication has a list of its own for them.
    pub certificate_signature_schemes: Option<&'static [Listed<SignatureScheme>]>,
    /// What certificates must be like.
    pub certificate: CertificateRules,
}

/// Where a profile comes from, and how far that can be relied upon.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// What the publication calls itself.
    pub title: &'static str,
    /// The publication's number.
    pub version: &'static str,
    /// When the publication, or the state of it that was read, is from: year, month, day.
    pub date: &'static str,
    /// What was read.
    pub source: &'static str,
    /// How far that was verified, in a word.
    pub checked: Checked,
    /// How far that was verified, in a sentence.
    pub verified: &'static str,
    /// What was not taken, and what the lists cannot say.
    pub notes: &'static [&'static str],
}

/// How far a profile was verified.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    /// All of it, against the source.
    Whole,
    /// Some of it; the sentence says what.
    InPart,
    /// Not against the publication, but against what others wrote of it.
    SecondHand,
}

#[cfg(not(target_arch = "wasm32"))]
impl Checked {
    /// The word: `verified`, `in part`, `second-hand`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Whole => "verified",
            Self::InPart => "in part",
            Self::SecondHand => "second-hand",
        }
    }
}

/// A profile that was asked for by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// The profile.
    pub profile: &'static Profile,
    /// The alias that it was asked for by, if it was one.
    pub alias: Option<&'static str>,
}

static ALL: [Profile; 12] = [
    mozilla_6_0_modern::PROFILE,
    mozilla_6_0_intermediate::PROFILE,
    mozilla_5_8_old::PROFILE,
    mozilla_5_8_intermediate::PROFILE,
    mozilla_5_8_modern::PROFILE,
    nist_sp800_52r2::PROFILE,
    cnsa_1_0::PROFILE,
    cnsa_2_0::PROFILE,
    bsi_tr_02102_2_2023::PROFILE,
    fedora_default::PROFILE,
    fedora_future::PROFILE,
    fedora_fips::PROFILE,
];

static ALIASES: [(&str, &str); 9] = [
    ("mozilla-modern", "mozilla-6.0-modern"),
    ("mozilla-intermediate", "mozilla-6.0-intermediate"),
    ("mozilla-old", "mozilla-5.8-old"),
    ("nist", "nist-sp800-52r2"),
    ("nist-sp800-52", "nist-sp800-52r2"),
    ("cnsa", "cnsa-2.0"),
    ("bsi", "bsi-tr-02102-2-2023"),
    ("bsi-tr-02102-2", "bsi-tr-02102-2-2023"),
    ("fedora", "fedora-default"),
];

/// Every profile.
pub fn all() -> &'static [Profile] {
    &ALL
}

/// Every alias, with the name that it stands for in this version.
pub fn aliases() -> &'static [(&'static str, &'static str)] {
    &ALIASES
}

/// The profile with this name or alias.
pub fn find(name: &str) -> Option<Found> {
    if let Some(profile) = dated(name) {
        return Some(Found {
            profile,
            alias: None,
        });
    }
    let (alias, target) = ALIASES.iter().find(|(alias, _)| *alias == name)?;
    let alias = Some(*alias);
    dated(target).map(|profile| Found { profile, alias })
}

fn dated(name: &str) -> Option<&'static Profile> {
    ALL.iter().find(|profile| profile.name == name)
}

/// The name or alias that is most like what was typed, if one is much like it.
pub fn nearest(typed: &str) -> Option<&'static str> {
    let known = names().filter_map(|name| Some((near::distance(typed, name)?, name)));
    known
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// The names and aliases that are much like what was typed, the most like it first.
pub fn near(typed: &str) -> Vec<&'static str> {
    let known = names().filter_map(|name| Some((near::distance(typed, name)?, name)));
    let mut known: Vec<_> = known.collect();
    known.sort_by_key(|(distance, _)| *distance);
    known.into_iter().map(|(_, name)| name).collect()
}

fn names() -> impl Iterator<Item = &'static str> {
    let aliases = ALIASES.iter().map(|(alias, _)| *alias);
    ALL.iter().map(|profile| profile.name).chain(aliases)
}
