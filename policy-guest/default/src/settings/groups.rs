use countersign_names::{Group, Version};
use countersign_policy_sdk::Session;

use super::Choice;
use super::cipher_suites::uses_named_group;
use crate::objection::Objection;

/// The groups that are allowed unless the settings say otherwise.
const SAFE_TODAY: [Group; 8] = [
    Group::X25519MLKEM768,
    Group::SECP256R1MLKEM768,
    Group::SECP384R1MLKEM1024,
    Group::X25519,
    Group::SECP256R1,
    Group::X448,
    Group::SECP384R1,
    Group::SECP521R1,
];

impl Choice<Group> {
    /// What speaks against a group.
    pub(crate) fn group_objection(&self, group: Group) -> Option<Objection<'_, Group>> {
        self.objection(group, |group| {
            (!SAFE_TODAY.contains(&group))
                .then_some("it is no elliptic-curve group or hybrid that is considered safe")
        })
    }

    pub(super) fn allows_group(&self, group: Group) -> bool {
        self.group_objection(group).is_none()
    }

    /// Whether a handshake without a group is refused. A resumed session of TLS 1.2 made its keys before. Else, where the
    /// cipher suite uses a group, that group is unknown and may be any; where it uses none, it is refused if groups
    /// are listed, and left to the cipher suite's own rule if not.
    pub(crate) fn refuses_without(&self, session: &Session) -> bool {
        let resumed_earlier = session.resumed && session.version.code() <= Version::TLS_1_2.code();
        match self {
            _ if resumed_earlier => false,
            Self::Default => uses_named_group(session.cipher_suite),
            Self::Allow(_) => true,
            Self::Deny(denied) => !denied.is_empty() && uses_named_group(session.cipher_suite),
        }
    }
}
