//! Sessions over a floor.

use std::fmt::Write as _;

use countersign_names::{CipherSuite, Group, Version};

use crate::{
    offer::Floor,
    session::{Endpoint, Session},
};

/// Every version with every suite and group that goes with it, each in a full handshake.
pub(super) fn plain(endpoint: &Endpoint, floor: &Floor) -> Vec<Session> {
    let offer = floor.available();
    let mut sessions = Vec::new();
    for &version in &offer.versions {
        for &suite in &offer.cipher_suites {
            let fits = Floor::suite_works_in(suite, version);
            let groups = offer.groups.iter().filter(|_| fits);
            let groups = groups.filter(|group| floor.group_works_in(**group, version));
            sessions.extend(groups.map(|&group| session(endpoint, version, suite, Some(group))));
        }
    }
    sessions
}

/// Of each version one session of each other kind: resumed, with a second hello, with each application protocol.
pub(super) fn special(endpoint: &Endpoint, floor: &Floor) -> Vec<Session> {
    let plain = plain(endpoint, floor);
    let firsts = floor.available().versions.iter().filter_map(|version| {
        let mut plain = plain.iter();
        plain.find(|session| session.version == *version)
    });
    firsts.flat_map(|first| variants(first, floor)).collect()
}

fn variants(first: &Session, floor: &Floor) -> Vec<Session> {
    let is_tls13 = first.version == Version::TLS_1_3;
    let resumed = Session {
        resumed: true,
        // A resumed session of TLS 1.2 makes no new key (RFC 5246, section 7.3).
        group: first.group.filter(|_| is_tls13),
        ..first.clone()
    };
    let retried = Session {
        retried: true,
        ..first.clone()
    };
    let speaking = |name: &Vec<u8>| Session {
        alpn: Some(name.clone()),
        ..first.clone()
    };
    let retried = Some(retried).filter(|_| is_tls13);
    let speaking = floor.available().alpn.iter().map(speaking);
    [resumed]
        .into_iter()
        .chain(retried)
        .chain(speaking)
        .collect()
}

/// What servers of old would choose: TLS_RSA_WITH_3DES_EDE_CBC_SHA and TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA.
pub(super) fn old(endpoint: &Endpoint) -> Vec<Session> {
    let session = |version, suite, group: Option<u16>| {
        let (version, suite) = (Version::new(version), CipherSuite::new(suite));
        session(endpoint, version, suite, group.map(Group::new))
    };
    vec![
        session(0x0300, 0x000a, None),
        session(0x0301, 0x000a, None),
        session(0x0302, 0xc013, Some(23)),
        session(0x0303, 0x000a, None),
    ]
}

fn session(
    endpoint: &Endpoint,
    version: Version,
    cipher_suite: CipherSuite,
    group: Option<Group>,
) -> Session {
    Session {
        endpoint: endpoint.clone(),
        version,
        cipher_suite,
        group,
        alpn: None,
        resumed: false,
        retried: false,
    }
}

/// A session in words.
pub(super) fn named(session: &Session) -> String {
    let mut words = format!(
        "a {} session with {}",
        session.version, session.cipher_suite
    );
    let mut add = |what: std::fmt::Arguments<'_>| {
        // Strings take everything.
        let _ = words.write_fmt(what);
    };
    if let Some(group) = session.group {
        add(format_args!(" and {group}"));
    }
    if let Some(alpn) = &session.alpn {
        add(format_args!(", `{}` agreed", alpn.escape_ascii()));
    }
    if session.resumed {
        add(format_args!(", resumed"));
    }
    if session.retried {
        add(format_args!(", after a second hello"));
    }
    words
}
