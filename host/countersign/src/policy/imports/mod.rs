//! The host's half of the contract: the facts, handed out one getter at a time.

mod certificate;
mod client_hello;
mod memory;

use std::sync::Arc;

use wasmtime::{Result, component::Resource};

use super::bindings::countersign::policy::{facts, types};
use crate::facts::{ChainCheck, ChainFailure, ConnectionFacts, Fact, FactsRead};

#[expect(unreachable_pub, reason = "the generated bindings re-export them")]
pub use {certificate::CertificateHandle, client_hello::ClientHelloHandle};

pub(super) use memory::MemoryLimit;

/// What a guest must not ask of its host. It traps.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub(super) enum Misuse {
    #[error("it read `{0}` where there is no connection yet")]
    NoConnection(Fact),
    #[error("it read facts too often")]
    TooManyReads,
    #[error("it used a handle that it was not given")]
    NoSuchHandle,
    #[error("it asked for more memory than it may have")]
    TooMuchMemory,
}

/// The state of one instance.
pub(super) struct HostState {
    pub(super) memory: MemoryLimit,
    /// None while there is no connection.
    facts: Option<Arc<ConnectionFacts>>,
    read: FactsRead,
    reads_left: u32,
}

impl HostState {
    pub(super) fn new(memory: MemoryLimit, reads_max: u32) -> Self {
        Self {
            memory,
            facts: None,
            read: FactsRead::default(),
            reads_left: reads_max,
        }
    }

    /// Opens the facts to the guest: from here on it is asked about a connection.
    pub(super) fn show(&mut self, facts: Arc<ConnectionFacts>) {
        self.facts = Some(facts);
    }

    pub(super) fn facts_read(&self) -> FactsRead {
        self.read
    }

    /// Every getter goes through here: it counts, and remembers what was read.
    fn reading(&mut self, fact: Fact) -> Result<&ConnectionFacts> {
        let Some(facts) = &self.facts else {
            return Err(Misuse::NoConnection(fact).into());
        };
        self.reads_left = self.reads_left.checked_sub(1).ok_or(Misuse::TooManyReads)?;
        self.read.insert(fact);
        Ok(facts)
    }
}

impl types::Host for HostState {}

impl facts::Host for HostState {
    fn server_name(&mut self) -> Result<Option<String>> {
        Ok(self.reading(Fact::ServerName)?.server_name.clone())
    }

    fn port(&mut self) -> Result<Option<u16>> {
        Ok(self.reading(Fact::Port)?.port)
    }

    fn peer_address(&mut self) -> Result<Option<String>> {
        let address = self.reading(Fact::PeerAddress)?.peer_address;
        Ok(address.map(|address| address.to_string()))
    }

    fn today(&mut self) -> Result<u32> {
        Ok(self.reading(Fact::Today)?.today)
    }

    fn hello(&mut self) -> Result<Option<Resource<ClientHelloHandle>>> {
        let hello = &self.reading(Fact::Hello)?.client_hello;
        Ok(hello.is_some().then(ClientHelloHandle::new))
    }

    fn peer_certificates(&mut self) -> Result<Vec<Resource<CertificateHandle>>> {
        let count = self
            .reading(Fact::PeerCertificates)?
            .peer_certificates
            .len();
        let count = u32::try_from(count)?;
        Ok((0..count).map(Resource::new_own).collect())
    }

    fn peer_verification(&mut self) -> Result<facts::ChainCheck> {
        let check = &self.reading(Fact::PeerVerification)?.peer_verification;
        Ok(match check {
            ChainCheck::NotMade => facts::ChainCheck::NotMade,
            ChainCheck::Valid => facts::ChainCheck::Valid,
            ChainCheck::Invalid { failure, .. } => facts::ChainCheck::Invalid((*failure).into()),
        })
    }
}

impl From<ChainFailure> for facts::ChainFailure {
    fn from(failure: ChainFailure) -> Self {
        match failure {
            ChainFailure::Expired => Self::Expired,
            ChainFailure::NotYetValid => Self::NotYetValid,
            ChainFailure::UnknownIssuer => Self::UnknownIssuer,
            ChainFailure::NameMismatch => Self::NameMismatch,
            ChainFailure::Revoked => Self::Revoked,
            ChainFailure::BadSignature => Self::BadSignature,
            ChainFailure::Other => Self::Other,
        }
    }
}
