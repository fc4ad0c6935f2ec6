//! The host's half of the contract: the facts, handed out one getter at a time.

mod budget;
mod certificate;
mod client_hello;
mod handles;
mod memory;

use std::sync::Arc;

use wasmtime::{Result, component::Resource};

use super::bindings::countersign::policy::{facts, types};
use crate::facts::{ChainCheck, ChainFailure, ConnectionFacts, Fact, FactsRead};

#[expect(unreachable_pub, reason = "the generated bindings re-export them")]
pub use {certificate::CertificateHandle, client_hello::ClientHelloHandle};

pub(super) use budget::Budget;
use budget::Weighed;
use handles::{Handle, Handles};
pub(super) use memory::MemoryLimit;

/// Bytes of a handle in a guest.
const HANDLE_BYTES: usize = 4;

/// What a guest must not ask of its host. It traps.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub(super) enum Misuse {
    #[error("it read `{0}` where there is no connection yet")]
    NoConnection(Fact),
    #[error("it read facts too often")]
    TooManyReads,
    #[error("it read more bytes of facts than it may")]
    TooManyBytes,
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
    budget: Budget,
    handles: Handles,
}

impl HostState {
    pub(super) fn new(memory: MemoryLimit, budget: Budget) -> Self {
        Self {
            memory,
            facts: None,
            read: FactsRead::default(),
            budget,
            handles: Handles::default(),
        }
    }

    /// Opens the facts to the guest, with a new budget: from here on it is asked about a connection.
    pub(super) fn show(&mut self, facts: Arc<ConnectionFacts>, budget: Budget) {
        self.facts = Some(facts);
        self.read = FactsRead::default();
        self.budget = budget;
    }

    /// Takes the facts back. Says whether no handle that the guest was given can be told from one it never had.
    pub(super) fn hide(&mut self) -> bool {
        self.facts = None;
        std::mem::take(&mut self.handles).are_gone()
    }

    pub(super) fn facts_read(&self) -> FactsRead {
        self.read
    }

    /// Every getter goes through here: it counts, and remembers what was read.
    fn reading(&mut self, fact: Fact) -> Result<&ConnectionFacts> {
        let Some(facts) = &self.facts else {
            return Err(Misuse::NoConnection(fact).into());
        };
        self.budget.take_read()?;
        self.read.insert(fact);
        Ok(facts)
    }

    /// Every value that is as long as the peer likes goes through here: its bytes count.
    fn hand_over<T: Weighed>(&mut self, value: T) -> Result<T> {
        self.budget.take_bytes(value.bytes())?;
        Ok(value)
    }
}

impl types::Host for HostState {}

impl facts::Host for HostState {
    fn server_name(&mut self) -> Result<Option<String>> {
        let name = self.reading(Fact::ServerName)?.server_name.clone();
        self.hand_over(name)
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
        let is_there = self.reading(Fact::Hello)?.client_hello.is_some();
        Ok(is_there.then(|| Resource::new_own(self.handles.open(Handle::Hello))))
    }

    fn peer_certificates(&mut self) -> Result<Vec<Resource<CertificateHandle>>> {
        let count = self
            .reading(Fact::PeerCertificates)?
            .peer_certificates
            .len();
        self.budget.take_bytes(count * HANDLE_BYTES)?;
        let places = 0..u32::try_from(count)?;
        let open = |place| Resource::new_own(self.handles.open(Handle::Certificate { place }));
        Ok(places.map(open).collect())
    }

    fn peer_verification(&mut self) -> Result<facts::ChainCheck> {
        let check = &self.reading(Fact::PeerVerification)?.peer_verification;
        Ok(match check {
            ChainCheck::NotMade => facts::ChainCheck::NotMade,
            ChainCheck::Valid => facts::ChainCheck::Valid,
            ChainCheck::Invalid { failure, .. } => facts::ChainCheck::Invalid((*failure).into()),
        })
    }

    fn signature_scheme(&mut self) -> Result<Option<u16>> {
        let scheme = self.reading(Fact::SignatureScheme)?.signature_scheme;
        Ok(scheme.map(u16::from))
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
