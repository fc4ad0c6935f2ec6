//! The header that an upstream gets: version 2, with what was settled in TLS.

use std::{io, net::SocketAddr};

use countersign::record::{Decision, DecisionRecord};
use ppp::v2::{Addresses, Builder, Command, IPv4, IPv6, Protocol, Type, Version};

use crate::log::Id;

/// PP2_CLIENT_SSL: the client came over TLS; PP2_CLIENT_CERT_CONN: it showed a certificate on this connection;
/// PP2_CLIENT_CERT_SESS: or in the session that it resumed (section 2.2.5).
const CLIENT_SSL: u8 = 0x01;
const CLIENT_CERT_CONN: u8 = 0x02;
const CLIENT_CERT_SESS: u8 = 0x04;

/// PP2_SUBTYPE_SSL_GROUP, which the library does not know.
const SSL_GROUP: u8 = 0x26;

/// What a header says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outgoing<'a> {
    /// The client.
    pub(crate) source: Option<SocketAddr>,
    /// Where the client came in.
    pub(crate) destination: Option<SocketAddr>,
    /// What was settled with the client. None: it came without TLS.
    pub(crate) record: Option<&'a DecisionRecord>,
    /// By what the connection is found in the log: PP2_TYPE_UNIQUE_ID.
    pub(crate) id: Id,
}

/// The bytes of a header.
pub(crate) fn header(outgoing: &Outgoing<'_>) -> Vec<u8> {
    write(outgoing).unwrap_or_else(|_| unreachable!("all that is written is short"))
}

fn write(outgoing: &Outgoing<'_>) -> io::Result<Vec<u8>> {
    let addresses = addresses(outgoing.source, outgoing.destination);
    let protocol = match addresses {
        Addresses::Unspecified => Protocol::Unspecified,
        _ => Protocol::Stream,
    };
    let mut builder = Builder::with_addresses(Version::Two | Command::Proxy, protocol, addresses);
    if let Some(record) = outgoing
        .record
        .filter(|record| record.decision == Decision::Approved)
    {
        if let Some(alpn) = record
            .session
            .as_ref()
            .and_then(|session| session.alpn.as_deref())
        {
            builder = builder.write_tlv(Type::ALPN, alpn)?;
        }
        if let Some(name) = record.facts.server_name() {
            builder = builder.write_tlv(Type::Authority, name.as_bytes())?;
        }
        builder = builder.write_tlv(Type::SSL, &tls(record))?;
    }
    builder
        .write_tlv(Type::UniqueId, outgoing.id.to_string().as_bytes())?
        .build()
}

/// Both of one family; where they are not, those of version 4 are written in version 6.
fn addresses(source: Option<SocketAddr>, destination: Option<SocketAddr>) -> Addresses {
    use std::net::IpAddr::{V4, V6};
    let (Some(source), Some(destination)) = (source, destination) else {
        return Addresses::Unspecified;
    };
    let (from, to) = (source.ip().to_canonical(), destination.ip().to_canonical());
    let (from_port, to_port) = (source.port(), destination.port());
    let wide = |ip| match ip {
        V4(ip) => ip.to_ipv6_mapped(),
        V6(ip) => ip,
    };
    match (from, to) {
        (V4(from), V4(to)) => Addresses::IPv4(IPv4::new(from, to, from_port, to_port)),
        (from, to) => Addresses::IPv6(IPv6::new(wide(from), wide(to), from_port, to_port)),
    }
}

/// The value of PP2_TYPE_SSL: client flags, verify (0: a certificate was shown and verified), and its sub-TLVs.
fn tls(record: &DecisionRecord) -> Vec<u8> {
    let certificate = record.facts.peer_certificates().first();
    let resumed = record
        .session
        .as_ref()
        .is_some_and(|session| session.resumed);
    let shown = match (certificate.is_some(), resumed) {
        (true, false) => CLIENT_CERT_CONN | CLIENT_CERT_SESS,
        (true, true) => CLIENT_CERT_SESS,
        (false, _) => 0,
    };
    let mut value = vec![CLIENT_SSL | shown];
    value.extend(u32::from(certificate.is_none()).to_be_bytes());
    let mut add = |kind: u8, text: &str| {
        // Names that a stranger chose may be long; what is cut is still what it begins with.
        let text = &text.as_bytes()[..text.len().min(1024)];
        value.push(kind);
        value.extend((text.len() as u16).to_be_bytes());
        value.extend(text);
    };
    if let Some(session) = &record.session {
        add(Type::SSLVersion as u8, &session.version.to_string());
        let suite = session.cipher_suite;
        let suite = suite
            .openssl_name()
            .map_or_else(|| suite.to_string(), str::to_owned);
        add(Type::SSLCipher as u8, &suite);
        if let Some(group) = session.group {
            add(SSL_GROUP, &group.to_string());
        }
    }
    if let Some(name) = certificate.and_then(|certificate| common_name(certificate.der())) {
        add(Type::SSLCommonName as u8, &name);
    }
    value
}

fn common_name(der: &[u8]) -> Option<String> {
    let (_, certificate) = x509_parser::parse_x509_certificate(der).ok()?;
    let name = certificate.subject().iter_common_name().next()?;
    name.as_str().ok().map(str::to_owned)
}
