//! Cryptography that is the same in every run.

use std::{
    fmt,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

use rustls::{
    Error, NamedGroup, PeerMisbehaved,
    crypto::{
        ActiveKeyExchange, CryptoProvider, GetRandomFailed, SecureRandom, SharedSecret,
        SupportedKxGroup, aws_lc_rs,
    },
};

use super::sealed;

/// What gates have.
pub static GATE: LazyLock<CryptoProvider> = LazyLock::new(|| CryptoProvider {
    kx_groups: vec![&X25519, &SECP384R1],
    secure_random: &Sequence,
    ..aws_lc_rs::default_provider()
});

/// What their peers have: the same, with what they encrypt open to changes.
pub static PEER: LazyLock<Arc<CryptoProvider>> = LazyLock::new(|| peer(vec![&X25519, &SECP384R1]));

/// A server that takes another group than the one that a gate sends a share of.
pub static ASKING_PEER: LazyLock<Arc<CryptoProvider>> = LazyLock::new(|| peer(vec![&SECP384R1]));

/// A client that sends a share of a group that gates do not have.
pub static ASKED_PEER: LazyLock<Arc<CryptoProvider>> =
    LazyLock::new(|| peer(vec![&SECP256R1, &SECP384R1]));

fn peer(kx_groups: Vec<&'static dyn SupportedKxGroup>) -> Arc<CryptoProvider> {
    let suites = GATE.cipher_suites.iter();
    Arc::new(CryptoProvider {
        cipher_suites: suites.copied().map(sealed::editable).collect(),
        kx_groups,
        ..GATE.clone()
    })
}

/// Random numbers that are none: SplitMix64 (Steele, Lea, Flood 2014).
struct Sequence;

static STATE: AtomicU64 = AtomicU64::new(0);
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// Begins the sequence again.
pub fn reset_random() {
    STATE.store(0, Ordering::Relaxed);
}

impl SecureRandom for Sequence {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), GetRandomFailed> {
        for chunk in bytes.chunks_mut(8) {
            let state = STATE.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
            let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            chunk.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

impl fmt::Debug for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sequence")
    }
}

static X25519: Group = Group {
    name: NamedGroup::X25519,
    share: &[9; 32],
};
static SECP256R1: Group = Group {
    name: NamedGroup::secp256r1,
    share: &[4; 65],
};
static SECP384R1: Group = Group {
    name: NamedGroup::secp384r1,
    share: &[4; 97],
};

/// A group whose secret everybody knows: the key exchange is not what is watched, and it costs more than all the rest.
#[derive(Debug)]
struct Group {
    name: NamedGroup,
    share: &'static [u8],
}

impl SupportedKxGroup for Group {
    fn start(&self) -> Result<Box<dyn ActiveKeyExchange>, Error> {
        let Self { name, share } = *self;
        Ok(Box::new(Self { name, share }))
    }

    fn name(&self) -> NamedGroup {
        self.name
    }
}

impl ActiveKeyExchange for Group {
    fn complete(self: Box<Self>, peer_share: &[u8]) -> Result<SharedSecret, Error> {
        if peer_share.len() != self.share.len() {
            return Err(PeerMisbehaved::InvalidKeyShare.into());
        }
        Ok(SharedSecret::from(&[7; 32][..]))
    }

    fn pub_key(&self) -> &[u8] {
        self.share
    }

    fn group(&self) -> NamedGroup {
        self.name
    }
}
