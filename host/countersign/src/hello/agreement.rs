//! Two parsers, one hello.

use super::{
    ClientHello,
    extensions::{EARLY_DATA, KEY_SHARE, PRE_SHARED_KEY, is_grease_protocol, without_grease},
};

impl ClientHello {
    /// Whether the TLS library has read the same hello, as far as it shows what it has read. It acts on its own reading,
    /// and policies judge this one: where they differ, a client could show each what it wants to see.
    pub(crate) fn is_read_alike(&self, theirs: &rustls::server::ClientHello<'_>) -> bool {
        let suites = theirs.cipher_suites().iter().map(|&suite| suite.into());
        let groups = theirs.named_groups().unwrap_or_default();
        let groups = groups.iter().map(|&group| group.into());
        let schemes = theirs.signature_schemes().iter();
        let schemes = schemes.map(|&scheme| scheme.into());
        let protocols = theirs.alpn().into_iter().flatten();
        let protocols = protocols.filter(|name| !is_grease_protocol(name));
        self.server_name == theirs.server_name().map(normal)
            && self.cipher_suites == without_grease(suites)
            && self.groups == without_grease(groups)
            && self.signature_schemes == without_grease(schemes)
            && self.alpn.iter().map(Vec::as_slice).eq(protocols)
    }

    /// Whether `second` is this hello again, as a client must send it after a HelloRetryRequest: with other key shares, and
    /// what goes with them (RFC 8446, section 4.1.2).
    pub(crate) fn is_repeated_by(&self, second: &Self) -> bool {
        let same = |hello: &Self| {
            let mut extensions = hello.extensions.clone();
            extensions.retain(|number| !MAY_CHANGE.contains(number));
            extensions.sort_unstable();
            let key_shares = Vec::new();
            Self {
                extensions,
                key_shares,
                psk: false,
                early_data: false,
                ..hello.clone()
            }
        };
        same(self) == same(second)
    }
}

/// padding, pre_shared_key, early_data, cookie and key_share.
const MAY_CHANGE: [u16; 5] = [21, PRE_SHARED_KEY, EARLY_DATA, 44, KEY_SHARE];

/// In lower case and without a final dot.
fn normal(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use rustls::server::Acceptor;

    use super::ClientHello;
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
    fn a_second_hello_may_change_its_key_shares_and_nothing_else() {
        let first = read(&bytes(CHROMIUM), usize::MAX).expect("a hello");
        let with = |change: fn(&mut ClientHello)| {
            let mut second = first.clone();
            change(&mut second);
            first.is_repeated_by(&second)
        };
        assert!(with(|hello| hello.key_shares.truncate(1)));
        assert!(with(|hello| hello.extensions.push(44)));
        assert!(with(|hello| hello
            .extensions
            .retain(|&number| number != 42)));
        assert!(!with(|hello| hello.alpn.truncate(1)));
        assert!(!with(|hello| hello.cipher_suites.truncate(1)));
        assert!(!with(|hello| hello.groups.truncate(1)));
        assert!(!with(|hello| hello.versions.truncate(1)));
        assert!(!with(|hello| hello.signature_schemes.truncate(1)));
        assert!(!with(
            |hello| hello.server_name = Some("other.example".to_owned())
        ));
        assert!(!with(|hello| hello.extensions.push(0xffce)));
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
