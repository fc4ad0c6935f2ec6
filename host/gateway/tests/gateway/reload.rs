//! What changes while connections go on.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::Duration,
};

use crate::site::{Client, Site, Upstream, echo};

fn config(upstream: &Upstream, settings: &str) -> String {
    let policy = format!("policies = [\"p\"]\n[policy.p]\nsettings = {settings}");
    crate::terminate::config(upstream, &policy)
}

/// The same on a port that stays.
fn fixed(config: &str, running: &crate::site::Running) -> String {
    config.replace("127.0.0.1:0", &running.address().to_string())
}

#[tokio::test]
async fn connections_go_on_and_new_ones_meet_the_new_policy() {
    let site = Site::new();
    let upstream = echo().await;
    let (lax, strict) = (
        "{ versions = [\"1.2\", \"1.3\"] }",
        "{ versions = [\"1.3\"] }",
    );
    let mut running = site.start(&config(&upstream, lax)).await;
    let old = Client::tls12(&site);
    let mut visit = old
        .visit(running.address(), "a.example")
        .await
        .expect("approved");
    // The address of the configuration was one that the system chose: it stays that, too.
    site.configure(&config(&upstream, strict));
    running.gateway.reload().await.expect("it holds");
    assert_eq!(
        visit.echo(b"still here").await.expect("it goes on"),
        b"still here"
    );
    old.visit(running.address(), "a.example")
        .await
        .err()
        .expect("refused now");
    Client::new(&site)
        .visit(running.address(), "a.example")
        .await
        .expect("approved");
}

#[tokio::test]
async fn what_does_not_hold_changes_nothing() {
    let site = Site::new();
    let upstream = echo().await;
    let mut running = site
        .start(&config(&upstream, "{ versions = [\"1.3\"] }"))
        .await;
    for wrong in [
        config(&upstream, "{ versions = [\"1.9\"] }"),
        config(&upstream, "{}").replace("server.key", "client.key"),
        config(&upstream, "{}").replace("upstream = \"app\"", "upstream = \"ap\""),
        "[[listener".to_owned(),
    ] {
        site.configure(&wrong);
        running
            .gateway
            .reload()
            .await
            .expect_err("it does not hold");
        let client = Client::new(&site);
        client
            .visit(running.address(), "a.example")
            .await
            .expect("as before");
        Client::tls12(&site)
            .visit(running.address(), "a.example")
            .await
            .err()
            .expect("as before");
    }
}

#[tokio::test]
async fn listeners_come_and_go() {
    let site = Site::new();
    let upstream = echo().await;
    let one = crate::terminate::config(&upstream, "");
    let mut running = site.start(&one).await;
    let first = running.address();
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let second = taken.local_addr().expect("it is bound");
    let two = fixed(&one, &running).replace(
        &format!("\"{first}\""),
        &format!("\"127.0.0.1:0\", \"{second}\""),
    );
    site.configure(&two);
    let error = running
        .gateway
        .reload()
        .await
        .expect_err("the port is in use");
    assert!(error.to_string().contains(&second.to_string()), "{error}");
    drop(taken);
    running.gateway.reload().await.expect("it is free now");
    for address in [first, second] {
        Client::new(&site)
            .visit(address, "a.example")
            .await
            .expect("it listens");
    }
    site.configure(&one);
    running.gateway.reload().await.expect("it holds");
    Client::new(&site)
        .visit(first, "a.example")
        .await
        .expect("it listens still");
    Client::new(&site)
        .visit(second, "a.example")
        .await
        .err()
        .expect("it listens no more");
}

#[tokio::test]
async fn tickets_outlive_a_reload_that_changes_nothing_of_theirs() {
    let site = Site::new();
    let upstream = echo().await;
    let config = |settings| config(&upstream, settings);
    let mut running = site.start(&config("{}")).await;
    let client = Client::new(&site);
    let mut seen = Vec::new();
    for settings in ["{}", "{}", "{ versions = [\"1.3\"] }"] {
        let mut visit = client
            .visit(running.address(), "a.example")
            .await
            .expect("approved");
        visit.echo(b"x").await.expect("it comes back");
        seen.push(visit.resumed());
        visit.ask(b"").await.expect("it ends");
        site.configure(&config(settings));
        running.gateway.reload().await.expect("it holds");
    }
    let visit = client
        .visit(running.address(), "a.example")
        .await
        .expect("approved");
    seen.push(visit.resumed());
    assert_eq!(
        seen,
        [false, true, true, false],
        "the last one is under another policy"
    );
}

#[tokio::test]
async fn certificates_are_replaced() {
    let site = Site::new();
    let upstream = echo().await;
    let mut running = site.start(&crate::terminate::config(&upstream, "")).await;
    let client = Client::new(&site);
    let visit = client
        .visit(running.address(), "a.example")
        .await
        .expect("approved");
    let before = visit.certificate();
    site.certify("server", &["a.example"]);
    running.gateway.reload().await.expect("it holds");
    let visit = client
        .visit(running.address(), "a.example")
        .await
        .expect("approved");
    assert_ne!(visit.certificate(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_connection_fails_because_of_a_reload() {
    let site = Site::new();
    let upstream = echo().await;
    let mut running = site.start(&config(&upstream, "{}")).await;
    let address = running.address();
    let over = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..4)
        .map(|_| {
            let (client, over) = (Client::new(&site), Arc::clone(&over));
            tokio::spawn(async move {
                let mut served = 0;
                while !over.load(SeqCst) {
                    let heard = client.ask(address, "a.example", b"hello").await;
                    assert_eq!(heard.expect("served"), b"hello");
                    served += 1;
                }
                served
            })
        })
        .collect();
    for settings in ["{ versions = [\"1.3\"] }", "{}"].repeat(3) {
        site.configure(&config(&upstream, settings));
        running.gateway.reload().await.expect("it holds");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    over.store(true, SeqCst);
    let mut served = 0;
    for client in clients {
        served += client.await.expect("none failed");
    }
    assert_eq!(running.drain().await.len(), served, "one line for each");
}
