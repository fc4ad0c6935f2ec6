//! TLS in: verdict first, then bytes, then one line in the log.

use std::io::ErrorKind;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::site::{Client, Site, Upstream, echo};

/// A listener with one route for all.
pub(crate) fn config(upstream: &Upstream, more: &str) -> String {
    format!(
        r#"
        [[listener]]
        name = "web"
        mode = "terminate"
        listen = ["127.0.0.1:0"]
        alpn = ["h2", "http/1.1"]
        [[listener.route]]
        certificate = {{ chain = "server.pem", key = "server.key" }}
        upstream = "app"
        {more}
        [upstream.app]
        addresses = ["{}"]
        "#,
        upstream.address
    )
}

const ONLY_13: &str = r#"
    policies = ["strict"]
    [policy.strict]
    settings = { versions = ["1.3"] }
"#;

#[tokio::test]
async fn bytes_pass_in_both_directions_and_ends_too() {
    let site = Site::new();
    let upstream = echo().await;
    let running = site.start(&config(&upstream, "")).await;
    let said: Vec<u8> = (0..3_000_000_u32).map(|at| (at * 31 % 251) as u8).collect();
    let small = Client::new(&site)
        .ask(running.address(), "a.example", b"hello")
        .await;
    assert_eq!(small.expect("approved"), b"hello");
    let mut visit = Client::new(&site)
        .visit(running.address(), "a.example")
        .await
        .expect("approved");
    for part in said.chunks(9_999) {
        assert!(visit.echo(part).await.expect("it comes back") == part);
    }
    visit.ask(b"").await.expect("it ends");
    let lines = running.drain().await;
    assert_eq!(lines.len(), 2, "{lines:#?}");
    let line = &lines[1];
    assert_eq!(line["listener"], "web");
    assert_eq!(line["verdict"], "approved");
    assert_eq!(line["end"], "closed");
    assert_eq!(line["sni"], "a.example");
    assert_eq!(line["version"], "TLSv1.3");
    assert_eq!(line["bytes_in"], 3_000_000);
    assert_eq!(line["bytes_out"], 3_000_000);
    assert_eq!(line["upstream"]["name"], "app");
    assert_eq!(line["upstream"]["address"], upstream.address.to_string());
}

#[tokio::test]
async fn who_is_vetoed_reaches_no_upstream() {
    let site = Site::new();
    let upstream = echo().await;
    let running = site.start(&config(&upstream, ONLY_13)).await;
    let refused = Client::tls12(&site)
        .ask(running.address(), "a.example", b"hello")
        .await;
    let error = refused.expect_err("it is refused");
    // protocol_version, RFC 8446, section 6.2.
    assert!(error.to_string().contains("ProtocolVersion"), "{error}");
    let approved = Client::new(&site)
        .ask(running.address(), "a.example", b"hello")
        .await;
    assert_eq!(approved.expect("approved"), b"hello");
    assert_eq!(upstream.connections(), 1, "of the approved one alone");
    let lines = running.drain().await;
    assert_eq!(lines[0]["verdict"], "vetoed");
    assert_eq!(lines[0]["end"], "vetoed");
    assert_eq!(lines[0]["findings"][0]["code"], "offer.version");
    assert_eq!(lines[0]["offered"]["versions"][0], "TLSv1.2");
    assert_eq!(lines[1]["verdict"], "approved");
}

#[tokio::test]
async fn an_audited_policy_stops_nobody_and_is_heard() {
    let site = Site::new();
    let upstream = echo().await;
    let audited = ONLY_13.to_owned() + "mode = \"audit\"\n";
    let running = site.start(&config(&upstream, &audited)).await;
    let approved = Client::tls12(&site)
        .ask(running.address(), "a.example", b"hello")
        .await;
    assert_eq!(approved.expect("approved"), b"hello");
    let lines = running.drain().await;
    assert_eq!(lines[0]["verdict"], "approved");
    let would = &lines[0]["audited"][0];
    assert_eq!(would["would"], "vetoed", "{would}");
    assert_eq!(would["findings"][0]["code"], "offer.version", "{would}");
}

