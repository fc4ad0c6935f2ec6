//! The PROXY header, read by nginx.

use countersign_tests::{
    gateway::Gateway,
    peers::{
        curl::https,
        nginx::{BODY, Nginx},
    },
    pki::PKI,
};

use super::listener;

#[test]
fn nginx_reads_who_the_client_is() {
    let nginx = Nginx::plain("proxy_protocol");
    let config = listener(&PKI.ecdsa, nginx.port, "") + "send_proxy = true\n";
    let gateway = Gateway::start(&config);
    let port = gateway.port("web");
    // curl says on which port of its own it was.
    let said = https(
        port,
        &["--http1.1", "--write-out", "\n%{local_ip}:%{local_port}"],
    );
    let (page, client) = said.split_once('\n').expect("two lines");
    assert_eq!(page, BODY);
    nginx
        .process()
        .wait_for_text(&format!("CLIENT {client} AT {port}"));
}
