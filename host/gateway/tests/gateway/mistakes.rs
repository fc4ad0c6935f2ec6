//! What is wrong with a configuration is said, all of it, each with its place.

use std::fs;

use countersign_gateway::config::{Loader, Mistakes};

use crate::site::Site;

const GOOD: &str = r#"[[listener]]
name = "web"
mode = "terminate"
listen = ["127.0.0.1:1443"]
[[listener.route]]
certificate = { chain = "server.pem", key = "server.key" }
upstream = "app"
[upstream.app]
addresses = ["127.0.0.1:8080"]
"#;

fn load(loader: &mut Loader, site: &Site, text: &str) -> Result<usize, Mistakes> {
    let path = site.path("gateway.toml");
    fs::write(&path, text).expect("a file");
    loader.load(&path).map(|loaded| loaded.warnings.len())
}

/// What is said, from line and column on.
fn said(loader: &mut Loader, site: &Site, text: &str) -> Vec<String> {
    let path = site.path("gateway.toml").display().to_string();
    let mistakes = load(loader, site, text).expect_err("it is wrong");
    let line = |mistake: &countersign_gateway::config::Mistake| {
        let line = mistake.to_string();
        line.strip_prefix(&path)
            .map_or(line.clone(), |rest| rest[1..].to_owned())
    };
    mistakes.iter().map(line).collect()
}

/// One change of what is good, and the beginning and a part of what is said of it.
#[test]
fn each_mistake_has_its_place() {
    let (site, mut loader) = (Site::new(), Loader::new());
    assert_eq!(load(&mut loader, &site, GOOD), Ok(0));
    site.write("damaged.pem", "-----BEGIN CERTIFICATE-----\nMIIB\n");
    site.write("settings.toml", "versions = [\"1.3\"]\ngruops = []\n");
    let policy =
        |table: &str| format!("policies = [\"p\"]\nupstream = \"app\"\n[policy.p]\n{table}");
    let policies = [
        "component = \"server.pem\"",
        "settings_file = \"settings.toml\"",
        "settings = { versions = [\"1.3\"],\n gruops = [] }",
        "settings = 1",
        "mode = \"dry\"",
        "forbid_facts = [\"peer-adress\"]",
        "limits = { deadline_ms = 0 }",
        "limits = { deadline = 1 }",
    ]
    .map(policy);
    for (from, to, place, part) in [
        (
            "name = \"web\"",
            "nam = \"web\"",
            "2:1:",
            "did you mean `name`?",
        ),
        (
            "mode = \"terminate\"",
            "mode = \"forward\"",
            "3:8:",
            "originate",
        ),
        (
            "127.0.0.1:1443",
            "127.0.0.1",
            "4:11:",
            "no address to listen at",
        ),
        ("[\"127.0.0.1:1443\"]", "[]", "4:10:", "needs an address"),
        (
            "[\"127.0.0.1:1443\"]",
            "[\"127.0.0.1:1443\", \"127.0.0.1:1443\"]",
            "4:29:",
            "twice",
        ),
        ("server.pem", "nope.pem", "6:25:", "No such file"),
        (
            "server.pem",
            "server.key",
            "6:25:",
            "a private key and no certificate",
        ),
        ("server.pem", "damaged.pem", "6:25:", "damaged.pem: it"),
        ("server.key", "client.key", "6:45:", "does not belong"),
        ("server.key", "server.pem", "6:45:", "no private key"),
        ("certificate =", "certificates =", "6:", ""),
        (
            "upstream = \"app\"",
            "upstream = \"ap\"",
            "7:12:",
            "did you mean `app`?",
        ),
        (
            "upstream = \"app\"",
            "upstream = \"app\"\npolicies = [\"p\"]",
            "8:13:",
            "write it as [policy.p]",
        ),
        (
            "upstream = \"app\"",
            "upstream = \"app\"\npolicies = []",
            "8:12:",
            "somebody must judge",
        ),
        (
            "upstream = \"app\"",
            "upstream = \"app\"\nserver_names = [\"é.example\"]",
            "8:17:",
            "xn--",
        ),
        (
            "upstream = \"app\"",
            "upstream = \"app\"\nserver_names = [\"a.*.example\"]",
            "8:17:",
            "no server name",
        ),
        (
            "upstream = \"app\"",
            "upstream = \"app\"\nserver_names = [\"a.example\", \"A.example.\"]",
            "8:30:",
            "twice",
        ),
        (
            "127.0.0.1:8080",
            "127.0.0.1:0",
            "9:14:",
            "no address to connect to",
        ),
        (
            "8080\"]",
            "8080\"]\nconnect_timeout_seconds = 0",
            "10:27:",
            "seconds",
        ),
        (
            "8080\"]",
            "8080\"]\ntls = { server_name = \"a b\" }",
            "10:23:",
            "neither a DNS name",
        ),
        (
            "8080\"]",
            "8080\"]\ntls = { server_name = \"a\", authorities = \"server.key\" }",
            "10:42:",
            "private key",
        ),
        (
            "upstream = \"app\"",
            &policies[0],
            "9:9:",
            "not WebAssembly",
        ),
        ("upstream = \"app\"", &policies[2], "11:2:", "$.gruops"),
        (
            "upstream = \"app\"",
            &policies[3],
            "10:12:",
            "settings are a table",
        ),
        ("upstream = \"app\"", &policies[4], "10:8:", "audit"),
        (
            "upstream = \"app\"",
            &policies[5],
            "10:17:",
            "did you mean `peer-address`?",
        ),
        ("upstream = \"app\"", &policies[6], "9:9:", "deadline_ms"),
        (
            "upstream = \"app\"",
            &policies[7],
            "10:12:",
            "unknown key `deadline`",
        ),
        (
            "[[listener]]",
            "[gateway]\nworkers = 0\n[[listener]]",
            "2:11:",
            "threads",
        ),
        (
            "[[listener]]",
            "[admin]\nlisten = \"here\"\n[[listener]]",
            "2:10:",
            "no address to listen at",
        ),
        (
            "[[listener]]",
            "[log]\nqueue = 0\n[[listener]]",
            "2:9:",
            "lines",
        ),
        (
            "[[listener]]",
            "[listner]\n[[listener]]",
            "1:2:",
            "did you mean `listener`?",
        ),
        (
            "mode",
            "proxy_protocol = { trusted = [\"10/8\"] }\nmode",
            "3:31:",
            "no network",
        ),
        ("mode", "alpn = [\"\"]\nmode", "3:9:", "255"),
        (
            "mode",
            "connections_max = 0\nmode",
            "3:19:",
            "nobody could connect",
        ),
        (
            "mode",
            "idle_timeout_seconds = 100000\nmode",
            "3:24:",
            "a day",
        ),
        ("mode", "upstream = \"app\"\nmode", "3:12:", "routes"),
        (
            "mode = \"terminate\"",
            "mode = \"originate\"\nupstream = \"app\"",
            "4:12:",
            "no `tls`",
        ),
        ("[[listener]]", "[[listener", "1:11:", ""),
    ] {
        let text = GOOD.replacen(from, to, 1);
        assert_ne!(text, GOOD, "{to}");
        let said = said(&mut loader, &site, &text);
        let found = said
            .iter()
            .any(|it| it.starts_with(place) && it.contains(part));
        let fits = found || place == "6:" && said.iter().any(|it| it.starts_with(place));
        assert!(fits, "{to}: {said:#?}");
    }
    // Settings in a file have their places there.
    let text = GOOD.replacen("upstream = \"app\"", &policies[1], 1);
    let said = said(&mut loader, &site, &text);
    assert!(
        said[0].contains("settings.toml:2:1: ") && said[0].contains("$.gruops"),
        "{said:?}"
    );
}

