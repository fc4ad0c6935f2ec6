//! Signals: reload, a log that is moved away, drain.

use std::{fs, net::TcpStream, os::unix::net::UnixDatagram, thread, time::Duration};

use countersign_tests::{
    gateway::Gateway,
    peers::{
        curl::https,
        nginx::{BODY, Nginx},
        s_client::s_client,
    },
    pki::PKI,
    port::with_free_port,
    process::{PATIENCE, Program},
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

/// sd_listen_fds(3)
#[test]
fn a_socket_of_systemd_is_served() {
    let nginx = Nginx::plain("");
    let config = listener(&PKI.ecdsa, nginx.port, "").replace("127.0.0.1:0", "systemd:web");
    let (port, gateway) = with_free_port(|port| {
        let gateway = Gateway::start_by_socket(&config, "web", port);
        let is_bound = gateway.process().wait_for("socket", |log| {
            let failed = log.contains("Failed to listen");
            (failed || log.contains("Listening on ")).then_some(!failed)
        });
        is_bound.then_some((port, gateway))
    });
    // The first one starts it, and is served as well.
    assert_eq!(https(port, &[]), BODY);
    assert_eq!(gateway.port("web"), port);
    assert_eq!(https(port, &[]), BODY);
}

/// sd_notify(3)
#[test]
fn systemd_is_told_when_it_serves_reloads_and_stops() {
    let nginx = Nginx::plain("");
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("notify");
    let systemd = UnixDatagram::bind(&path).expect("a socket");
    systemd
        .set_read_timeout(Some(PATIENCE))
        .expect("it can be set");
    let config = listener(&PKI.ecdsa, nginx.port, "");
    let gateway = Gateway::start_with(&config, |command| {
        command.env("NOTIFY_SOCKET", &path);
    });
    let told = || {
        let mut room = [0; 1024];
        let read = systemd.recv(&mut room).expect("it is told");
        String::from_utf8_lossy(&room[..read]).into_owned()
    };
    assert!(told().contains("READY=1"));
    signal(&gateway, "-HUP");
    let reloading = told();
    assert!(reloading.contains("RELOADING=1"), "{reloading}");
    assert!(reloading.contains("MONOTONIC_USEC="), "{reloading}");
    assert!(told().contains("READY=1"));
    signal(&gateway, "-TERM");
    assert!(told().contains("STOPPING=1"));
}

#[test]
fn without_files_it_waits_and_goes_on() {
    let nginx = Nginx::plain("");
    let config = listener(&PKI.ecdsa, nginx.port, "");
    let gateway = Gateway::start_with_files(&config, 64);
    let port = gateway.port("web");
    let crowd: Vec<_> = (0..100)
        .map(|_| TcpStream::connect(("127.0.0.1", port)))
        .collect();
    gateway
        .process()
        .wait_for_text("no connection can be accepted for now");
    drop(crowd);
    assert_eq!(https(port, &[]), BODY);
    let log = gateway
        .process()
        .wait_for("log", |log| Some(log.to_owned()));
    let said = log.matches("no connection can be accepted for now").count();
    assert_eq!(said, 1, "it is said once");
}
