//! Plain in, TLS out.

use std::time::Duration;

use rustls::version::{TLS12, TLS13};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::site::{LONG, Site, Upstream, echo_tls};

fn config(upstream: &Upstream) -> String {
    format!(
        r#"
        [[listener]]
        name = "out"
        mode = "originate"
        listen = ["127.0.0.1:0"]
        alpn = ["postgresql"]
        upstream = "db"
        [upstream.db]
        addresses = ["{}"]
        tls = {{ server_name = "a.example", authorities = "ca.pem", policies = ["out"] }}
        [policy.out]
        settings = {{ versions = ["1.3"] }}
        "#,
        upstream.address
    )
}

async fn ask(address: std::net::SocketAddr, say: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut tcp = TcpStream::connect(address).await?;
    tcp.write_all(say).await?;
    tcp.shutdown().await?;
    let mut heard = Vec::new();
    let read = tcp.read_to_end(&mut heard);
    timeout(LONG, read).await.expect("it does not hang")?;
    Ok(heard)
}

#[tokio::test]
async fn a_program_that_knows_no_tls_speaks_it() {
    let site = Site::new();
    let upstream = echo_tls(&site, "server", &[&TLS13], &["postgresql"]).await;
    let running = site.start(&config(&upstream)).await;
    let heard = ask(running.address(), b"hello").await;
    assert_eq!(heard.expect("approved"), b"postgresql false\nhello");
    let lines = running.drain().await;
    assert_eq!(lines[0]["listener"], "out");
    assert_eq!(lines[0]["upstream"]["verdict"], "approved");
    assert_eq!(lines[0]["end"], "closed");
    assert_eq!(lines[0]["bytes_in"], 5);
}

#[tokio::test]
async fn a_server_that_policy_refuses_is_not_spoken_to() {
    let site = Site::new();
    let upstream = echo_tls(&site, "server", &[&TLS12], &[]).await;
    let running = site.start(&config(&upstream)).await;
    assert_eq!(
        ask(running.address(), b"secret").await.unwrap_or_default(),
        b""
    );
    let lines = running.drain().await;
    assert_ne!(lines[0]["upstream"]["verdict"], "approved");
    assert_eq!(lines[0]["bytes_in"], 0);
}

#[tokio::test]
async fn what_goes_on_ends_when_the_gateway_drains_too_long() {
    let site = Site::new();
    let upstream = echo_tls(&site, "server", &[&TLS13], &[]).await;
    let config = config(&upstream) + "\n[gateway]\ndrain_seconds = 1\n";
    let running = site.start(&config).await;
    let mut tcp = TcpStream::connect(running.address())
        .await
        .expect("it listens");
    let mut heard = [0; 7];
    tcp.read_exact(&mut heard)
        .await
        .expect("the upstream speaks");
    let draining = tokio::spawn(running.drain());
    tokio::time::sleep(Duration::from_millis(200)).await;
    tcp.write_all(b"x").await.expect("it goes on for now");
    assert_eq!(tcp.read_u8().await.expect("it goes on for now"), b'x');
    let lines = draining.await.expect("no panic");
    assert_eq!(lines[0]["end"], "drained");
}
