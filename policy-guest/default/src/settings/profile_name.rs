use countersign_policy_sdk::settings::{Errors, Node, Setting};

use crate::profiles::{self, Profile};

/// A standard, and what it was called.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ProfileName {
    pub(crate) profile: &'static Profile,
    /// The moving name that was used, if any.
    pub(crate) alias: Option<&'static str>,
}

impl Setting for ProfileName {
    fn read(node: &Node<'_>, errors: &mut Errors) -> Option<Self> {
        let text = node.text(errors)?;
        if let Some(found) = profiles::find(text) {
            return Some(Self {
                profile: found.profile,
                alias: found.alias,
            });
        }
        let known = "`countersign profiles` lists those that are known";
        let message = match profiles::nearest(text) {
            Some(nearest) => format!("no profile has this name; did you mean {nearest}? {known}"),
            None => format!("no profile has this name; {known}"),
        };
        node.refuse(message, errors);
        None
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn schema() -> serde_json::Value {
        let dated = profiles::all().iter().map(|profile| profile.name);
        let moving = profiles::aliases().iter().map(|(alias, _)| *alias);
        let names: Vec<_> = dated.chain(moving).collect();
        serde_json::json!({"type": "string", "enum": names})
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn written(&self) -> Option<serde_json::Value> {
        Some(self.alias.unwrap_or(self.profile.name).into())
    }
}
