//! Two parsers, one hello.

use super::{ClientHello, extensions::without_grease};

impl ClientHello {
    /// Whether the TLS library has read the same hello, as far as it shows what it has read. It acts on its own reading,
    /// and policies judge this one: where they differ, a client could show each what it wants to see.
    pub(crate) fn is_read_alike(&self, theirs: &rustls::server::ClientHello<'_>) -> bool {
        let suites = theirs.cipher_suites().iter().map(|&suite| suite.into());
        let groups = theirs.named_groups().unwrap_or_default();
        let groups = groups.iter().map(|&group| group.into());
        self.server_name == theirs.server_name().map(normal)
            && self.cipher_suites == without_grease(suites)
            && self.groups == without_grease(groups)
    }
}

/// In lower case and without a final dot.
fn normal(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use rustls::server::Acceptor;

    use crate::hello::samples::{CHROMIUM, GNUTLS, OPENSSL, RUSTLS, bytes, read};

    /// Reads one hello with our eyes, and another with the TLS library's.
    fn are_alike(ours: &str, theirs: &str) -> bool {
        let ours = read(&bytes(ours), usize::MAX).expect("a hello");
        let mut acceptor = Acceptor::default();
        let read = acceptor.read_tls(&mut &bytes(theirs)[..]);
        read.expect("memory can be read");
        let accepted = acceptor.accept().map_err(|(error, _)| error);
        let accepted = accepted.expect("a hello").expect("the whole of it");
        ours.is_read_alike(&accepted.client_hello())
    }

    #[test]
    fn a_hello_is_like_itself_and_like_no_other() {
        let hellos = [OPENSSL, GNUTLS, RUSTLS, CHROMIUM];
        for (at, ours) in hellos.iter().enumerate() {
            for (other, theirs) in hellos.iter().enumerate() {
                assert_eq!(are_alike(ours, theirs), at == other, "{at} {other}");
            }
        }
    }
}
