//! Facts of connections that are made up, for tests and for explanations. Natively only.
//!
//! ```
//! use countersign_policy_sdk::{built, facts};
//!
//! let facts = built::Facts { port: Some(443), ..built::Facts::default() };
//! let (is_https, read) = facts.during(|| facts::port() == Some(443));
//! assert!(is_https);
//! assert_eq!(read, ["port"]);
//! ```

use std::{cell::RefCell, collections::BTreeSet};

use crate::facts::ChainCheck;

/// What is known of a connection. The default is nothing, on 1970-01-01.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// See [`server_name`](crate::facts::server_name).
    pub server_name: Option<String>,
    /// See [`port`](crate::facts::port).
    pub port: Option<u16>,
    /// See [`peer_address`](crate::facts::peer_address).
    pub peer_address: Option<String>,
    /// See [`today`](crate::facts::today).
    pub today: u32,
    /// See [`hello`](crate::facts::hello).
    pub hello: Option<Hello>,
    /// See [`peer_certificates`](crate::facts::peer_certificates).
    pub peer_certificates: Vec<Certificate>,
    /// See [`peer_verification`](crate::facts::peer_verification).
    pub peer_verification: ChainCheck,
    /// See [`signature_scheme`](crate::facts::signature_scheme).
    pub signature_scheme: Option<u16>,
}

/// What the getters of a [`ClientHello`](crate::facts::ClientHello) give.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "each is what the getter of its name gives")]
pub struct Hello {
    pub versions: Vec<u16>,
    pub cipher_suites: Vec<u16>,
    pub groups: Vec<u16>,
    pub key_shares: Vec<u16>,
    pub signature_schemes: Vec<u16>,
    pub alpn: Vec<Vec<u8>>,
    pub extensions: Vec<u16>,
    pub ja4: String,
}

/// What the getters of a [`Certificate`](crate::facts::Certificate) give.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "each is what the getter of its name gives")]
pub struct Certificate {
    pub der: Vec<u8>,
    pub sha256: Vec<u8>,
    pub spki_sha256: Vec<u8>,
    pub subject: String,
    pub issuer: String,
    pub serial: Vec<u8>,
    pub dns_names: Vec<String>,
    pub uris: Vec<String>,
    pub ip_addresses: Vec<String>,
    pub not_before: i64,
    pub not_after: i64,
    pub key_algorithm: String,
    pub key_bits: u32,
    pub signature_algorithm: String,
}

/// The connection that is being judged on this thread.
struct Judged {
    facts: Facts,
    read: BTreeSet<&'static str>,
}

thread_local! {
    static JUDGED: RefCell<Option<Judged>> = const { RefCell::new(None) };
}

/// Puts back what was there before, also when `f` panics.
struct Restore(Option<Judged>);

impl Drop for Restore {
    fn drop(&mut self) {
        JUDGED.set(self.0.take());
    }
}

impl Facts {
    /// Runs `f` for a connection with these facts, and gives back what it returned, and which getters were called: their names in the
    /// contract, sorted.
    pub fn during<T>(self, f: impl FnOnce() -> T) -> (T, Vec<&'static str>) {
        let judged = Judged {
            facts: self,
            read: BTreeSet::new(),
        };
        let before = Restore(JUDGED.replace(Some(judged)));
        let value = f();
        let read = JUDGED.with_borrow(|judged| judged.as_ref().map(|judged| judged.read.clone()));
        drop(before);
        (value, read.unwrap_or_default().into_iter().collect())
    }
}

/// Reads a fact, and notes that it was read.
///
/// # Panics
///
/// If there is no connection: in a component, the getter would trap.
pub(crate) fn read<T>(name: &'static str, get: impl FnOnce(&Facts) -> T) -> T {
    JUDGED.with_borrow_mut(|judged| {
        let judged = judged
            .as_mut()
            .unwrap_or_else(|| panic!("`{name}` is read without a connection"));
        judged.read.insert(name);
        get(&judged.facts)
    })
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::*;
    use crate::facts;

    #[test]
    fn what_is_built_is_read_and_noted() {
        let certificate = |subject: &str| Certificate {
            subject: subject.into(),
            ..Certificate::default()
        };
        let facts = Facts {
            server_name: Some("a.example".into()),
            today: 20_000,
            hello: Some(Hello {
                versions: vec![0x0304],
                ..Hello::default()
            }),
            peer_certificates: vec![certificate("CN=a"), certificate("CN=b")],
            peer_verification: ChainCheck::Valid,
            ..Facts::default()
        };
        let (subjects, read) = facts.during(|| {
            assert_eq!(facts::server_name().as_deref(), Some("a.example"));
            assert_eq!(facts::today(), 20_000);
            let hello = facts::hello().expect("there is one");
            assert_eq!(hello.versions()[0].code(), 0x0304);
            let certificates = facts::peer_certificates();
            certificates
                .iter()
                .map(facts::Certificate::subject)
                .collect::<Vec<_>>()
        });
        assert_eq!(subjects, ["CN=a", "CN=b"]);
        assert_eq!(
            read,
            [
                "certificate.subject",
                "client-hello.versions",
                "hello",
                "peer-certificates",
                "server-name",
                "today"
            ]
        );
    }

    #[test]
    fn without_a_connection_there_is_nothing_to_read() {
        assert!(catch_unwind(facts::today).is_err());
        assert!(catch_unwind(|| Facts::default().during(|| panic!("as it should"))).is_err());
        assert!(catch_unwind(facts::today).is_err());
    }

    #[test]
    fn one_connection_within_another_is_apart() {
        let of_port = |port| Facts {
            port: Some(port),
            ..Facts::default()
        };
        let ((inner, outer), _) = of_port(1).during(|| {
            let (inner, _) = of_port(2).during(facts::port);
            (inner, facts::port())
        });
        assert_eq!((inner, outer), (Some(2), Some(1)));
    }
}
