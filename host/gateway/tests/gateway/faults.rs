//! Peers that do wrong: each leaves one line, and nobody else notices.

use std::time::Duration;

use socket2::SockRef;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::{
    site::{Client, LONG, Site, echo},
    terminate::config,
};

/// A TLS record that never ends: its header promises 512 bytes of a ClientHello.
const HALF_A_HELLO: &[u8] = &[22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3];

#[tokio::test]
async fn garbage_and_silence_are_not_waited_for() {
    let site = Site::new();
    let upstream = echo().await;
    let slow = config(&upstream, "").replace("alpn =", "handshake_timeout_seconds = 1\nalpn =");
    let running = site.start(&slow).await;
    let openings: [&[u8]; 5] = [
        b"",
        b"GET / HTTP/1.1\r\nhost: a.example\r\n\r\n",
        b"\0\0\0\0",
        HALF_A_HELLO,
        b"SSH-2.0-x\r\n",
    ];
    for opening in openings {
        let mut tcp = TcpStream::connect(running.address())
            .await
            .expect("it listens");
        tcp.write_all(opening).await.expect("taken");
        let mut heard = Vec::new();
        let read = tcp.read_to_end(&mut heard);
        // It may be reset while something of ours is on its way.
        let _ = timeout(LONG, read).await.expect("it is not waited for");
        assert!(
            heard.is_empty() || heard[0] == 21,
            "an alert at most: {heard:?}"
        );
    }
    let heard = Client::new(&site)
        .ask(running.address(), "a.example", b"hello")
        .await;
    assert_eq!(heard.expect("approved"), b"hello");
    assert_eq!(upstream.connections(), 1);
    let lines = running.drain().await;
    assert_eq!(lines.len(), 6);
    for line in &lines[..5] {
        assert_eq!(line["end"], "failed", "{line}");
    }
}

#[tokio::test]
async fn who_hangs_up_in_the_middle_leaves_a_line_and_a_place() {
    let site = Site::new();
    let upstream = echo().await;
    let running = site.start(&config(&upstream, "")).await;
    for opening in [&b""[..], HALF_A_HELLO] {
        let mut tcp = TcpStream::connect(running.address())
            .await
            .expect("it listens");
        tcp.write_all(opening).await.expect("taken");
        // A reset.
        SockRef::from(&tcp)
            .set_linger(Some(Duration::ZERO))
            .expect("it can be set");
    }
    let mut visit = Client::new(&site)
        .visit(running.address(), "a.example")
        .await
        .expect("approved");
    visit.echo(b"hello").await.expect("it comes back");
    let (tcp, _) = visit.stream.get_ref();
    SockRef::from(tcp)
        .set_linger(Some(Duration::ZERO))
        .expect("it can be set");
    drop(visit);
    let lines = running.lines(3).await;
    let mut ends: Vec<_> = lines
        .iter()
        .map(|line| line["end"].as_str().expect("a word"))
        .collect();
    ends.sort_unstable();
    assert_eq!(ends, ["client-reset", "failed", "failed"]);
}

#[tokio::test]
async fn only_trusted_peers_say_whom_they_speak_for() {
    let site = Site::new();
    let upstream = echo().await;
    let trusting = |network: &str| {
        let trusted = format!("proxy_protocol = {{ trusted = [\"{network}\"] }}\nalpn =");
        config(&upstream, "").replace("alpn =", &trusted)
    };
    let header = b"PROXY TCP4 192.0.2.7 198.51.100.1 50000 443\r\n";
    let client = Client::new(&site);

    let running = site.start(&trusting("127.0.0.0/8")).await;
    let visit = client
        .visit_after(running.address(), header, "a.example")
        .await;
    visit.expect("approved").ask(b"").await.expect("it ends");
    client
        .visit(running.address(), "a.example")
        .await
        .err()
        .expect("it says nothing of it");
    let lines = running.drain().await;
    assert_eq!(lines[0]["client"], "192.0.2.7:50000");
    assert_eq!(lines[0]["end"], "closed");
    assert_eq!(lines[1]["end"], "proxy-header");

    std::fs::remove_file(site.path("log.json")).expect("it is there");
    let running = site.start(&trusting("203.0.113.0/24")).await;
    let visit = client
        .visit_after(running.address(), header, "a.example")
        .await;
    visit.err().expect("that is no hello");
    let visit = client.visit(running.address(), "a.example").await;
    visit.expect("approved").ask(b"").await.expect("it ends");
    let lines = running.drain().await;
    assert_eq!(lines[0]["end"], "failed");
    assert!(
        lines[1]["client"]
            .as_str()
            .is_some_and(|it| it.starts_with("127.0.0.1:"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn half_open_handshakes_keep_nobody_else_out() {
    let site = Site::new();
    let upstream = echo().await;
    let running = site
        .start(&config(&upstream, "").replace("alpn =", "handshake_timeout_seconds = 2\nalpn ="))
        .await;
    let mut flood = Vec::new();
    for _ in 0..500 {
        let mut tcp = TcpStream::connect(running.address())
            .await
            .expect("it listens");
        tcp.write_all(HALF_A_HELLO).await.expect("taken");
        flood.push(tcp);
    }
    let heard = Client::new(&site)
        .ask(running.address(), "a.example", b"hello")
        .await;
    assert_eq!(heard.expect("approved"), b"hello");
    let lines = running.lines(501).await;
    let failed = lines.iter().filter(|line| line["end"] == "failed").count();
    assert_eq!(failed, 500);
    drop(flood);
}
