use countersign_names::Version;
use countersign_policy_sdk::settings::{Errors, Fields, Node};

use super::choice::{read_allowed, read_styles, refuse};
use super::names::{read, read_list};
use crate::objection::Objection;

/// Which versions are allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Versions {
    /// These and no others. There is at least one.
    Allow(Vec<Version>),
    /// Those from the minimum on, up to the maximum if there is one.
    Range {
        /// The oldest one.
        min: Version,
        /// The newest one. None: every newer version is allowed, also those not yet known.
        max: Option<Version>,
    },
    /// Every version but these.
    Deny(Vec<Version>),
}

impl Default for Versions {
    fn default() -> Self {
        Self::Range {
            min: Self::MIN_DEFAULT,
            max: None,
        }
    }
}

impl Versions {
    /// The oldest version that is allowed unless the settings say otherwise.
    const MIN_DEFAULT: Version = Version::TLS_1_2;

    /// Reads one of the styles: `{"allow": […]}` or `[…]`, `{"min": …, "max": …}`, `{"deny": […]}`.
    pub(super) fn read(node: &Node<'_>, errors: &mut Errors) -> Option<Self> {
        if node.is_array() {
            return read_allowed(node, errors).map(Self::Allow);
        }
        let fields = read_styles(node, &["allow", "min", "max", "deny"], errors)?;
        let allow = fields
            .field("allow")
            .map(|allow| read_allowed(&allow, errors));
        let range =
            (fields.has("min") || fields.has("max")).then(|| Self::read_range(&fields, errors));
        let deny = fields.field("deny").map(|deny| read_list(&deny, errors));
        match (allow, range, deny) {
            (Some(allow), None, None) => allow.map(Self::Allow),
            (None, Some(range), None) => range,
            (None, None, Some(deny)) => deny.map(Self::Deny),
            (None, None, None) => refuse(
                node,
                "say what to allow, min or max, or what to deny",
                errors,
            ),
            _ => refuse(
                node,
                "allow, min and max, and deny exclude each other; say one of the three",
                errors,
            ),
        }
    }

    fn read_range(fields: &Fields<'_>, errors: &mut Errors) -> Option<Self> {
        let bound = |key, errors: &mut Errors| match fields.field(key) {
            Some(node) => read::<Version>(&node, errors).map(|version| Some((node, version))),
            None => Some(None),
        };
        // Both are read before either is given up, so that both are reported.
        let (min, max) = (bound("min", errors), bound("max", errors));
        let (min, max) = (min?, max?);
        let oldest = min
            .as_ref()
            .map_or(Self::MIN_DEFAULT, |(_, version)| *version);
        if let Some((node, newest)) = &max
            && newest.code() < oldest.code()
        {
            let hint = if min.is_none() {
                ", which holds unless min says otherwise"
            } else {
                ""
            };
            return refuse(
                node,
                &format!("the maximum {newest} is older than the minimum {oldest}{hint}"),
                errors,
            );
        }
        Some(Self::Range {
            min: oldest,
            max: max.map(|(_, version)| version),
        })
    }

    /// What speaks against a version.
    pub(crate) fn objection(&self, version: Version) -> Option<Objection<'_, Version>> {
        match self {
            Self::Allow(allowed) => {
                (!allowed.contains(&version)).then_some(Objection::NotListed(allowed))
            }
            Self::Deny(denied) => denied.contains(&version).then_some(Objection::Denied),
            Self::Range { .. } if !is_tls(version) => {
                Some(Objection::Because("it is no version of TLS or SSL"))
            }
            Self::Range { min, .. } if version.code() < min.code() => {
                Some(Objection::OlderThan(*min))
            }
            Self::Range { max: Some(max), .. } if version.code() > max.code() => {
                Some(Objection::NewerThan(*max))
            }
            Self::Range { .. } => None,
        }
    }

    pub(super) fn allows(&self, version: Version) -> bool {
        self.objection(version).is_none()
    }
}

/// Whether the number of a version can be compared: SSL 2, and the line that began with SSL 3. Those of DTLS run backwards.
fn is_tls(version: Version) -> bool {
    version == Version::SSL_2 || version.code() >> 8 == Version::SSL_3.code() >> 8
}
