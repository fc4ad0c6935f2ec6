use tokio::{io::AsyncWriteExt, net::TcpListener};

use super::*;
use crate::log::Id;

/// A connection on which these parts arrive one after the other, and then no more.
async fn receiving(parts: Vec<Vec<u8>>) -> TcpStream {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("it is bound");
    tokio::spawn(async move {
        let mut tcp = TcpStream::connect(address).await.expect("it listens");
        tcp.set_nodelay(true).expect("it can be set");
        for part in parts {
            tcp.write_all(&part).await.expect("it is taken");
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
    });
    listener.accept().await.expect("it comes").0
}

/// What is read of these bytes, and what is left of them.
async fn read_of(parts: Vec<Vec<u8>>) -> (Result<Header, ProxyError>, Vec<u8>) {
    let mut tcp = receiving(parts).await;
    let header = read(&mut tcp).await;
    let mut rest = Vec::new();
    let _ = tcp.read_to_end(&mut rest).await;
    (header, rest)
}

fn proxied(source: &str, destination: &str) -> Header {
    Header::Proxied {
        source: source.parse().expect("an address"),
        destination: destination.parse().expect("an address"),
    }
}

/// Version 2: signature, version and command, family and protocol, length, addresses, ports (section 2.2).
fn binary(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
    let length = (rest.len() as u16).to_be_bytes();
    [
        &b"\r\n\r\n\0\r\nQUIT\n"[..],
        &[0x20 | command, family],
        &length,
        rest,
    ]
    .concat()
}

const IPV4: [u8; 12] = [192, 0, 2, 7, 198, 51, 100, 1, 0xc3, 0x50, 0x01, 0xbb];

fn headers() -> Vec<(Vec<u8>, Header)> {
    let v4 = proxied("192.0.2.7:50000", "198.51.100.1:443");
    let v6 = proxied("[2001:db8::7]:50000", "[2001:db8::1]:443");
    let mut ipv6 = vec![0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7];
    ipv6.extend([0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    ipv6.extend([0xc3, 0x50, 0x01, 0xbb]);
    // PP2_TYPE_NOOP of three bytes.
    let with_tlv = [&IPV4[..], &[4, 0, 3, 1, 2, 3]].concat();
    vec![
        (
            b"PROXY TCP4 192.0.2.7 198.51.100.1 50000 443\r\n".to_vec(),
            v4,
        ),
        (
            b"PROXY TCP6 2001:db8::7 2001:db8::1 50000 443\r\n".to_vec(),
            v6,
        ),
        (b"PROXY UNKNOWN\r\n".to_vec(), Header::Local),
        (binary(1, 0x11, &IPV4), v4),
        (binary(1, 0x11, &with_tlv), v4),
        (binary(1, 0x21, &ipv6), v6),
        (binary(0, 0, &[]), Header::Local),
        (binary(1, 0, &[]), Header::Local),
    ]
}

#[tokio::test]
async fn a_header_is_read_and_not_one_byte_more() {
    for (header, said) in headers() {
        let bytes = [&header[..], b"hello\r\n"].concat();
        let (read, rest) = read_of(vec![bytes]).await;
        assert_eq!(read.ok(), Some(said), "{header:?}");
        assert_eq!(rest, b"hello\r\n");
    }
}

#[tokio::test]
async fn a_header_may_come_in_pieces() {
    for (header, said) in headers().into_iter().step_by(3) {
        for at in 1..header.len() {
            let (one, two) = header.split_at(at);
            let (read, rest) = read_of(vec![one.to_vec(), [two, b"x"].concat()]).await;
            assert_eq!(read.ok(), Some(said), "{header:?} at {at}");
            assert_eq!(rest, b"x");
        }
    }
}

#[tokio::test]
async fn what_is_no_header_is_none() {
    let long = [&b"PROXY TCP4 "[..], &[b'1'; 200]].concat();
    for wrong in [
        b"GET / HTTP/1.1\r\n\r\n".to_vec(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\x00".to_vec(),
        b"PROXY TCP4 192.0.2.7 198.51.100.1 50000\r\n".to_vec(),
        b"PROXY TCP4 192.0.2.777 198.51.100.1 50000 443\r\n".to_vec(),
        long,
        binary(1, 0x11, &IPV4[..11]),
        binary(2, 0x11, &IPV4),
        binary(1, 0x11, &[0; 5000]),
        b"PROXY TCP4 192.0.2.7".to_vec(),
        b"PROX".to_vec(),
        vec![],
    ] {
        let (read, _) = read_of(vec![wrong.clone()]).await;
        assert!(read.is_err(), "{wrong:?}: {read:?}");
    }
}

#[test]
fn a_connection_without_tls_is_told_by_its_ends() {
    let id = Id::new();
    let outgoing = |source: &str, destination: &str| Outgoing {
        source: source.parse().ok(),
        destination: destination.parse().ok(),
        record: None,
        id,
    };
    let id = id.to_string();
    // PP2_TYPE_UNIQUE_ID
    let tlv = [&[5, 0, id.len() as u8], id.as_bytes()].concat();
    let header = header(&outgoing("192.0.2.7:50000", "198.51.100.1:443"));
    assert_eq!(header, binary(1, 0x11, &[&IPV4[..], &tlv].concat()));
    let mapped = super::header(&outgoing("[::ffff:192.0.2.7]:50000", "198.51.100.1:443"));
    assert_eq!(mapped, header);
    let mixed = super::header(&outgoing("[2001:db8::7]:50000", "198.51.100.1:443"));
    assert_eq!(mixed[13], 0x21);
    assert_eq!(
        mixed[32..48],
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 198, 51, 100, 1]
    );
    let unknown = super::header(&outgoing("", ""));
    assert_eq!(unknown, binary(1, 0, &tlv));
}
