//! Policies that are replaced while a client's gate is in use: each connection has those that it began with, and what was
//! approved under others is not resumed.

use std::sync::Arc;

use crate::peers::{
    gate::{Client, client, peer},
    guest::{Says, policy},
    server::{Kind, TlsServer, kinds, tls13},
    wire::{Manner, wire},
};
use countersign::{
    policy::{Chain, CurrentChain, Link, LoadError, Policy, ReloadError, SelfTest, SelfTestError},
    record::{Decision, DecisionRecord},
    rustls::ServerConfig,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Approves what these tests connect to, as `Says::Yes` does, with other settings.
const ALSO_YES: Says = Says::NoToRetried;

/// Connects and, where approved, reads all tickets.
async fn visit(client: &Client, config: &Arc<ServerConfig>) -> Arc<DecisionRecord> {
    let (io, _) = wire(TlsServer::new(config), Manner::default());
    match client.connect_to(peer(), io).await {
        Ok(approved) => {
            read_to_end(approved.stream).await;
            approved.record
        }
        Err(refused) => Arc::clone(refused.record()),
    }
}

async fn read_to_end<S: AsyncReadExt + AsyncWriteExt + Unpin>(mut stream: S) {
    stream.shutdown().await.expect("closes");
    let end = stream.read_to_end(&mut Vec::new()).await;
    end.expect("a proper end");
}

async fn is_resumed(client: &Client, config: &Arc<ServerConfig>) -> bool {
    let record = visit(client, config).await;
    assert_eq!(record.decision, Decision::Approved);
    record.session.as_ref().expect("a session").resumed
}

/// All servers, with tickets and with sessions in their memory.
fn servers() -> impl Iterator<Item = Kind> {
    let with = |kind| [true, false].map(|tickets| Kind { tickets, ..kind });
    kinds().into_iter().flat_map(with)
}

fn assert_judged_by(record: &DecisionRecord, says: Says) {
    let by: Vec<_> = record
        .policies
        .iter()
        .map(|by| by.settings_digest)
        .collect();
    assert_eq!(by, [*policy(says).settings_digest()]);
}

#[tokio::test]
async fn new_connections_are_judged_by_the_new_policies() {
    let config = tls13().config();
    let client = client(policy(Says::Yes));
    assert_eq!(visit(&client, &config).await.decision, Decision::Approved);
    client.gate.chain().replace(policy(Says::NoToPeer));
    let record = visit(&client, &config).await;
    assert_eq!(record.decision, Decision::Vetoed);
    assert_judged_by(&record, Says::NoToPeer);
    assert_eq!(
        client.gate.chain().reloads().succeeded,
        0,
        "it was no reload"
    );
}

#[tokio::test]
async fn clones_of_a_chain_are_one() {
    let current = CurrentChain::from(policy(Says::Yes));
    let (one, other) = (client(current.clone()), client(current.clone()));
    current.replace(policy(Says::NoToPeer));
    for client in [one, other] {
        let record = visit(&client, &tls13().config()).await;
        assert_eq!(record.decision, Decision::Vetoed);
    }
}

#[tokio::test]
async fn a_connection_keeps_the_policies_that_it_began_with() {
    for (first, then, decision) in [
        (Says::Yes, Says::NoToPeer, Decision::Approved),
        (Says::NoToPeer, Says::Yes, Decision::Vetoed),
        (Says::NoToParameters, Says::OffersNothing, Decision::Vetoed),
    ] {
        let client = client(policy(first));
        let (io, _) = wire(TlsServer::new(&tls13().config()), Manner::default());
        let pending = client.gate.handshake(peer(), io).await;
        let pending = pending.expect("it can be judged");
        client.gate.chain().replace(policy(then));
        let record = match pending.judge().await {
            Ok(approved) => approved.record,
            Err(refused) => Arc::clone(refused.record()),
        };
        assert_eq!(record.decision, decision, "{first:?}");
        assert_judged_by(&record, first);
    }
}

#[tokio::test]
async fn sessions_do_not_outlive_their_policies() {
    for kind in servers() {
        let (config, client) = (kind.config(), client(policy(Says::Yes)));
        for says in [Says::Yes, ALSO_YES, Says::Yes] {
            client.gate.chain().replace(policy(says));
            assert!(!is_resumed(&client, &config).await, "{kind:?} {says:?}");
            assert!(is_resumed(&client, &config).await, "{kind:?} {says:?}");
        }
    }
}

#[tokio::test]
async fn the_mode_and_the_number_of_policies_make_another_chain() {
    let enforced = || Link::enforce(policy(Says::Yes));
    let chains = [
        Chain::new(enforced()),
        Chain::new(Link::audit(policy(Says::Yes))),
        Chain::new(enforced()).and(enforced()),
        Chain::new(enforced()).and(Link::audit(policy(ALSO_YES))),
        Chain::new(Link::audit(policy(ALSO_YES))).and(enforced()),
    ];
    for kind in servers() {
        let (config, client) = (kind.config(), client(chains[0].clone()));
        for (at, chain) in chains.iter().enumerate() {
            client.gate.chain().replace(chain.clone());
            assert!(!is_resumed(&client, &config).await, "{kind:?} {at}");
            assert!(is_resumed(&client, &config).await, "{kind:?} {at}");
        }
    }
}

#[tokio::test]
async fn an_equal_chain_keeps_the_sessions() {
    for kind in servers() {
        let (config, client) = (kind.config(), client(policy(Says::Yes)));
        assert!(!is_resumed(&client, &config).await, "{kind:?}");
        for _ in 0..3 {
            let reloaded = client.gate.chain().reload(&SelfTest::default(), |_| {
                Ok::<_, LoadError>(policy(Says::Yes))
            });
            reloaded.expect("it answers");
            assert!(is_resumed(&client, &config).await, "{kind:?}");
        }
    }
}

#[tokio::test]
async fn what_arrives_late_is_not_kept_for_new_policies() {
    for kind in servers() {
        let (config, client) = (kind.config(), client(policy(Says::Yes)));
        let begin = async || {
            let (io, _) = wire(TlsServer::new(&config), Manner::default());
            let pending = client.gate.handshake(peer(), io).await;
            pending.expect("it can be judged")
        };
        let (one, other) = (begin().await, begin().await);
        client.gate.chain().replace(policy(ALSO_YES));
        read_to_end(one.judge().await.expect("approved").stream).await;
        // The first of the new ones is there before the other is judged.
        let first = begin().await;
        read_to_end(other.judge().await.expect("approved").stream).await;
        drop(first);
        assert!(!is_resumed(&client, &config).await, "{kind:?}");
        assert!(is_resumed(&client, &config).await, "{kind:?}");
    }
}

fn reloaded(current: &CurrentChain, says: Says) -> Result<Chain, ReloadError> {
    current.reload(&SelfTest::default(), |_| Ok(policy(says)))
}

#[tokio::test]
async fn a_failed_reload_keeps_the_last_good_policies() {
    let client = client(policy(Says::Yes));
    let config = tls13().config();
    let current = client.gate.chain();
    let mut failed = 0;
    let mut assert_kept = async |error: ReloadError| {
        failed += 1;
        let reloads = current.reloads();
        assert_eq!((reloads.succeeded, reloads.failed), (0, failed));
        assert_eq!(reloads.last_error, Some(error.to_string()));
        let record = visit(&client, &config).await;
        assert_eq!(record.decision, Decision::Approved, "{error}");
        assert_judged_by(&record, Says::Yes);
    };
    for says in [Says::TrapAtParameters, Says::TrapAtPeer, Says::SpinAtPeer] {
        let error = reloaded(current, says).expect_err("it gives no answer");
        assert!(matches!(
            error,
            ReloadError::SelfTest(SelfTestError::NoAnswer { .. })
        ));
        assert_kept(error).await;
    }
    let error = current.reload(&SelfTest::default(), |_| {
        Err::<Policy, _>(LoadError::NotWasm)
    });
    let error = error.expect_err("it was not loaded");
    assert!(matches!(error, ReloadError::Load(LoadError::NotWasm)));
    assert_kept(error).await;
    assert!(is_resumed(&client, &config).await, "sessions stay, too");

    reloaded(current, Says::NoToPeer).expect("a veto is an answer");
    let reloads = current.reloads();
    assert_eq!((reloads.succeeded, reloads.failed), (1, 4));
    assert_eq!(reloads.last_error, None);
    let record = visit(&client, &config).await;
    assert_judged_by(&record, Says::NoToPeer);
}

#[test]
fn a_reload_is_given_what_judges_now() {
    let current = CurrentChain::from(policy(Says::Yes));
    let grown = current.reload(&SelfTest::default(), |chain| {
        let next = Link::audit(policy(Says::NoToPeer));
        Ok::<_, LoadError>(chain.clone().and(next))
    });
    assert_eq!(grown.expect("it answers").links().len(), 2);
    assert_eq!(current.load().links().len(), 2);
}

#[test]
fn a_panic_while_loading_changes_nothing_and_locks_nobody_out() {
    let current = CurrentChain::from(policy(Says::Yes));
    let panicking = current.clone();
    let thread = std::thread::spawn(move || {
        panicking.reload::<Policy, LoadError>(&SelfTest::default(), |_| panic!("as it should"))
    });
    thread.join().expect_err("it panicked");
    let digest = |chain: &Chain| *chain.links()[0].policy.settings_digest();
    assert_eq!(
        digest(&current.load()),
        *policy(Says::Yes).settings_digest()
    );
    reloaded(&current, ALSO_YES).expect("it answers");
    assert_eq!(digest(&current.load()), *policy(ALSO_YES).settings_digest());
}

#[test]
fn reloads_at_the_same_time_come_one_after_the_other() {
    const THREADS: usize = 4;
    let current = CurrentChain::from(policy(Says::Yes));
    // Each adds one to what is there: if two began with the same chain, one would be lost.
    let add = || {
        current.reload(&SelfTest::default(), |chain| {
            let next = Link::enforce(policy(Says::Yes));
            Ok::<_, LoadError>(chain.clone().and(next))
        })
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(add)).collect();
        for thread in threads {
            thread.join().expect("no panic").expect("it answers");
        }
    });
    assert_eq!(current.load().links().len(), 1 + THREADS);
    assert_eq!(current.reloads().succeeded, THREADS as u64);
}