#[tokio::test]
async fn sessions_are_resumed_and_judged_again() {
    let site = Site::new();
    let upstream = echo().await;
    let running = site.start(&config(&upstream, "")).await;
    let client = Client::new(&site);
    let mut resumed = Vec::new();
    for _ in 0..2 {
        let mut visit = client
            .visit(running.address(), "a.example")
            .await
            .expect("approved");
        // The tickets come with the first bytes.
        visit.echo(b"x").await.expect("it comes back");
        resumed.push(visit.resumed());
        visit.ask(b"").await.expect("it ends");
    }
    assert_eq!(resumed, [false, true]);
    let lines = running.drain().await;
    assert_eq!(
        (&lines[0]["resumed"], &lines[1]["resumed"]),
        (&false.into(), &true.into())
    );
    assert_eq!(lines[1]["verdict"], "approved");
}

#[tokio::test]
async fn clients_show_certificates_where_they_must() {
    let site = Site::new();
    let upstream = echo().await;
    let asked = r#"
        client_certificate = { authorities = "ca.pem", required = true }
        policies = ["known"]
        [policy.known]
        settings = { client_certificate = { spiffe = ["spiffe://example/one"] } }
    "#;
    let running = site.start(&config(&upstream, asked)).await;
    let known = Client::known(&site)
        .ask(running.address(), "a.example", b"hello")
        .await;
    assert_eq!(known.expect("approved"), b"hello");
    let unknown = Client::new(&site)
        .ask(running.address(), "a.example", b"hello")
        .await;
    unknown.expect_err("it has none");
    assert_eq!(upstream.connections(), 1);
    let lines = running.drain().await;
    assert_eq!(lines[0]["verdict"], "approved");
    assert!(
        lines[0].to_string().contains("spiffe://example/one"),
        "{}",
        lines[0]
    );
    assert_ne!(lines[1]["verdict"], "approved");
}

#[tokio::test]
async fn the_listener_chooses_the_protocol_from_its_own_list() {
    let site = Site::new();
    let upstream = echo().await;
    let running = site.start(&config(&upstream, "")).await;
    let client = Client::new(&site).alpn(&["http/1.1", "h2"]);
    let visit = client
        .visit(running.address(), "a.example")
        .await
        .expect("approved");
    assert_eq!(visit.alpn(), Some(&b"h2"[..]));
    let client = Client::new(&site).alpn(&["imap"]);
    let error = client
        .visit(running.address(), "a.example")
        .await
        .err()
        .expect("refused");
    // no_application_protocol, RFC 7301, section 3.2.
    assert!(
        error.to_string().contains("NoApplicationProtocol"),
        "{error}"
    );
}

#[tokio::test]
async fn an_upstream_that_is_away_is_an_end_in_order() {
    let site = Site::new();
    let away = Upstream::away().await;
    let running = site.start(&config(&away, "")).await;
    let visit = Client::new(&site)
        .visit(running.address(), "a.example")
        .await
        .expect("approved");
    assert_eq!(visit.end().await.expect("close_notify"), b"");
    let lines = running.drain().await;
    assert_eq!(lines[0]["end"], "upstream-unreachable");
    assert_eq!(lines[0]["verdict"], "approved");
}

#[tokio::test]
async fn an_idle_connection_is_over() {
    let site = Site::new();
    let upstream = echo().await;
    let config = config(&upstream, "").replace("alpn =", "idle_timeout_seconds = 1\nalpn =");
    let running = site.start(&config).await;
    let mut visit = Client::new(&site)
        .visit(running.address(), "a.example")
        .await
        .expect("approved");
    visit.echo(b"hello").await.expect("it comes back");
    assert_eq!(visit.end().await.expect("close_notify"), b"");
    let lines = running.drain().await;
    assert_eq!(lines[0]["end"], "idle-timeout");
    assert_eq!(lines[0]["bytes_in"], 5);
}

