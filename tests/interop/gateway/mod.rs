//! The gateway between programs that others wrote. What is expected comes from how they were set up, and from what they say.

mod database;
mod lifecycle;
mod proxy_protocol;
mod web;

use countersign_tests::pki::{Identity, PKI};

/// A route for all names with the certificate that everybody here trusts, and whatever else a route may say.
fn listener(identity: &Identity, upstream_port: u16, route: &str) -> String {
    let [chain, key] = identity.files();
    format!(
        r#"
        [[listener]]
        name = "web"
        mode = "terminate"
        listen = ["127.0.0.1:0"]
        alpn = ["http/1.1"]
        [[listener.route]]
        certificate = {{ chain = "{chain}", key = "{key}" }}
        upstream = "app"
        {route}
        [upstream.app]
        addresses = ["127.0.0.1:{upstream_port}"]
        "#
    )
}

/// TLS to the upstream: the authority that everybody here trusts.
fn upstream_tls() -> String {
    let authorities = PKI.ca.certificate_file.display();
    format!(
        r#"tls = {{ server_name = "localhost", authorities = "{authorities}", policies = ["out"] }}"#
    )
}
