//! Server names lead to certificates, policies and upstreams.

use crate::site::{Client, Site, naming};

#[tokio::test]
async fn each_name_has_its_certificate_its_policies_and_its_upstream() {
    let site = Site::new();
    site.certify("b", &["b.example"]);
    let (one, other, rest) = (
        naming("one ").await,
        naming("other ").await,
        naming("rest ").await,
    );
    let config = format!(
        r#"
        [[listener]]
        name = "web"
        mode = "terminate"
        listen = ["127.0.0.1:0"]
        [[listener.route]]
        server_names = ["a.example", "*.a.example"]
        certificate = {{ chain = "server.pem", key = "server.key" }}
        policies = ["strict"]
        upstream = "one"
        [[listener.route]]
        server_names = ["b.example"]
        certificate = {{ chain = "b.pem", key = "b.key" }}
        upstream = "other"
        [[listener.route]]
        certificate = {{ chain = "server.pem", key = "server.key" }}
        upstream = "rest"
        [policy.strict]
        settings = {{ versions = ["1.3"] }}
        [upstream.one]
        addresses = ["{}"]
        [upstream.other]
        addresses = ["{}"]
        [upstream.rest]
        addresses = ["{}"]
        "#,
        one.address, other.address, rest.address
    );
    let running = site.start(&config).await;
    let (new, old) = (Client::new(&site), Client::tls12(&site));
    for (client, name, hears) in [
        (&new, "a.example", Some("one x")),
        (&new, "sub.a.example", Some("one x")),
        (&old, "sub.a.example", None),
        (&new, "b.example", Some("other x")),
        (&old, "b.example", Some("other x")),
        // An address is no server name (RFC 6066, section 3).
        (&old, "127.0.0.1", Some("rest x")),
    ] {
        let heard = client.ask(running.address(), name, b"x").await;
        let heard = heard
            .ok()
            .map(|heard| String::from_utf8_lossy(&heard).into_owned());
        assert_eq!(heard.as_deref(), hears, "{name}");
    }
    assert_eq!(
        (one.connections(), other.connections(), rest.connections()),
        (2, 2, 1)
    );
    let lines = running.drain().await;
    let routes: Vec<_> = lines.iter().map(|line| line["route"].as_str()).collect();
    let a = Some("a.example");
    assert_eq!(
        routes,
        [
            a,
            a,
            a,
            Some("b.example"),
            Some("b.example"),
            Some("default")
        ]
    );
}

#[tokio::test]
async fn a_name_that_nobody_has_is_refused_by_that_name() {
    let site = Site::new();
    let upstream = naming("").await;
    let config = crate::terminate::config(&upstream, "server_names = [\"a.example\"]");
    let running = site.start(&config).await;
    let error = Client::new(&site)
        .visit(running.address(), "c.example")
        .await
        .err();
    // unrecognized_name, RFC 6066, section 3.
    let error = error.expect("refused").to_string();
    assert!(error.contains("UnrecognisedName"), "{error}");
    assert_eq!(upstream.connections(), 0);
    let lines = running.drain().await;
    assert_eq!(lines[0]["sni"], "c.example");
    assert_eq!(lines[0]["end"], "failed");
}

#[tokio::test]
async fn tickets_of_one_route_open_nothing_at_another() {
    let site = Site::new();
    let upstream = naming("").await;
    let route = |name: &str| {
        format!(
            r#"
            [[listener.route]]
            server_names = ["{name}.a.example"]
            certificate = {{ chain = "server.pem", key = "server.key" }}
            upstream = "app"
            "#
        )
    };
    let config = format!(
        r#"
        [[listener]]
        name = "web"
        mode = "terminate"
        listen = ["127.0.0.1:0"]
        {}{}
        [upstream.app]
        addresses = ["{}"]
        "#,
        route("one"),
        route("two"),
        upstream.address
    );
    let running = site.start(&config).await;
    let client = Client::new(&site);
    let mut seen = Vec::new();
    for name in [
        "one.a.example",
        "one.a.example",
        "two.a.example",
        "two.a.example",
    ] {
        let mut visit = client
            .visit(running.address(), name)
            .await
            .expect("approved");
        visit.echo(b"x").await.expect("it comes back");
        seen.push(visit.resumed());
        visit.ask(b"").await.expect("it ends");
    }
    // The client keeps sessions by name, so it offers none to the second.
    assert_eq!(seen, [false, true, false, true]);
}

#[tokio::test]
async fn listeners_whose_ports_the_system_chooses_have_their_own() {
    let site = Site::new();
    let (one, other) = (naming("one ").await, naming("other ").await);
    let config = crate::terminate::config(&one, "")
        + &crate::terminate::config(&other, "")
            .replace("\"web\"", "\"second\"")
            .replace("\"app\"", "\"other\"")
            .replace("upstream.app", "upstream.other");
    let running = site.start(&config).await;
    let addresses = running.gateway.addresses();
    let mut heard = Vec::new();
    for (name, address) in &addresses {
        let said = Client::new(&site).ask(*address, "a.example", b"x").await;
        let said = String::from_utf8(said.expect("approved")).expect("text");
        heard.push((name.to_string(), said));
    }
    let expected = [("web", "one x"), ("second", "other x")];
    assert_eq!(
        heard,
        expected.map(|(name, said)| (name.into(), said.into()))
    );
}
