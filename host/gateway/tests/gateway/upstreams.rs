//! Several addresses, TLS to an upstream, and policies for that.

use rustls::version::{TLS12, TLS13};

use crate::site::{Client, Site, Upstream, closed_port, echo_tls, naming};

fn config(upstream: &str) -> String {
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
        {upstream}
        "#
    )
}

#[tokio::test]
async fn addresses_take_turns_and_one_that_fails_is_passed_over() {
    let site = Site::new();
    let (one, other, away) = (naming("1").await, naming("2").await, closed_port().await);
    let running = site
        .start(&config(&format!(
            "[upstream.app]\naddresses = [\"{}\", \"{away}\", \"localhost:{}\"]",
            one.address,
            other.address.port()
        )))
        .await;
    let client = Client::new(&site);
    for _ in 0..6 {
        client
            .ask(running.address(), "a.example", b"")
            .await
            .expect("one answers");
    }
    let counts = [one.connections(), other.connections()];
    assert_eq!(counts.iter().sum::<usize>(), 6);
    assert!(counts.iter().all(|count| *count >= 2), "{counts:?}");
}

fn tls(upstream: &Upstream, more: &str) -> String {
    config(&format!(
        r#"
        [upstream.app]
        addresses = ["{}"]
        tls = {{ server_name = "a.example", authorities = "ca.pem", policies = ["out"]{more} }}
        [policy.out]
        settings = {{ versions = ["1.3"] }}
        "#,
        upstream.address
    ))
}

#[tokio::test]
async fn an_upstream_is_offered_the_protocol_that_the_client_has_and_no_other() {
    let site = Site::new();
    let upstream = echo_tls(&site, "server", &[&TLS13], &["http/1.1", "h2"]).await;
    let running = site.start(&tls(&upstream, "")).await;
    let ask = |alpn: &'static [&'static str]| {
        let client = Client::new(&site).alpn(alpn);
        let address = running.address();
        async move {
            client
                .ask(address, "a.example", b"x")
                .await
                .expect("approved")
        }
    };
    assert_eq!(ask(&["h2", "http/1.1"]).await, b"h2 false\nx");
    assert_eq!(ask(&["http/1.1"]).await, b"http/1.1 false\nx");
    assert_eq!(ask(&[]).await, b" false\nx");
    let lines = running.drain().await;
    assert_eq!(lines[0]["upstream"]["verdict"], "approved");
    assert_eq!(lines[0]["upstream"]["version"], "TLSv1.3");
}

#[tokio::test]
async fn an_upstream_that_policy_refuses_gets_no_byte_of_the_client() {
    let site = Site::new();
    let upstream = echo_tls(&site, "server", &[&TLS12], &[]).await;
    let running = site.start(&tls(&upstream, "")).await;
    let heard = Client::new(&site)
        .ask(running.address(), "a.example", b"secret")
        .await;
    assert_eq!(heard.unwrap_or_default(), b"");
    let lines = running.drain().await;
    assert_eq!(lines[0]["verdict"], "approved");
    assert_eq!(lines[0]["bytes_in"], 0);
    assert_ne!(lines[0]["upstream"]["verdict"], "approved");
}

#[tokio::test]
async fn an_upstream_must_be_who_it_should_be() {
    let site = Site::new();
    site.certify("b", &["b.example"]);
    let upstream = echo_tls(&site, "b", &[&TLS13], &[]).await;
    let running = site.start(&tls(&upstream, "")).await;
    let heard = Client::new(&site)
        .ask(running.address(), "a.example", b"secret")
        .await;
    assert_eq!(heard.unwrap_or_default(), b"");
    let lines = running.drain().await;
    assert_eq!(lines[0]["end"], "upstream-failed");
    assert_eq!(lines[0]["bytes_in"], 0);
}

#[tokio::test]
async fn the_gateway_can_say_who_it_is() {
    let site = Site::new();
    let upstream = echo_tls(&site, "server", &[&TLS13], &[]).await;
    let shown = ", certificate = { chain = \"client.pem\", key = \"client.key\" }";
    let running = site.start(&tls(&upstream, shown)).await;
    let heard = Client::new(&site)
        .ask(running.address(), "a.example", b"x")
        .await;
    assert_eq!(heard.expect("approved"), b" true\nx");
}

#[tokio::test]
async fn a_name_that_nobody_knows_is_passed_over() {
    let site = Site::new();
    let one = naming("1").await;
    // RFC 6761, section 6.4: such a name is known to nobody.
    let unknown = "[upstream.app]\naddresses = [\"no-such-host.invalid:1\"]";
    let running = site.start(&config(unknown)).await;
    let visit = Client::new(&site)
        .visit(running.address(), "a.example")
        .await;
    let heard = visit.expect("approved").end().await;
    assert_eq!(heard.expect("close_notify"), b"");
    let lines = running.drain().await;
    assert_eq!(lines[0]["end"], "upstream-unreachable");
    let both = format!(
        "[upstream.app]\naddresses = [\"no-such-host.invalid:1\", \"{}\"]",
        one.address
    );
    let running = site.start(&config(&both)).await;
    for _ in 0..3 {
        let heard = Client::new(&site)
            .ask(running.address(), "a.example", b"")
            .await;
        assert_eq!(heard.expect("approved"), b"1");
    }
}
