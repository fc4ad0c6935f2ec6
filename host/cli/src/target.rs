//! Which server is meant.

use std::{fmt, net::Ipv6Addr, str::FromStr};

use rustls::pki_types::ServerName;
use url::{Host, Url};

/// The port of `https` (RFC 9110, section 4.2.2).
const HTTPS_PORT: u16 = 443;

/// A server to check: the name it goes by, and its port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// The name or address. Internationalised names are in their ASCII form (RFC 5891).
    pub(crate) name: ServerName<'static>,
    /// The TCP port.
    pub(crate) port: u16,
}

/// Where to connect to instead of the target's own address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    /// The name or address.
    pub(crate) name: ServerName<'static>,
    /// The TCP port; the target's if there is none.
    pub(crate) port: Option<u16>,
}

/// Text that names no server.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TargetError {
    /// A URL of another scheme.
    #[error(
        "only https:// URLs can be checked, not {0}://; for any other protocol over TLS write host:port"
    )]
    Scheme(String),
    /// A URL that does not parse.
    #[error("not a URL: {0}")]
    Url(url::ParseError),
    /// Not a name, not an address.
    #[error("not a host name or address: write host, host:port, [IPv6]:port or https://host:port/")]
    Host,
    /// The same, where no URL is taken.
    #[error("not a host name or address: write host, host:port or [IPv6]:port")]
    NoUrl,
    /// The same, where no port is taken either.
    #[error("not a host name or address: write one without a port")]
    NameAlone,
    /// An address that means something on one machine only (RFC 4007, section 11).
    #[error(
        "an address with a zone, such as %eth0, cannot be checked: use a name, or an address without a zone"
    )]
    Zone,
    /// Not a port.
    #[error("the port must be a number from 1 to 65535")]
    Port,
    /// Colons that could belong to an address or to a port.
    #[error("write an IPv6 address in brackets when a port follows: [2001:db8::1]:443")]
    Brackets,
}

impl FromStr for Target {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<Self, TargetError> {
        if text.contains("://") {
            return Self::from_url(text);
        }
        let Address { name, port } = Address::read(text)?;
        let port = port.unwrap_or(HTTPS_PORT);
        Ok(Self { name, port })
    }
}

impl Target {
    /// Takes host and port from a URL; a connection has no use for the rest.
    fn from_url(text: &str) -> Result<Self, TargetError> {
        let url = Url::parse(text).map_err(TargetError::Url)?;
        if url.scheme() != "https" {
            return Err(TargetError::Scheme(url.scheme().to_owned()));
        }
        let host = url.host().ok_or(TargetError::Host)?;
        Ok(Self {
            name: server_name(host.to_owned())?,
            port: url
                .port_or_known_default()
                .filter(|&port| port > 0)
                .ok_or(TargetError::Port)?,
        })
    }
}

/// `host:port`, IPv6 addresses in brackets.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, port) = (self.name.to_str(), self.port);
        match name.contains(':') {
            true => write!(f, "[{name}]:{port}"),
            false => write!(f, "{name}:{port}"),
        }
    }
}

impl FromStr for Address {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<Self, TargetError> {
        if text.contains("://") {
            return Err(TargetError::NoUrl);
        }
        Self::read(text).map_err(|error| match error {
            TargetError::Host => TargetError::NoUrl,
            error => error,
        })
    }
}

impl Address {
    fn read(text: &str) -> Result<Self, TargetError> {
        if has_zone(text) {
            return Err(TargetError::Zone);
        }
        let (host, port) = split(text)?;
        Ok(Self {
            name: host_name(host)?,
            port: port.map(parse_port).transpose()?,
        })
    }
}

/// Whether it is an IPv6 address with a zone: `fe80::1%eth0`.
fn has_zone(text: &str) -> bool {
    let address = text.strip_prefix('[').unwrap_or(text).split_once('%');
    address.is_some_and(|(address, _)| address.parse::<Ipv6Addr>().is_ok())
}

/// Reads a host name or address, as `--server-name` takes it.
pub(crate) fn name(text: &str) -> Result<ServerName<'static>, TargetError> {
    host_name(text).map_err(|_| TargetError::NameAlone)
}

fn host_name(text: &str) -> Result<ServerName<'static>, TargetError> {
    if let Ok(address) = text.parse::<Ipv6Addr>() {
        return server_name(Host::Ipv6(address));
    }
    let host = Host::parse(text).map_err(|_| TargetError::Host)?;
    server_name(host)
}

