//! The ClientHello of a connection, with what is computed from it only when a policy or a record asks.

use std::sync::{Arc, OnceLock};

use crate::hello::ClientHello;

/// The hello of one connection. All facts of the connection share it, so its fingerprint is made at most once.
#[derive(Debug)]
pub(crate) struct ReceivedHello {
    hello: Arc<ClientHello>,
    ja4: OnceLock<String>,
}

impl ReceivedHello {
    pub(crate) fn new(hello: Arc<ClientHello>) -> Self {
        Self {
            hello,
            ja4: OnceLock::new(),
        }
    }

    /// What the client said.
    pub(crate) fn hello(&self) -> &ClientHello {
        &self.hello
    }

    /// The JA4 fingerprint.
    pub(crate) fn ja4(&self) -> &str {
        self.ja4.get_or_init(|| self.hello.ja4())
    }
}

/// A hello for TLS 1.2 with these cipher suites, and nothing else (RFC 5246, section 7.4.1.2).
#[cfg(test)]
pub(crate) fn test_hello(suites: &[u16]) -> ClientHello {
    let suites: Vec<u8> = suites
        .iter()
        .flat_map(|suite| suite.to_be_bytes())
        .collect();
    let suites_bytes = u16::try_from(suites.len()).expect("they fit");
    let body = [
        &[3, 3][..],
        &[0x5a; 32],
        &[0],
        &suites_bytes.to_be_bytes(),
        &suites,
        &[1, 0],
    ];
    ClientHello::parse(&body.concat()).expect("it is well-formed")
}

#[cfg(test)]
mod tests {
    use std::ptr;

    use super::*;
    use crate::facts::{ChainCheck, ConnectionFacts};

    fn facts(suites: &[u16]) -> ConnectionFacts {
        ConnectionFacts::of_server(None, None).with_hello(Arc::new(test_hello(suites)))
    }

    #[test]
    fn the_fingerprint_is_made_once_a_connection_and_only_when_it_is_read() {
        let facts = facts(&[0x1301]);
        let received = facts.client_hello.as_deref().expect("it is there");
        assert!(received.ja4.get().is_none());
        let later = facts.with_peer(&[], ChainCheck::NotMade, None);
        let first = later.ja4().expect("there is a hello");
        let again = facts.ja4().expect("there is a hello");
        assert!(ptr::eq(first, again));
        assert_eq!(first, test_hello(&[0x1301]).ja4());
    }

    #[test]
    fn a_hello_is_not_copied() {
        let facts = facts(&[0x1301]);
        let later = facts.with_peer(&[], ChainCheck::NotMade, None);
        let (first, then) = (facts.client_hello(), later.client_hello());
        assert!(ptr::eq(
            first.expect("it is there"),
            then.expect("it is there")
        ));
    }

    #[test]
    fn a_second_hello_takes_the_place_of_the_first() {
        let first = facts(&[0x1301]);
        let first_ja4 = first.ja4().map(ToOwned::to_owned);
        let second = first.with_hello(Arc::new(test_hello(&[0x1302])));
        assert_ne!(second.ja4().map(ToOwned::to_owned), first_ja4);
        let ja4 = test_hello(&[0x1302]).ja4();
        assert_eq!(second.ja4(), Some(ja4.as_str()));
    }

    #[test]
    fn before_the_hello_nothing_is_known_of_the_client() {
        let address = [192, 0, 2, 1].into();
        let facts = ConnectionFacts::of_server(Some(443), Some(address));
        assert_eq!(facts.client_hello(), None);
        assert_eq!(facts.ja4(), None);
        assert_eq!(facts.server_name(), None);
        assert_eq!(facts.port(), Some(443));
        assert_eq!(facts.peer_address(), Some(address));
    }
}
