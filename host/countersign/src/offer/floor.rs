//! What the TLS library can do at all: the floor under every policy.

use countersign_names::{CipherSuite, Group, Version};
use rustls::{ProtocolVersion, crypto::CryptoProvider};

use super::{ClientAuth, Offer, Unusable, normalise::drop_unusable};

/// What this host is able and willing to negotiate before any policy has spoken.
#[derive(Clone, Debug)]
pub struct Floor {
    available: Offer,
    client_auth: ClientAuthFloor,
    groups: Vec<FloorGroup>,
}

/// What a host can do about certificates of clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuthFloor {
    /// It is the client: the question is not its own, whatever a policy says.
    NotAsked,
    /// It is a server that cannot check any.
    Never,
    /// It is a server that asks at least so much.
    AtLeast(ClientAuth),
}

/// A group and the versions that can use it.
#[derive(Clone, Copy, Debug)]
struct FloorGroup {
    group: Group,
    tls12: bool,
    tls13: bool,
}

impl Floor {
    /// Everything that `provider` implements, in its order of preference.
    pub fn new(
        provider: &CryptoProvider,
        alpn: Vec<Vec<u8>>,
        resumption: bool,
        client_auth: ClientAuthFloor,
    ) -> Self {
        let groups: Vec<_> = provider
            .kx_groups
            .iter()
            .map(|group| FloorGroup {
                group: Group::new(group.name().into()),
                tls12: group.usable_for_version(ProtocolVersion::TLSv1_2),
                tls13: group.usable_for_version(ProtocolVersion::TLSv1_3),
            })
            .collect();
        let cipher_suites = provider
            .cipher_suites
            .iter()
            .map(|suite| CipherSuite::new(suite.suite().into()))
            .collect();
        let available = Offer {
            versions: vec![Version::TLS_1_3, Version::TLS_1_2],
            cipher_suites,
            groups: groups.iter().map(|known| known.group).collect(),
            alpn,
            resumption,
            client_auth: match client_auth {
                ClientAuthFloor::AtLeast(least) => least,
                ClientAuthFloor::NotAsked | ClientAuthFloor::Never => ClientAuth::None,
            },
        };
        let mut floor = Self {
            available,
            client_auth,
            groups,
        };
        // A provider need not have what each version needs.
        let mut usable = floor.available.clone();
        drop_unusable(&floor, &mut usable);
        floor.available = usable;
        floor
    }

    /// The whole floor as an offer: what a policy is asked to choose from.
    pub fn available(&self) -> &Offer {
        &self.available
    }

    /// What becomes of a wish about certificates of clients.
    pub(super) fn client_auth(&self, wanted: ClientAuth) -> Result<ClientAuth, Unusable> {
        match self.client_auth {
            ClientAuthFloor::NotAsked => Ok(ClientAuth::None),
            ClientAuthFloor::Never if wanted > ClientAuth::None => Err(Unusable::ClientAuth),
            ClientAuthFloor::Never => Ok(ClientAuth::None),
            ClientAuthFloor::AtLeast(least) => Ok(wanted.max(least)),
        }
    }

    /// Whether a handshake of `version` can use `group`.
    pub(crate) fn group_works_in(&self, group: Group, version: Version) -> bool {
        self.groups.iter().any(|known| {
            known.group == group
                && match version {
                    Version::TLS_1_3 => known.tls13,
                    _ => known.tls12,
                }
        })
    }

    /// Whether a handshake of `version` can use `suite`: TLS 1.3 shares no suite with its predecessors.
    pub(crate) fn suite_works_in(suite: CipherSuite, version: Version) -> bool {
        suite.is_tls13() == (version == Version::TLS_1_3)
    }
}
