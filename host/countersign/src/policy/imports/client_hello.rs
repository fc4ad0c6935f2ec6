//! The getters of a ClientHello.

use wasmtime::{Result, component::Resource};

use super::{Handle, HostState, Misuse, facts};
use crate::facts::{Fact, ReceivedHello};

/// The type of handles to the ClientHello of the connection.
#[derive(Debug)]
#[expect(unreachable_pub, reason = "the generated bindings re-export it")]
pub struct ClientHelloHandle;

impl HostState {
    fn received_hello(
        &mut self,
        fact: Fact,
        handle: &Resource<ClientHelloHandle>,
    ) -> Result<&ReceivedHello> {
        let Some(Handle::Hello) = self.handles.get(handle.rep()) else {
            return Err(Misuse::NoSuchHandle.into());
        };
        let received = self.reading(fact)?.client_hello.as_deref();
        received.ok_or_else(|| Misuse::NoSuchHandle.into())
    }
}

/// Code points as the contract has them.
fn codes<T: Copy + Into<u16>>(list: &[T]) -> Vec<u16> {
    list.iter().copied().map(Into::into).collect()
}

impl facts::HostClientHello for HostState {
    fn versions(&mut self, this: Resource<ClientHelloHandle>) -> Result<Vec<u16>> {
        let received = self.received_hello(Fact::ClientHelloVersions, &this)?;
        let value = codes(&received.hello().versions);
        self.hand_over(value)
    }

    fn cipher_suites(&mut self, this: Resource<ClientHelloHandle>) -> Result<Vec<u16>> {
        let received = self.received_hello(Fact::ClientHelloCipherSuites, &this)?;
        let value = codes(&received.hello().cipher_suites);
        self.hand_over(value)
    }

    fn groups(&mut self, this: Resource<ClientHelloHandle>) -> Result<Vec<u16>> {
        let received = self.received_hello(Fact::ClientHelloGroups, &this)?;
        let value = codes(&received.hello().groups);
        self.hand_over(value)
    }

    fn key_shares(&mut self, this: Resource<ClientHelloHandle>) -> Result<Vec<u16>> {
        let received = self.received_hello(Fact::ClientHelloKeyShares, &this)?;
        let value = codes(&received.hello().key_shares);
        self.hand_over(value)
    }

    fn signature_schemes(&mut self, this: Resource<ClientHelloHandle>) -> Result<Vec<u16>> {
        let received = self.received_hello(Fact::ClientHelloSignatureSchemes, &this)?;
        let value = codes(&received.hello().signature_schemes);
        self.hand_over(value)
    }

    fn alpn(&mut self, this: Resource<ClientHelloHandle>) -> Result<Vec<Vec<u8>>> {
        let received = self.received_hello(Fact::ClientHelloAlpn, &this)?;
        let value = received.hello().alpn.clone();
        self.hand_over(value)
    }

    fn extensions(&mut self, this: Resource<ClientHelloHandle>) -> Result<Vec<u16>> {
        let received = self.received_hello(Fact::ClientHelloExtensions, &this)?;
        let value = received.hello().extensions.clone();
        self.hand_over(value)
    }

    fn ja4(&mut self, this: Resource<ClientHelloHandle>) -> Result<String> {
        let received = self.received_hello(Fact::ClientHelloJa4, &this)?;
        let value = received.ja4().to_owned();
        self.hand_over(value)
    }

    fn drop(&mut self, this: Resource<ClientHelloHandle>) -> Result<()> {
        self.handles.close(this.rep());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::facts::{Host as _, HostClientHello as _};
    use super::*;
    use crate::{
        facts::{ConnectionFacts, test_hello},
        policy::imports::{Budget, MemoryLimit},
    };

    fn state(facts: ConnectionFacts) -> HostState {
        let budget = Budget::new(3, 1024);
        let mut state = HostState::new(MemoryLimit::new(0, 0), budget);
        state.show(Arc::new(facts), budget);
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
        let forged = state(without).cipher_suites(Resource::new_borrow(0));
        assert_eq!(misuse(forged), no_such_handle);
        let mut state = state(with);
        let hello = state.hello().expect("it may").expect("it is there");
        let forged = state.cipher_suites(Resource::new_borrow(1));
        assert_eq!(misuse(forged), no_such_handle);
        let here = Resource::new_borrow(hello.rep());
        let suites = state.cipher_suites(here).expect("it is the handle");
        assert_eq!(suites, [0x1301]);
        state.today().expect("it may read three times");
        assert_eq!(misuse(state.today()), Misuse::TooManyReads.to_string());
    }
}
