//! Names, aliases, and slips in them.

use std::collections::BTreeSet;

use countersign_default_policy::profiles;

#[test]
fn names_are_unique_and_aliases_lead_to_profiles() {
    let mut seen = BTreeSet::new();
    for profile in profiles::all() {
        assert!(seen.insert(profile.name), "{}", profile.name);
        let found = profiles::find(profile.name).expect("it is there");
        assert_eq!((found.profile, found.alias), (profile, None));
    }
    for (alias, target) in profiles::aliases() {
        assert!(seen.insert(alias), "{alias}");
        let found = profiles::find(alias).expect("it leads somewhere");
        assert_eq!((found.profile.name, found.alias), (*target, Some(*alias)));
    }
    for name in seen {
        // A name that is longer gets no suggestions.
        assert!(name.len() < 32, "{name}");
        let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.');
        assert!(name.bytes().all(plain), "{name}");
    }
    assert_eq!(profiles::find(""), None);
    assert_eq!(profiles::find("Mozilla-Modern"), None);
}

#[test]
fn an_alias_is_for_the_newest_of_its_kind() {
    let resolved = |alias| profiles::find(alias).map(|found| found.profile.name);
    assert_eq!(resolved("mozilla-modern"), Some("mozilla-6.0-modern"));
    // 6.0 has none.
    assert_eq!(resolved("mozilla-old"), Some("mozilla-5.8-old"));
    assert_eq!(resolved("cnsa"), Some("cnsa-2.0"));
}

#[test]
fn a_slip_leads_to_the_name_that_was_meant() {
    for (typed, meant) in [
        ("mozila-modern", "mozilla-modern"),
        ("Mozilla-Modern", "mozilla-modern"),
        ("mozilla-6.0-moden", "mozilla-6.0-modern"),
        ("mozilla_intermediate", "mozilla-intermediate"),
        ("mozilla-modern-6.0", "mozilla-6.0-modern"),
        // Two letters are missing; the other name lacks four.
        ("nist-800-52", "nist-sp800-52"),
        ("bsi-2023", "bsi-tr-02102-2-2023"),
        ("fips", "fedora-fips"),
        ("cnsa2.0", "cnsa-2.0"),
        ("fedroa", "fedora"),
        ("mozila", "mozilla-6.0-modern"),
        ("MOZILLA-MODREN", "mozilla-modern"),
    ] {
        assert_eq!(profiles::nearest(typed), Some(meant), "{typed}");
        assert_eq!(profiles::near(typed).first(), Some(&meant), "{typed}");
    }
    for typed in [
        "",
        "-",
        "x",
        "pci-dss-4.0.1",
        "tls",
        &"mozilla".repeat(1000),
        "ÿÿÿÿ",
    ] {
        assert_eq!(profiles::nearest(typed), None, "{typed}");
        assert!(profiles::near(typed).is_empty(), "{typed}");
    }
    let modern = ["mozilla-6.0-modern", "mozilla-5.8-modern", "mozilla-modern"];
    assert_eq!(profiles::near("modern"), modern);
}
