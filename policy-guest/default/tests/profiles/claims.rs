//! Where a profile is from, and how far it claims to be verified.

use countersign_default_policy::profiles::{self, Checked};

use crate::source::{each, text};

#[test]
fn version_date_and_place_are_those_of_the_source() {
    each(|profile, source| {
        assert_eq!(profile.about.version, text(source, "version"));
        assert!(
            text(source, "date").contains(profile.about.date),
            "{}",
            profile.name
        );
        let digits: Vec<_> = profile.about.date.split('-').map(str::len).collect();
        assert_eq!(digits, [4, 2, 2], "{}", profile.about.date);
        let place = text(source, "source");
        let commit = place.split(|c: char| !c.is_ascii_hexdigit());
        let commit = commit.max_by_key(|word| word.len()).expect("a commit");
        assert_eq!(commit.len(), 40, "{place}");
        let repository = place.split_whitespace().nth(1).expect("a repository");
        for part in [commit, repository] {
            assert!(
                profile.about.source.contains(part),
                "{}: {part} is not in the source",
                profile.name
            );
        }
    });
}

#[test]
fn no_profile_claims_to_be_verified_better_than_it_is() {
    each(|profile, source| {
        let status = text(source, "status");
        let (name, sentence) = (profile.name, profile.about.verified);
        assert!(
            sentence.ends_with('.') && !sentence.contains(". "),
            "{name}"
        );
        let lower = sentence.to_lowercase();
        match status {
            "verified" => assert_eq!(profile.about.checked, Checked::Whole, "{name}"),
            // From the publisher's own hand.
            "verified (BSI-published XML)" => {
                assert_eq!(profile.about.checked, Checked::Whole, "{name}");
                assert!(lower.contains("xml that the bsi publishes"), "{name}");
            }
            _ if status.contains("secondary") => {
                assert_eq!(profile.about.checked, Checked::SecondHand, "{name}");
                assert!(lower.contains("second-hand"), "{name}");
                assert!(
                    lower.contains("not verified against the publication"),
                    "{name}"
                );
            }
            _ => {
                assert_eq!(profile.about.checked, Checked::InPart, "{name}");
                let limits = [
                    "not verified",
                    "were verified against the stored test output",
                ];
                assert!(limits.iter().any(|limit| lower.contains(limit)), "{name}");
            }
        }
        if status.contains("unverified") {
            assert!(
                lower.contains("dates of the transition were not verified"),
                "{name}"
            );
        }
        if let Some((_, expansion)) = status.split_once("expansion: ") {
            let by = expansion.split(" `").next().expect("a program");
            assert!(sentence.contains(by), "{name}: {by}");
        }
        // Whatever was verified, it was against something.
        assert!(lower.contains("against"), "{name}");
        assert_ne!(lower, "verified.", "{name}");
    });
}

#[test]
fn notes_and_titles_are_sentences_and_names() {
    for profile in profiles::all() {
        assert!(
            !profile.about.title.ends_with('.'),
            "{}",
            profile.about.title
        );
        let texts = profile.about.notes.iter().chain([&profile.about.verified]);
        for text in texts {
            assert!(text.ends_with('.') && text.trim() == *text, "{text}");
        }
        assert!(!profile.about.notes.is_empty(), "{}", profile.name);
    }
}
