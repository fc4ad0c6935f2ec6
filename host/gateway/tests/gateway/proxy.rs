//! The PROXY header that an upstream gets, read byte by byte as the specification has it.

use std::{collections::BTreeMap, net::SocketAddr};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::site::{Client, Site};

/// What a header of version 2 says (proxy-protocol.txt, section 2.2).
struct Header {
    source: SocketAddr,
    destination: SocketAddr,
    values: BTreeMap<u8, Vec<u8>>,
}

async fn read(tcp: &mut tokio::net::TcpStream) -> Header {
    let mut head = [0; 16];
    tcp.read_exact(&mut head).await.expect("a header");
    assert_eq!(head[..12], *b"\r\n\r\n\0\r\nQUIT\n");
    // Version 2, PROXY; IPv4, STREAM.
    assert_eq!(head[12..14], [0x21, 0x11]);
    let mut rest = vec![0; usize::from(u16::from_be_bytes([head[14], head[15]]))];
    tcp.read_exact(&mut rest).await.expect("all of it");
    let address = |ip: usize, port: usize| {
        let ip: [u8; 4] = rest[ip..ip + 4].try_into().expect("four");
        SocketAddr::from((ip, u16::from_be_bytes([rest[port], rest[port + 1]])))
    };
    Header {
        source: address(0, 8),
        destination: address(4, 10),
        values: values(&rest[12..]),
    }
}

/// Type, length, value; and again.
fn values(mut bytes: &[u8]) -> BTreeMap<u8, Vec<u8>> {
    let mut values = BTreeMap::new();
    while let [kind, high, low, rest @ ..] = bytes {
        let (value, next) = rest.split_at(usize::from(u16::from_be_bytes([*high, *low])));
        values.insert(*kind, value.to_vec());
        bytes = next;
    }
    values
}

#[tokio::test]
async fn an_upstream_hears_who_came_under_what_tls() {
    const ALPN: u8 = 0x01;
    const AUTHORITY: u8 = 0x02;
    const UNIQUE_ID: u8 = 0x05;
    const SSL: u8 = 0x20;
    let site = Site::new();
    let upstream = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let config = format!(
        r#"
        [[listener]]
        name = "web"
        mode = "terminate"
        listen = ["127.0.0.1:0"]
        alpn = ["h2"]
        [[listener.route]]
        certificate = {{ chain = "server.pem", key = "server.key" }}
        client_certificate = {{ authorities = "ca.pem", required = false }}
        upstream = "app"
        [upstream.app]
        addresses = ["{}"]
        send_proxy = true
        "#,
        upstream.local_addr().expect("it is bound")
    );
    let running = site.start(&config).await;
    let address = running.address();
    let ids = async |client: Client, is_known: bool| {
        let client = client.alpn(&["h2"]);
        let visit = client.visit(address, "a.example").await.expect("approved");
        let own = visit.stream.get_ref().0.local_addr().expect("it is bound");
        let (mut tcp, _) = upstream.accept().await.expect("it comes");
        let header = read(&mut tcp).await;
        assert_eq!((header.source, header.destination), (own, address));
        assert_eq!(header.values[&ALPN], b"h2");
        assert_eq!(header.values[&AUTHORITY], b"a.example");
        let tls = &header.values[&SSL];
        // PP2_CLIENT_SSL, and with a certificate CERT_CONN and CERT_SESS; verify is 0 for one that was verified.
        let (flags, verify) = if is_known { (0x07, 0) } else { (0x01, 1) };
        assert_eq!(tls[0], flags);
        assert_eq!(tls[1..5], u32::to_be_bytes(verify));
        let inner = values(&tls[5..]);
        let text = |kind: u8| String::from_utf8_lossy(&inner[&kind]).into_owned();
        // SSL_VERSION, SSL_CIPHER, SSL_GROUP
        assert_eq!(text(0x21), "TLSv1.3");
        assert_eq!(text(0x23), "TLS_AES_256_GCM_SHA384");
        assert_eq!(text(0x26), "X25519MLKEM768");
        assert_eq!(inner.contains_key(&0x22), is_known, "SSL_CN");
        tcp.shutdown().await.expect("it ends");
        visit.ask(b"").await.expect("it ends");
        String::from_utf8(header.values[&UNIQUE_ID].clone()).expect("text")
    };
    let seen = [
        ids(Client::new(&site), false).await,
        ids(Client::known(&site), true).await,
    ];
    let lines = running.drain().await;
    assert_eq!(lines[0]["id"], seen[0]);
    assert_eq!(lines[1]["id"], seen[1]);
}