#[test]
fn all_mistakes_are_said_at_once() {
    let (site, mut loader) = (Site::new(), Loader::new());
    let text = GOOD
        .replace("name = \"web\"", "name = \"web\"\nalpm = []")
        .replace("server.pem", "nope.pem")
        .replace("\"app\"", "\"ap\"")
        .replace("8080", "99999");
    let said = said(&mut loader, &site, &text);
    let places: Vec<_> = said
        .iter()
        .filter_map(|line| line.split(':').next())
        .collect();
    assert_eq!(places, ["3", "7", "8", "10"], "{said:#?}");
}

#[test]
fn what_is_doubtful_is_said_and_holds() {
    let (site, mut loader) = (Site::new(), Loader::new());
    for (from, to) in [
        (
            "[[listener]]",
            "[admin]\nlisten = \"0.0.0.0:9180\"\n[[listener]]",
        ),
        ("[[listener]]", "[policy.unused]\n[[listener]]"),
        (
            "[[listener]]",
            "[upstream.unused]\naddresses = [\"a:1\"]\n[[listener]]",
        ),
        (
            "upstream = \"app\"",
            "upstream = \"app\"\nserver_names = [\"other.example\"]",
        ),
    ] {
        assert_eq!(
            load(&mut loader, &site, &GOOD.replacen(from, to, 1)),
            Ok(1),
            "{to}"
        );
    }
}