#[tokio::test]
async fn a_client_has_so_many_connections_and_no_more() {
    let site = Site::new();
    let upstream = echo().await;
    let config = config(&upstream, "").replace("alpn =", "connections_per_client_max = 2\nalpn =");
    let running = site.start(&config).await;
    let client = Client::new(&site);
    let visit = || client.visit(running.address(), "a.example");
    let (one, _other) = (
        visit().await.expect("approved"),
        visit().await.expect("approved"),
    );
    let third = visit().await.err().expect("turned away");
    assert!(
        matches!(
            third.kind(),
            ErrorKind::ConnectionReset | ErrorKind::UnexpectedEof
        ),
        "{third}"
    );
    one.ask(b"").await.expect("it ends");
    running.lines(2).await;
    visit().await.expect("there is room again");
}

#[tokio::test]
async fn who_finds_no_place_waits_for_one() {
    let site = Site::new();
    let upstream = echo().await;
    let config = config(&upstream, "").replace("alpn =", "connections_max = 1\nalpn =");
    let running = site.start(&config).await;
    let client = Client::new(&site);
    let first = client
        .visit(running.address(), "a.example")
        .await
        .expect("approved");
    let address = running.address();
    let waiting = tokio::spawn(async move { client.ask(address, "a.example", b"late").await });
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert!(!waiting.is_finished());
    first.ask(b"").await.expect("it ends");
    assert_eq!(waiting.await.expect("no panic").expect("approved"), b"late");
}

#[tokio::test]
async fn what_can_be_looked_at_says_what_happened() {
    let site = Site::new();
    let upstream = echo().await;
    let admin = "\n[admin]\nlisten = \"127.0.0.1:0\"\n[metrics]\nprofiles = [\"mozilla-modern\"]\n";
    let audited = ONLY_13.to_owned() + "mode = \"audit\"\n";
    let running = site.start(&(config(&upstream, &audited) + admin)).await;
    for client in [Client::new(&site), Client::tls12(&site)] {
        let heard = client.ask(running.address(), "a.example", b"hello").await;
        assert_eq!(heard.expect("approved"), b"hello");
    }
    running.lines(2).await;
    let address = running.gateway.admin_address().expect("it is on");
    let get = async |path: &str| {
        let mut tcp = tokio::net::TcpStream::connect(address)
            .await
            .expect("it listens");
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        tcp.write_all(request.as_bytes()).await.expect("taken");
        let mut answer = String::new();
        tcp.read_to_string(&mut answer).await.expect("answered");
        answer
    };
    assert!(get("/readyz").await.starts_with("HTTP/1.1 200 "));
    assert!(get("/policies").await.contains("\"name\":\"strict\""));
    let metrics = get("/metrics").await;
    for line in [
        "countersign_connections_total{listener=\"web\"} 2",
        "countersign_decisions_total{listener=\"web\",side=\"client\",decision=\"approved\"} 2",
        "countersign_verdicts_total{listener=\"web\",side=\"client\",policy=\"strict\",mode=\"audit\",verdict=\"vetoed\",reason=\"offer.version\"} 1",
        "countersign_verdicts_total{listener=\"web\",side=\"client\",policy=\"strict\",mode=\"audit\",verdict=\"approved\",reason=\"\"} 1",
        "countersign_standards_total{listener=\"web\",side=\"client\",profile=\"mozilla-6.0-modern\",meets=\"yes\"} 1",
        "countersign_standards_total{listener=\"web\",side=\"client\",profile=\"mozilla-6.0-modern\",meets=\"no\"} 1",
        "countersign_relayed_bytes_total{listener=\"web\",direction=\"in\"} 10",
    ] {
        assert!(
            metrics.lines().any(|it| it == line),
            "{line} is not in\n{metrics}"
        );
    }
}
