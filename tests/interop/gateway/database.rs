//! A database that is spoken to through the gateway: its clients know nothing of TLS, and it takes nothing else.

use std::{fs, process::Command};

use countersign_tests::{
    gateway::Gateway,
    pki::PKI,
    port::with_free_port,
    process::{Process, Program},
};
use tempfile::TempDir;

use super::upstream_tls;

const SERVER: Program = Program {
    name: "redis-server",
    package: "redis-server",
};

const CLIENT: Program = Program {
    name: "redis-cli",
    package: "redis-tools",
};

/// A Redis that listens with TLS alone.
fn redis(directory: &TempDir, protocols: &str) -> (u16, Process) {
    with_free_port(|port| {
        let [certificate, key] = PKI.ecdsa.files();
        let authority = PKI.ca.certificate_file.display();
        let config = format!(
            "port 0\nbind 127.0.0.1\ntls-port {port}\ntls-cert-file {certificate}\ntls-key-file {key}\ntls-ca-cert-file {authority}\ntls-auth-clients no\ntls-protocols \"{protocols}\"\nsave \"\"\ndir {}\n",
            directory.path().display()
        );
        let file = directory.path().join("redis.conf");
        fs::write(&file, config).expect("a writable directory");
        let mut command: Command = SERVER.command();
        command.arg(&file);
        let process = SERVER.start(command);
        let started = process.wait_for("start", |log| {
            let taken = log.contains("Failed listening");
            let ready = log.contains("Ready to accept connections");
            (taken || ready).then_some(!taken)
        });
        started.then_some((port, process))
    })
}

fn ask(port: u16, words: &[&str]) -> String {
    CLIENT.run(|command| {
        command
            .args(["-h", "127.0.0.1", "-p", &port.to_string()])
            .args(words);
    })
}

#[test]
fn a_client_without_tls_speaks_to_a_server_with_nothing_else() {
    for (protocols, is_reached) in [("TLSv1.3", true), ("TLSv1.2", false)] {
        let directory = TempDir::new().expect("a temporary directory");
        let (server, _redis) = redis(&directory, protocols);
        let gateway = Gateway::start(&format!(
            r#"
            [[listener]]
            name = "redis"
            mode = "originate"
            listen = ["127.0.0.1:0"]
            upstream = "redis"
            [upstream.redis]
            addresses = ["127.0.0.1:{server}"]
            {}
            [policy.out]
            settings = {{ versions = ["1.3"] }}
            "#,
            upstream_tls()
        ));
        let port = gateway.port("redis");
        let said = ask(port, &["SET", "key", "a value"]);
        assert_eq!(said.trim() == "OK", is_reached, "{protocols}: {said}");
        if is_reached {
            assert_eq!(ask(port, &["GET", "key"]).trim(), "a value");
        }
    }
}
