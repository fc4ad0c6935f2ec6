use countersign_policy_sdk::Offer;

use crate::settings::{Choice, Settings};

/// Leaves of an offer what the settings allow. What they list stands in their order; where they list nothing, in the
/// order that it came in, with the groups that withstand quantum computers first.
pub(crate) fn constrain(settings: &Settings, mut offer: Offer) -> Offer {
    offer
        .versions
        .retain(|&version| settings.versions.objection(version).is_none());
    offer
        .cipher_suites
        .retain(|&suite| settings.cipher_suites.suite_objection(suite).is_none());
    offer
        .groups
        .retain(|&group| settings.groups.group_objection(group).is_none());
    prefer(&settings.cipher_suites, &mut offer.cipher_suites);
    prefer(&settings.groups, &mut offer.groups);
    if settings.groups == Choice::Default {
        let (hybrids, others): (Vec<_>, Vec<_>) = offer
            .groups
            .iter()
            .partition(|group| group.is_post_quantum());
        offer.groups = [hybrids, others].concat();
    }
    offer.resumption &= settings.resumption;
    offer
}

/// Puts what is left in the order of the list that allows it.
fn prefer<T: PartialEq + Copy>(choice: &Choice<T>, left: &mut Vec<T>) {
    if let Choice::Allow(allowed) = choice {
        *left = allowed
            .iter()
            .copied()
            .filter(|value| left.contains(value))
            .collect();
    }
}

#[cfg(test)]
mod tests {
    use countersign_names::{CipherSuite, Group, Version};
    use countersign_policy_sdk::ClientAuth;

    use super::*;

    fn offer() -> Offer {
        Offer {
            versions: [0x0304, 0x0303, 0x0302].map(Version::new).into(),
            cipher_suites: [0x1302, 0x1301, 0xc02f, 0x009e, 0x002f, 0x00ff]
                .map(CipherSuite::new)
                .into(),
            groups: [0x001d, 0x0017, 0x11ec, 0x0100].map(Group::new).into(),
            alpn: vec![b"h2".into()],
            resumption: true,
            client_auth: ClientAuth::Request,
        }
    }

    fn constrained(settings: &str) -> Offer {
        constrain(&Settings::parse(settings).expect(settings), offer())
    }

    fn codes<T: Into<u16>>(values: Vec<T>) -> Vec<u16> {
        values.into_iter().map(Into::into).collect()
    }

    #[test]
    fn without_settings_what_is_safe_is_left() {
        let left = constrained("{}");
        assert_eq!(codes(left.versions), [0x0304, 0x0303]);
        assert_eq!(codes(left.cipher_suites), [0x1302, 0x1301, 0xc02f]);
        assert_eq!(codes(left.groups), [0x11ec, 0x001d, 0x0017]);
        assert!(left.resumption);
    }

    #[test]
    fn what_is_listed_stands_in_its_order() {
        let left = constrained(
            r#"{"cipher_suites": ["0xc02f", "0x1304", "0x1301"], "groups": ["secp256r1", "x25519"]}"#,
        );
        assert_eq!(codes(left.cipher_suites), [0xc02f, 0x1301]);
        assert_eq!(codes(left.groups), [0x0017, 0x001d]);
    }

    #[test]
    fn what_is_not_denied_keeps_its_order() {
        let denied = r#"{"versions": {"deny": ["1.2"]}, "cipher_suites": {"deny": ["0x1302"]}, "groups": {"deny": ["x25519"]}}"#;
        let left = constrained(denied);
        assert_eq!(codes(left.versions), [0x0304, 0x0302]);
        assert_eq!(codes(left.cipher_suites), [0x1301, 0xc02f, 0x009e, 0x002f]);
        assert_eq!(codes(left.groups), [0x0017, 0x11ec, 0x0100]);
    }

    #[test]
    fn resumption_is_only_turned_off() {
        assert!(!constrained(r#"{"resumption": false}"#).resumption);
        let mut off = offer();
        off.resumption = false;
        assert!(!constrain(&Settings::default(), off).resumption);
    }

    #[test]
    fn the_rest_is_left_alone() {
        let left = constrained("{}");
        assert_eq!(
            (left.alpn, left.client_auth),
            (offer().alpn, offer().client_auth)
        );
    }
}
