//! The PROXY protocol: whom a load balancer speaks for (in), and for whom and under what TLS we speak (out).
//!
//! <https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt>

mod outgoing;

use std::{io, net::SocketAddr};

use ppp::{v1, v2};
use tokio::{io::AsyncReadExt, net::TcpStream};

pub(crate) use outgoing::{Outgoing, header};

/// The first bytes of version 2.
const SIGNATURE: &[u8; 12] = b"\r\n\r\n\0\r\nQUIT\n";

/// The first bytes of version 1.
const WORD: &[u8] = b"PROXY ";

/// A header of version 1, its end included (section 2.1).
const LINE_BYTES_MAX: usize = 107;

/// What may follow the first 16 bytes of version 2: addresses, and more about them than anybody says.
const REST_BYTES_MAX: usize = 4 * 1024;

/// What a header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Header {
    /// The connection is another's.
    Proxied {
        source: SocketAddr,
        destination: SocketAddr,
    },
    /// The connection is the proxy's own, or nobody knows whose.
    Local,
}

/// Why there is no header.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProxyError {
    #[error("the connection ended within it: {0}")]
    Io(#[from] io::Error),
    #[error("there is none")]
    Missing,
    #[error("it is malformed")]
    Malformed,
    #[error("it is longer than it may be")]
    TooLong,
}

/// Reads a header, and not one byte more.
pub(crate) async fn read(tcp: &mut TcpStream) -> Result<Header, ProxyError> {
    let mut start = [0; SIGNATURE.len()];
    tcp.read_exact(&mut start).await?;
    match start {
        start if start == *SIGNATURE => read_binary(tcp).await,
        start if start.starts_with(WORD) => read_line(tcp, start.to_vec()).await,
        _ => Err(ProxyError::Missing),
    }
}

async fn read_binary(tcp: &mut TcpStream) -> Result<Header, ProxyError> {
    let mut head = [0; 4];
    tcp.read_exact(&mut head).await?;
    let [_, _, high, low] = head;
    let rest_bytes = usize::from(u16::from_be_bytes([high, low]));
    if rest_bytes > REST_BYTES_MAX {
        return Err(ProxyError::TooLong);
    }
    let mut header = [&SIGNATURE[..], &head].concat();
    header.resize(header.len() + rest_bytes, 0);
    tcp.read_exact(&mut header[SIGNATURE.len() + head.len()..])
        .await?;
    let header = v2::Header::try_from(&header[..]).map_err(|_| ProxyError::Malformed)?;
    Ok(match (header.command, header.addresses) {
        (v2::Command::Proxy, v2::Addresses::IPv4(ip)) => Header::Proxied {
            source: (ip.source_address, ip.source_port).into(),
            destination: (ip.destination_address, ip.destination_port).into(),
        },
        (v2::Command::Proxy, v2::Addresses::IPv6(ip)) => Header::Proxied {
            source: (ip.source_address, ip.source_port).into(),
            destination: (ip.destination_address, ip.destination_port).into(),
        },
        _ => Header::Local,
    })
}

async fn read_line(tcp: &mut TcpStream, mut line: Vec<u8>) -> Result<Header, ProxyError> {
    let mut seen = [0; LINE_BYTES_MAX];
    while !line.ends_with(b"\n") {
        let room = LINE_BYTES_MAX - line.len();
        if room == 0 {
            return Err(ProxyError::TooLong);
        }
        // Looked at first: what comes after the line is not ours to take.
        let there = tcp.peek(&mut seen[..room]).await?;
        let end = seen[..there].iter().position(|byte| *byte == b'\n');
        let part = &mut seen[..end.map_or(there, |end| end + 1)];
        if part.is_empty() {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        tcp.read_exact(part).await?;
        line.extend_from_slice(part);
    }
    let header = v1::Header::try_from(&line[..]).map_err(|_| ProxyError::Malformed)?;
    Ok(match header.addresses {
        v1::Addresses::Tcp4(ip) => Header::Proxied {
            source: (ip.source_address, ip.source_port).into(),
            destination: (ip.destination_address, ip.destination_port).into(),
        },
        v1::Addresses::Tcp6(ip) => Header::Proxied {
            source: (ip.source_address, ip.source_port).into(),
            destination: (ip.destination_address, ip.destination_port).into(),
        },
        v1::Addresses::Unknown => Header::Local,
    })
}

#[cfg(test)]
mod tests;
