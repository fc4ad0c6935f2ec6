//! One chain, with what it is known by.

use sha2::{Digest as _, Sha256};

use crate::policy::{Chain, Mode};

/// SHA-256 of what makes a chain: of each link the component's digest, the settings' digest and the mode, in order.
pub(crate) type ChainDigest = [u8; 32];

/// The chain of one connection, from its start to its end.
#[derive(Debug)]
pub(crate) struct Snapshot {
    chain: Chain,
    digest: ChainDigest,
    serial: u64,
}

impl Snapshot {
    /// The one that nothing was before.
    pub(super) fn first(chain: Chain) -> Self {
        Self {
            digest: digest(&chain),
            chain,
            serial: 0,
        }
    }

    /// The one that takes the place of this.
    pub(super) fn followed_by(&self, chain: Chain) -> Self {
        Self {
            serial: self.serial + 1,
            ..Self::first(chain)
        }
    }

    /// The policies.
    pub(crate) fn chain(&self) -> &Chain {
        &self.chain
    }

    /// Equal for chains that decide alike.
    pub(crate) fn digest(&self) -> &ChainDigest {
        &self.digest
    }

    /// Grows with every replacement.
    pub(crate) fn serial(&self) -> u64 {
        self.serial
    }
}

/// Every link takes as many bytes as every other, so no two chains read the same.
fn digest(chain: &Chain) -> ChainDigest {
    let mut hash = Sha256::new_with_prefix(b"countersign chain 1");
    for link in chain.links() {
        hash.update(link.policy.digest().as_bytes());
        hash.update(link.policy.settings_digest().as_bytes());
        hash.update([match link.mode {
            Mode::Enforce => 0,
            Mode::Audit => 1,
        }]);
    }
    hash.finalize().into()
}
