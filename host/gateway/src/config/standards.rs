//! `[metrics]`: published standards, and which sessions would meet them.

use std::collections::HashMap;

use countersign::{
    offer::{ClientAuthFloor, Floor},
    rustls::crypto::CryptoProvider,
    session::Session,
};
use countersign_default_policy::{
    Date,
    explain::{Effective, Explanation, Standing, State},
    profiles,
};
use time::OffsetDateTime;

use super::{draft::Draft, file, loader::unknown};

/// Standards that sessions are held against, and nothing more: nobody is refused for them.
#[derive(Clone, Debug, Default)]
pub struct Standards {
    names: Vec<&'static str>,
    /// For every session that this program's TLS library can negotiate, whether it meets each of them. By version, cipher suite and
    /// group; a handshake without a group has none.
    met: HashMap<Key, Box<[bool]>>,
}

type Key = (u16, u16, Option<u16>);

impl Standards {
    pub(super) fn read(
        draft: &mut Draft<'_>,
        said: &file::Metrics,
        provider: &CryptoProvider,
    ) -> Self {
        let mut names = Vec::new();
        for name in &said.profiles {
            match profiles::find(name.get_ref()) {
                Some(found) if names.contains(&found.profile.name) => {
                    draft.wrong(&name.span(), format!("`{}` is named twice", name.get_ref()));
                }
                Some(found) => names.push(found.profile.name),
                None => {
                    let known = profiles::all().iter().map(|profile| profile.name);
                    draft.wrong(&name.span(), unknown("profile", name.get_ref(), known));
                }
            }
        }
        Self::of(names, provider)
    }

    fn of(names: Vec<&'static str>, provider: &CryptoProvider) -> Self {
        let explained = names.iter().filter_map(|name| {
            Explanation::of(&serde_json::json!({ "profile": name }).to_string()).ok()
        });
        let explained: Vec<_> = explained.collect();
        let floor = Floor::new(provider, Vec::new(), true, ClientAuthFloor::NotAsked);
        let all = floor.available();
        let mut met = HashMap::new();
        let groups = || all.groups.iter().copied().map(Some).chain([None]);
        for version in &all.versions {
            for suite in &all.cipher_suites {
                for group in groups() {
                    let meets = |explanation: &Explanation| {
                        let terms = explanation.top();
                        is_allowed(&terms.standing_of_version(*version))
                            && is_allowed(&terms.standing_of_cipher_suite(*suite))
                            && group.is_none_or(|it| is_allowed(&terms.standing_of_group(it)))
                            && !is_over(&terms)
                    };
                    let key = (
                        version.code(),
                        suite.code(),
                        group.map(|group| group.code()),
                    );
                    met.insert(key, explained.iter().map(meets).collect());
                }
            }
        }
        Self { names, met }
    }

    /// Each standard, and whether this session would meet it.
    pub(crate) fn held_against(
        &self,
        session: &Session,
    ) -> impl Iterator<Item = (&'static str, bool)> {
        let group = session.group.map(|group| group.code());
        let key = (session.version.code(), session.cipher_suite.code(), group);
        let met = self.met.get(&key);
        let names = self.names.iter().enumerate();
        names.map(move |(at, name)| (*name, met.is_some_and(|met| met[at])))
    }
}

fn is_allowed(standing: &Standing) -> bool {
    let over = standing
        .last_day
        .as_ref()
        .is_some_and(|last| last.is_over(today()));
    standing.state == State::Allowed && !over
}

fn is_over(terms: &Effective<'_>) -> bool {
    terms
        .last_day_of_all()
        .is_some_and(|last| last.is_over(today()))
}

fn today() -> Date {
    let days = OffsetDateTime::now_utc().unix_timestamp() / (24 * 60 * 60);
    Date::from_days(u32::try_from(days).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use countersign::{
        rustls::crypto::aws_lc_rs::default_provider,
        session::{Endpoint, Role},
    };
    use countersign_names::{CipherSuite, Group, Version};

    use super::*;

    fn session(version: Version, suite: u16, group: u16) -> Session {
        let (role, listener) = (Role::Server, String::new());
        Session {
            endpoint: Endpoint { role, listener },
            version,
            cipher_suite: CipherSuite::new(suite),
            group: Some(Group::new(group)),
            alpn: None,
            resumed: false,
            retried: false,
        }
    }

    /// Mozilla's "modern" is TLS 1.3 alone; "intermediate" takes 1.2 with ECDHE and AES-GCM, too.
    #[test]
    fn a_session_meets_a_standard_or_does_not() {
        let names = vec!["mozilla-6.0-modern", "mozilla-6.0-intermediate"];
        let standards = Standards::of(names, &default_provider());
        let met = |session| {
            standards
                .held_against(&session)
                .map(|(_, met)| met)
                .collect::<Vec<_>>()
        };
        assert_eq!(met(session(Version::TLS_1_3, 0x1301, 0x001d)), [true, true]);
        assert_eq!(
            met(session(Version::TLS_1_2, 0xc02f, 0x001d)),
            [false, true]
        );
        assert_eq!(
            met(session(Version::TLS_1_2, 0x002f, 0x001d)),
            [false, false]
        );
    }
}