/// Parts host and port.
fn split(text: &str) -> Result<(&str, Option<&str>), TargetError> {
    if let Some(end) = text.strip_prefix('[').and_then(|rest| rest.find(']')) {
        let (host, rest) = text.split_at(end + 2);
        return match rest.strip_prefix(':') {
            Some(port) => Ok((host, Some(port))),
            None if rest.is_empty() => Ok((host, None)),
            None => Err(TargetError::Host),
        };
    }
    if text.parse::<Ipv6Addr>().is_ok() {
        return Ok((text, None));
    }
    match text.rsplit_once(':') {
        Some((host, _)) if host.contains(':') => Err(TargetError::Brackets),
        Some((host, port)) => Ok((host, Some(port))),
        None => Ok((text, None)),
    }
}

fn parse_port(text: &str) -> Result<u16, TargetError> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let port = text.parse().ok().filter(|&port| port > 0 && digits);
    port.ok_or(TargetError::Port)
}

fn server_name(host: Host<String>) -> Result<ServerName<'static>, TargetError> {
    match host {
        Host::Domain(domain) => ServerName::try_from(domain).map_err(|_| TargetError::Host),
        Host::Ipv4(address) => Ok(ServerName::IpAddress(address.into())),
        Host::Ipv6(address) => Ok(ServerName::IpAddress(address.into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(text: &str) -> Result<String, TargetError> {
        text.parse().map(|target: Target| target.to_string())
    }

    #[test]
    fn every_way_of_writing_a_server_is_read() {
        for (text, meant) in [
            ("example.com", "example.com:443"),
            ("Example.COM:8443", "example.com:8443"),
            ("example.com.", "example.com:443"),
            ("192.0.2.7", "192.0.2.7:443"),
            ("192.0.2.7:1", "192.0.2.7:1"),
            ("[2001:db8::1]:65535", "[2001:db8::1]:65535"),
            ("[2001:DB8::1]", "[2001:db8::1]:443"),
            ("2001:db8::1", "[2001:db8::1]:443"),
            ("https://example.com", "example.com:443"),
            (
                "HTTPS://example.com:8443/path?query#part",
                "example.com:8443",
            ),
            ("https://[::1]/", "[::1]:443"),
            ("bücher.example:993", "xn--bcher-kva.example:993"),
            ("https://bücher.example/", "xn--bcher-kva.example:443"),
            ("_under.score.example", "_under.score.example:443"),
        ] {
            assert_eq!(target(text).as_deref(), Ok(meant), "{text}");
        }
    }

    #[test]
    fn what_names_no_server_is_refused() {
        use TargetError::{Brackets, Host, Port, Zone};
        for (text, error) in [
            ("", Host),
            (":443", Host),
            ("example.com:", Port),
            ("example.com:0", Port),
            ("example.com:65536", Port),
            ("example.com:+1", Port),
            ("example.com:https", Port),
            ("example.com/path", Host),
            ("exa mple.com", Host),
            ("*.example.com", Host),
            ("a\u{1b}[31m.example", Host),
            ("[::1", Brackets),
            ("[::1]x", Host),
            ("[example.com]:443", Host),
            ("fe80::1%lo", Zone),
            ("[fe80::1%lo]:443", Zone),
            ("::1:x", Brackets),
            ("https://example.com:0/", Port),
            ("http://example.com", TargetError::Scheme("http".into())),
            ("ssh://example.com", TargetError::Scheme("ssh".into())),
        ] {
            assert_eq!(target(text), Err(error), "{text}");
        }
        assert!(matches!(target("https://"), Err(TargetError::Url(_))));
        assert!(matches!(
            target("https://ex ample/"),
            Err(TargetError::Url(_))
        ));
    }

    #[test]
    fn an_address_may_leave_the_port_to_the_target() {
        let port = |text: &str| text.parse().map(|address: Address| address.port);
        assert_eq!(port("127.0.0.1"), Ok(None));
        assert_eq!(port("[::1]:8443"), Ok(Some(8443)));
        assert_eq!(port("localhost:x"), Err(TargetError::Port));
        assert_eq!(port("https://localhost:1"), Err(TargetError::NoUrl));
        assert_eq!(port("a b"), Err(TargetError::NoUrl));
    }

    #[test]
    fn server_names_are_names_or_addresses() {
        let read = |text| name(text).map(|name| name.to_str().into_owned());
        assert_eq!(
            read("Bücher.example").as_deref(),
            Ok("xn--bcher-kva.example")
        );
        assert_eq!(read("::1").as_deref(), Ok("::1"));
        assert_eq!(read("example.com:443"), Err(TargetError::NameAlone));
    }
}
