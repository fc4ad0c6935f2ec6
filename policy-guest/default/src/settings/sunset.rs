use countersign_names::{CipherSuite, Group, SignatureScheme, Version};
use countersign_policy_sdk::{
    settings,
    settings::{Errors, Named, Node, Setting, read_list},
};

use super::choice::refuse;
use crate::date::Date;

/// A last day, and for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sunset {
    pub(crate) versions: Vec<Version>,
    pub(crate) cipher_suites: Vec<CipherSuite>,
    pub(crate) groups: Vec<Group>,
    pub(crate) signature_schemes: Vec<SignatureScheme>,
    /// Whether it is for everything that the profile allows.
    pub(crate) profile: bool,
    pub(crate) until: Date,
    /// From how many days before on there is a warning. None: always.
    pub(crate) warn_days: Option<u32>,
}

settings! {
    /// The last day on which something may be used: a warning before, a violation after.
    #[derive(Clone, Debug)]
    struct Written {
        /// These versions.
        versions: Each<Version>,
        /// These cipher suites.
        cipher_suites: Each<CipherSuite>,
        /// These groups.
        groups: Each<Group>,
        /// These signature schemes.
        signature_schemes: Each<SignatureScheme>,
        /// Everything, because the profile itself grows old.
        profile: bool = false,
        /// The last day.
        until: Option<Date>,
        /// From how many days before on there is a warning. Default: always.
        warn_days: Option<u32>,
    }
}

/// A list that names everything once.
#[derive(Clone, Debug)]
struct Each<T>(Vec<T>);

impl<T> Default for Each<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Named> Setting for Each<T> {
    fn read(node: &Node<'_>, errors: &mut Errors) -> Option<Self> {
        read_list(node, errors).map(Self)
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn schema() -> serde_json::Value {
        let mut schema = Vec::<T>::schema();
        schema["uniqueItems"] = true.into();
        schema
    }
}

impl Setting for Sunset {
    fn read(node: &Node<'_>, errors: &mut Errors) -> Option<Self> {
        let written = Written::read(node, errors)?;
        let Some(until) = written.until else {
            return refuse(
                node,
                "say until which day, as in \"until\": \"2031-12-31\"",
                errors,
            );
        };
        let is_for_nothing = written.versions.0.is_empty()
            && written.cipher_suites.0.is_empty()
            && written.groups.0.is_empty()
            && written.signature_schemes.0.is_empty()
            && !written.profile;
        if is_for_nothing {
            let message = "say what may be used until then: versions, cipher_suites, groups, signature_schemes, or \"profile\": true";
            return refuse(node, message, errors);
        }
        Some(Self {
            versions: written.versions.0,
            cipher_suites: written.cipher_suites.0,
            groups: written.groups.0,
            signature_schemes: written.signature_schemes.0,
            profile: written.profile,
            until,
            warn_days: written.warn_days,
        })
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn schema() -> serde_json::Value {
        let mut schema = Written::schema();
        schema["required"] = serde_json::json!(["until"]);
        schema
    }
}
