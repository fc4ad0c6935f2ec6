//! What goes on when a gateway stops, and between two of them.

use std::{sync::Arc, time::Duration};

use tokio::sync::Barrier;

use crate::{
    site::{Client, Site, echo},
    terminate::config,
};

#[tokio::test(flavor = "multi_thread")]
async fn who_is_there_is_served_to_the_end_while_it_drains() {
    const CLIENTS: usize = 20;
    let site = Site::new();
    let upstream = echo().await;
    let running = site.start(&config(&upstream, "")).await;
    let address = running.address();
    let there = Arc::new(Barrier::new(CLIENTS + 1));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let (client, there) = (Client::new(&site), Arc::clone(&there));
            tokio::spawn(async move {
                let mut visit = client.visit(address, "a.example").await.expect("approved");
                visit.echo(b"hello").await.expect("it comes back");
                there.wait().await;
                for _ in 0..20 {
                    visit.echo(&[7; 5_000]).await.expect("it goes on");
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                visit.ask(b"").await.expect("it ends in order");
            })
        })
        .collect();
    there.wait().await;
    let lines = running.drain().await;
    for client in clients {
        client.await.expect("none was cut off");
    }
    assert_eq!(lines.len(), CLIENTS);
    assert!(
        lines.iter().all(|line| line["end"] == "closed"),
        "{lines:#?}"
    );
    let late = Client::new(&site).visit(address, "a.example").await;
    assert!(late.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn nodes_with_one_file_of_keys_resume_each_others_sessions() {
    const OLD: &str = "zXH3ZcYpuQHRqbNvWn4jCuD0p0nHrVDcjGJ0PZ7e8h9KZQxB3yK6hB3kq0vY2sMd\n";
    const NEW: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4v\n";
    let site = Site::new();
    let upstream = echo().await;
    let config = |keys: &str| {
        let gateway = format!("[gateway]\nticket_keys = \"{keys}\"\n");
        config(&upstream, "") + &gateway
    };
    site.write("old.keys", OLD);
    site.write("rotated.keys", &(NEW.to_owned() + OLD));
    site.write("new.keys", NEW);
    let client = Client::new(&site);
    let mut seen = Vec::new();
    // Each node is another process as far as keys are concerned.
    for keys in [
        "old.keys",
        "old.keys",
        "rotated.keys",
        "new.keys",
        "old.keys",
    ] {
        let running = site.start(&config(keys)).await;
        let mut visit = client
            .visit(running.address(), "a.example")
            .await
            .expect("approved");
        visit.echo(b"x").await.expect("it comes back");
        seen.push(visit.resumed());
        visit.ask(b"").await.expect("it ends");
        running.drain().await;
    }
    assert_eq!(seen, [false, true, true, true, false]);
}
