//! curl and openssl as clients, nginx as upstream in clear and over TLS.

use countersign_tests::{
    gateway::Gateway,
    peers::{
        curl::{http, https},
        nginx::{BODY, Nginx, accesses},
        s_client::s_client,
    },
    pki::{CLIENT_NAME, PKI},
};
use serde_json::Value;

use super::{listener, upstream_tls};

fn line(lines: &[String], at: usize) -> Value {
    serde_json::from_str(&lines[at]).expect("JSON")
}

#[test]
fn curl_reaches_nginx_through_it() {
    let nginx = Nginx::plain("");
    let gateway = Gateway::start(&listener(&PKI.ecdsa, nginx.port, ""));
    let page = https(
        gateway.port("web"),
        &["--http1.1", "--tlsv1.3", "--curves", "X25519"],
    );
    assert_eq!(page, BODY);
    let line = line(&gateway.lines(1), 0);
    assert_eq!(line["version"], "TLSv1.3", "{line}");
    assert_eq!(line["group"], "x25519", "{line}");
    assert_eq!(line["alpn"], "http/1.1", "{line}");
    assert_eq!(line["sni"], "localhost", "{line}");
    assert_eq!(line["end"], "closed", "{line}");
    assert_eq!(accesses(&nginx.stop()).len(), 1);
}

#[test]
fn what_policy_refuses_does_not_reach_nginx() {
    let nginx = Nginx::plain("");
    let strict = "policies = [\"strict\"]\n[policy.strict]\nsettings = { versions = [\"1.3\"] }";
    let gateway = Gateway::start(&listener(&PKI.ecdsa, nginx.port, strict));
    let trace = s_client(gateway.port("web"), &["-tls1_2"]);
    // protocol_version, RFC 8446, section 6.2.
    assert_eq!(trace.alert(), Some(70), "{}", trace.text());
    let trace = s_client(gateway.port("web"), &["-tls1_3"]);
    assert!(trace.text().contains(BODY), "{}", trace.text());
    let lines = gateway.lines(2);
    let refused = line(&lines, 0);
    assert_eq!(refused["end"], "vetoed", "{refused}");
    assert_eq!(refused["offered"]["versions"][0], "TLSv1.2", "{refused}");
    assert_eq!(accesses(&nginx.stop()).len(), 1, "of the second alone");
}

#[test]
fn who_shows_a_certificate_is_named() {
    let nginx = Nginx::plain("");
    let authorities = PKI.ca.certificate_file.display();
    let route =
        format!("client_certificate = {{ authorities = \"{authorities}\", required = true }}");
    let gateway = Gateway::start(&listener(&PKI.ecdsa, nginx.port, &route));
    let port = gateway.port("web");
    let [certificate, key] = PKI.client.files();
    assert_eq!(https(port, &["--cert", certificate, "--key", key]), BODY);
    assert_ne!(https(port, &[]), BODY, "it shows none");
    let [certificate, key] = PKI.stranger.files();
    assert_ne!(https(port, &["--cert", certificate, "--key", key]), BODY);
    let lines = gateway.lines(3);
    let known = line(&lines, 0);
    let subject = known["certificate"]["subject"].as_str();
    assert!(
        subject.is_some_and(|it| it.contains(CLIENT_NAME)),
        "{known}"
    );
    assert_eq!(accesses(&nginx.stop()).len(), 1);
}

#[test]
fn nginx_over_tls_is_judged_as_well() {
    let policy = "[policy.out]\nsettings = { versions = [\"1.3\"] }";
    for (protocols, is_reached) in [("TLSv1.3", true), ("TLSv1.2", false)] {
        let nginx = Nginx::start(protocols, "");
        let config = listener(&PKI.ecdsa, nginx.port, "") + &upstream_tls() + "\n" + policy;
        let gateway = Gateway::start(&config);
        let page = https(gateway.port("web"), &["--http1.1"]);
        assert_eq!(page == BODY, is_reached, "{protocols}: {page}");
        let line = line(&gateway.lines(1), 0);
        let verdict = &line["upstream"]["verdict"];
        assert_eq!(*verdict == "approved", is_reached, "{line}");
        let log = nginx.stop();
        let accesses = accesses(&log);
        assert_eq!(accesses.len(), usize::from(is_reached), "{log}");
        assert!(
            accesses.iter().all(|it| it.starts_with("TLSv1.3/")),
            "{log}"
        );
    }
}

#[test]
fn a_program_without_tls_gets_one_with_a_policy() {
    for (protocols, is_reached) in [("TLSv1.3", true), ("TLSv1.2", false)] {
        let nginx = Nginx::start(protocols, "");
        let gateway = Gateway::start(&format!(
            r#"
            [[listener]]
            name = "out"
            mode = "originate"
            listen = ["127.0.0.1:0"]
            alpn = ["http/1.1"]
            upstream = "web"
            [upstream.web]
            addresses = ["127.0.0.1:{}"]
            {}
            [policy.out]
            settings = {{ versions = ["1.3"] }}
            "#,
            nginx.port,
            upstream_tls()
        ));
        let page = http(gateway.port("out"));
        assert_eq!(page == BODY, is_reached, "{protocols}: {page}");
    }
}
