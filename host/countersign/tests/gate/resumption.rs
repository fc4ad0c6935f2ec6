//! Sessions are kept only of approved connections, for the same gate and port, and are judged like any other.

use std::sync::Arc;

use crate::peers::{
    gate::{Client, PORT, client, client_with, failure, findings, peer},
    guest::{Says, default_policy, policy},
    pki::{pki, server_name},
    server::{Kind, TlsServer, kinds, tls13},
    wire::{Manner, wire},
};
use countersign::{
    Peer, Refused,
    facts::ChainCheck,
    record::{Decision, DecisionRecord},
    rustls::{NamedGroup, ServerConfig},
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Connects and, where approved, reads all tickets.
async fn visit(client: &Client, peer: Peer, config: &Arc<ServerConfig>) -> Arc<DecisionRecord> {
    let (io, _) = wire(TlsServer::new(config), Manner::default());
    match client.connect_to(peer, io).await {
        Ok(approved) => {
            let mut stream = approved.stream;
            stream.shutdown().await.expect("closes");
            let end = stream.read_to_end(&mut Vec::new()).await;
            end.expect("a proper end");
            approved.record
        }
        Err(refused) => Arc::clone(refused.record()),
    }
}

fn resumed(record: &Arc<DecisionRecord>) -> bool {
    record.session.as_ref().expect("a session").resumed
}

/// All servers, with tickets and with sessions in their memory.
fn servers() -> impl Iterator<Item = Kind> {
    let with = |kind| [true, false].map(|tickets| Kind { tickets, ..kind });
    kinds().into_iter().flat_map(with)
}

#[tokio::test]
async fn approved_sessions_are_resumed_again_and_again() {
    for kind in servers() {
        let (client, config) = (client(policy(Says::Yes)), kind.config());
        for visits in 0..6 {
            let record = visit(&client, peer(), &config).await;
            assert_eq!(record.decision, Decision::Approved);
            assert_eq!(resumed(&record), visits > 0, "{kind:?} {visits}");
        }
    }
}

#[tokio::test]
async fn vetoed_sessions_are_not_kept() {
    for kind in servers() {
        for says in [Says::NoToFull, Says::NoToPeer, Says::TrapAtPeer] {
            let (client, config) = (client(policy(says)), kind.config());
            for _ in 0..3 {
                let record = visit(&client, peer(), &config).await;
                assert_eq!(record.decision, Decision::Vetoed);
                assert!(!resumed(&record), "{kind:?} {says:?}");
            }
        }
    }
}

#[tokio::test]
async fn only_approved_connections_teach_which_group_a_server_wants() {
    // The group that a server asked for is remembered with its sessions, and saves the second hello.
    let kind = Kind {
        group: Some(NamedGroup::secp384r1),
        ..tls13()
    };
    for (says, retried_again) in [(Says::NoToPeer, true), (Says::Yes, false)] {
        let (config, client) = (kind.config(), client(policy(says)));
        let retried = async || {
            let record = visit(&client, peer(), &config).await;
            record.session.as_ref().expect("a session").retried
        };
        assert!(retried().await, "{says:?}");
        assert_eq!(retried().await, retried_again, "{says:?}");
    }
}

#[tokio::test]
async fn a_session_that_may_not_be_resumed_does_not_stop_full_handshakes() {
    for kind in servers() {
        let (client, config) = (client(policy(Says::NoToResumed)), kind.config());
        let first = visit(&client, peer(), &config).await;
        assert_eq!(first.decision, Decision::Approved);
        let second = visit(&client, peer(), &config).await;
        assert_eq!(
            (second.decision, resumed(&second)),
            (Decision::Vetoed, true),
            "{kind:?}"
        );
        assert_eq!(findings(&second), ["test.said"]);
    }
}

#[tokio::test]
async fn refused_certificates_leave_no_session() {
    for kind in servers() {
        let kind = Kind {
            identity: &pki().stranger,
            ..kind
        };
        let (client, config) = (client(policy(Says::Yes)), kind.config());
        for _ in 0..3 {
            let record = visit(&client, peer(), &config).await;
            assert_eq!(failure(&record), Some("certificate"));
            assert!(!resumed(&record), "{kind:?}");
        }
    }
}

#[tokio::test]
async fn abandoned_connections_leave_no_session() {
    for kind in servers() {
        let (client, config) = (client(policy(Says::Yes)), kind.config());
        for _ in 0..2 {
            let (io, _) = wire(TlsServer::new(&config), Manner::default());
            drop(client.gate.handshake(peer(), io).await.expect("decided"));
        }
        assert!(!resumed(&visit(&client, peer(), &config).await), "{kind:?}");
    }
}

#[tokio::test]
async fn a_resumed_session_shows_the_first_ones_certificates_checked_again() {
    for kind in servers() {
        let kind = Kind {
            identity: &pki().expired,
            ..kind
        };
        let client = client_with(policy(Says::Yes), |builder| {
            builder.accept_invalid_certificates(true)
        });
        let config = kind.config();
        for again in [false, true] {
            let record = visit(&client, peer(), &config).await;
            assert_eq!(resumed(&record), again, "{kind:?}");
            assert_eq!(record.facts.peer_certificates().len(), 1, "{kind:?}");
            assert_eq!(
                record.facts.peer_verification().as_str(),
                "expired",
                "{kind:?}"
            );
            // Nothing is signed where the first handshake's secret proves who the peer is (RFC 8446, section 2.2).
            let signed = record.facts.signature_scheme().is_some();
            assert_eq!(signed, !again, "{kind:?}");
        }
    }
}

#[tokio::test]
async fn the_check_of_a_resumed_session_is_not_the_one_before_it_on_the_thread() {
    for kind in servers() {
        let (client, config) = (client(policy(Says::Yes)), kind.config());
        let bad = Kind {
            identity: &pki().expired,
            ..kind
        };
        visit(&client, peer(), &config).await;
        let other = Peer::new(server_name()).port(PORT + 1);
        let refused = visit(&client, other, &bad.config()).await;
        assert_eq!(refused.facts.peer_verification().as_str(), "expired");
        let record = visit(&client, peer(), &config).await;
        assert!(resumed(&record), "{kind:?}");
        assert_eq!(
            record.facts.peer_verification(),
            &ChainCheck::Valid,
            "{kind:?}"
        );
    }
}

#[tokio::test]
async fn sessions_are_kept_per_port_and_name() {
    for kind in servers() {
        let (client, config) = (client(policy(Says::Yes)), kind.config());
        visit(&client, peer(), &config).await;
        let others = [
            Peer::new(server_name()),
            Peer::new(server_name()).port(PORT + 1),
        ];
        for other in others {
            let record = visit(&client, other, &config).await;
            assert!(!resumed(&record), "{kind:?}");
        }
        assert!(resumed(&visit(&client, peer(), &config).await), "{kind:?}");
    }
}

#[tokio::test]
async fn another_gate_knows_nothing_of_them() {
    for kind in servers() {
        let config = kind.config();
        let shared = policy(Says::Yes);
        let (one, other) = (client(shared.clone()), client(shared));
        visit(&one, peer(), &config).await;
        assert!(!resumed(&visit(&other, peer(), &config).await), "{kind:?}");
        assert!(resumed(&visit(&one, peer(), &config).await), "{kind:?}");
    }
}

#[tokio::test]
async fn resumption_is_off_where_policy_or_program_says_so() {
    for kind in servers() {
        let config = kind.config();
        let by_policy = client(default_policy(r#"{"resumption": false}"#));
        let by_program = client_with(policy(Says::Yes), |builder| builder.resumption(false));
        for client in [by_policy, by_program] {
            for _ in 0..2 {
                let record = visit(&client, peer(), &config).await;
                assert_eq!(record.decision, Decision::Approved);
                assert!(!resumed(&record), "{kind:?}");
                assert_eq!(
                    record.offer.as_ref().map(|offer| offer.resumption),
                    Some(false)
                );
            }
        }
    }
}

#[tokio::test]
async fn a_server_that_forgot_gets_a_full_handshake() {
    for kind in servers() {
        let client = client(policy(Says::Yes));
        visit(&client, peer(), &kind.config()).await;
        let (io, _) = wire(TlsServer::new(&kind.config()), Manner::default());
        let approved = client.connect(io).await;
        let record = approved
            .map_err(|refused: Refused| refused.to_string())
            .expect("approved")
            .record;
        assert!(!resumed(&record), "{kind:?}");
        assert_eq!(
            record.facts.peer_verification(),
            &ChainCheck::Valid,
            "{kind:?}"
        );
    }
}
