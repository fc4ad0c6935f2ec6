//! The getters of a ClientHello.

use wasmtime::{Result, component::Resource};

use super::{HostState, Misuse, facts};
use crate::facts::{Fact, ReceivedHello};

/// What a handle to a ClientHello stands for: the one of the connection.
#[derive(Debug)]
#[expect(unreachable_pub, reason = "the generated bindings re-export it")]
pub struct ClientHelloHandle;

/// What stands behind every handle: a connection has one hello.
const THE_HELLO: u32 = 0;

impl ClientHelloHandle {
    pub(super) fn new() -> Resource<Self> {
        Resource::new_own(THE_HELLO)
    }
}

impl HostState {
    fn received_hello(
        &mut self,
        fact: Fact,
        handle: &Resource<ClientHelloHandle>,
    ) -> Result<&ReceivedHello> {
        let received = self.reading(fact)?.client_hello.as_deref();
        received
            .filter(|_| handle.rep() == THE_HELLO)
            .ok_or_else(|| Misuse::NoSuchHandle.into())
    }
}

/// Code points as the contract has them.
fn codes<T: Copy + Into<u16>>(list: &[T]) -> Vec<u16> {
    list.iter().copied().map(Into::into).collect()
}

impl facts::HostClientHello for HostState {
    fn versions(&mut self, this: Resource<ClientHelloHandle>) -> Result<Vec<u16>> {
        let received = self.received_hello(Fact::ClientHelloVersions, &this)?;
        Ok(codes(&received.hello().versions))
    }

    fn cipher_suites(&mut self, this: Resource<ClientHelloHandle>) -> Result<Vec<u16>> {
        let received = self.received_hello(Fact::ClientHelloCipherSuites, &this)?;
        Ok(codes(&received.hello().cipher_suites))
    }

    fn groups(&mut self, this: Resource<ClientHelloHandle>) -> Result<Vec<u16>> {
        let received = self.received_hello(Fact::ClientHelloGroups, &this)?;
        Ok(codes(&received.hello().groups))
    }

    fn key_shares(&mut self, this: Resource<ClientHelloHandle>) -> Result<Vec<u16>> {
        let received = self.received_hello(Fact::ClientHelloKeyShares, &this)?;
        Ok(codes(&received.hello().key_shares))
    }

    fn signature_schemes(&mut self, this: Resource<ClientHelloHandle>) -> Result<Vec<u16>> {
        let received = self.received_hello(Fact::ClientHelloSignatureSchemes, &this)?;
        Ok(codes(&received.hello().signature_schemes))
    }

    fn alpn(&mut self, this: Resource<ClientHelloHandle>) -> Result<Vec<Vec<u8>>> {
        let received = self.received_hello(Fact::ClientHelloAlpn, &this)?;
        Ok(received.hello().alpn.clone())
    }

    fn extensions(&mut self, this: Resource<ClientHelloHandle>) -> Result<Vec<u16>> {
        let received = self.received_hello(Fact::ClientHelloExtensions, &this)?;
        Ok(received.hello().extensions.clone())
    }

    fn ja4(&mut self, this: Resource<ClientHelloHandle>) -> Result<String> {
        let received = self.received_hello(Fact::ClientHelloJa4, &this)?;
        Ok(received.ja4().to_owned())
    }

    fn drop(&mut self, _: Resource<ClientHelloHandle>) -> Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::facts::HostClientHello as _;
    use super::*;
    use crate::{
        facts::{ConnectionFacts, test_hello},
        policy::imports::MemoryLimit,
    };

    fn state(facts: ConnectionFacts) -> HostState {
        let mut state = HostState::new(MemoryLimit::new(0, 0), 2);
        state.show(Arc::new(facts));
        state
    }

    fn misuse<T: std::fmt::Debug>(result: Result<T>) -> String {
        result.expect_err("it is misused").to_string()
    }

    #[test]
    fn a_handle_leads_to_the_hello_of_the_connection_and_to_nothing_else() {
        let no_such_handle = Misuse::NoSuchHandle.to_string();
        let without = ConnectionFacts::of_server(None, None);
        let with = without.with_hello(Arc::new(test_hello(&[0x1301])));
        let stale = state(without).cipher_suites(ClientHelloHandle::new());
        assert_eq!(misuse(stale), no_such_handle);
        let mut state = state(with);
        let forged = state.cipher_suites(Resource::new_borrow(1));
        assert_eq!(misuse(forged), no_such_handle);
        let suites = state.cipher_suites(ClientHelloHandle::new());
        assert_eq!(suites.expect("it is the handle"), [0x1301]);
        let too_often = state.cipher_suites(ClientHelloHandle::new());
        assert_eq!(misuse(too_often), Misuse::TooManyReads.to_string());
    }
}
