//! Signals: reload, a log that is moved away, drain.

use std::{fs, thread, time::Duration};

use countersign_tests::{
    gateway::Gateway,
    peers::{
        curl::https,
        nginx::{BODY, Nginx},
        s_client::s_client,
    },
    pki::PKI,
    process::Program,
};

use super::listener;

const KILL: Program = Program {
    name: "kill",
    package: "procps",
};

fn signal(gateway: &Gateway, signal: &str) {
    let process = gateway.process().program_id().to_string();
    KILL.run(|command| {
        command.args([signal, &process]);
    });
}

#[test]
fn a_hang_up_reloads_and_keeps_what_was_if_it_cannot() {
    let nginx = Nginx::plain("");
    let lax = listener(&PKI.ecdsa, nginx.port, "");
    let strict = "policies = [\"strict\"]\n[policy.strict]\nsettings = { versions = [\"1.3\"] }";
    let strict = listener(&PKI.ecdsa, nginx.port, strict);
    let gateway = Gateway::start(&("[gateway]\nwatch = false\n".to_owned() + &lax));
    let port = gateway.port("web");
    let old = || s_client(port, &["-tls1_2"]).text().contains(BODY);
    assert!(old());
    fs::write(gateway.file("gateway.toml"), strict.replace("1.3", "1.9")).expect("a file");
    signal(&gateway, "-HUP");
    gateway
        .process()
        .wait_for_text("not reloaded, all stays as it was");
    assert!(old());
    fs::write(gateway.file("gateway.toml"), strict).expect("a file");
    signal(&gateway, "-HUP");
    gateway.process().wait_for_text(" reloaded because");
    assert!(!old());
    assert_eq!(https(port, &[]), BODY);
}

#[test]
fn a_file_that_changes_is_noticed() {
    let nginx = Nginx::plain("");
    let config = listener(&PKI.ecdsa, nginx.port, "");
    let gateway = Gateway::start(&config);
    let port = gateway.port("web");
    assert!(s_client(port, &["-tls1_2"]).text().contains(BODY));
    let strict = "policies = [\"strict\"]\n[policy.strict]\nsettings = { versions = [\"1.3\"] }";
    let strict = listener(&PKI.ecdsa, nginx.port, strict);
    fs::write(gateway.file("gateway.toml"), strict).expect("a file");
    gateway
        .process()
        .wait_for_text("reloaded because=\"a file has changed\"");
    assert!(!s_client(port, &["-tls1_2"]).text().contains(BODY));
}

#[test]
fn a_log_that_is_moved_away_begins_anew() {
    let nginx = Nginx::plain("");
    let log = "[log]\nto = \"connections.log\"\n";
    let gateway = Gateway::start(&(log.to_owned() + &listener(&PKI.ecdsa, nginx.port, "")));
    let port = gateway.port("web");
    let lines = |name: &str| {
        let text = fs::read_to_string(gateway.file(name)).unwrap_or_default();
        text.lines().count()
    };
    let wait_for = |name: &str| {
        for _ in 0..500 {
            if lines(name) > 0 {
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
        panic!("no line in {name}");
    };
    assert_eq!(https(port, &[]), BODY);
    wait_for("connections.log");
    fs::rename(gateway.file("connections.log"), gateway.file("old.log")).expect("moved");
    signal(&gateway, "-USR1");
    for _ in 0..500 {
        if gateway.file("connections.log").exists() {
            break;
        }
        thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(https(port, &[]), BODY);
    wait_for("connections.log");
    assert_eq!((lines("old.log"), lines("connections.log")), (1, 1));
}

#[test]
fn it_stops_when_it_is_told_and_listens_no_more() {
    let nginx = Nginx::plain("");
    let gateway = Gateway::start(&listener(&PKI.ecdsa, nginx.port, ""));
    let port = gateway.port("web");
    assert_eq!(https(port, &[]), BODY);
    signal(&gateway, "-TERM");
    gateway
        .process()
        .wait_for_text("all connections have ended");
    assert_ne!(https(port, &[]), BODY);
}
