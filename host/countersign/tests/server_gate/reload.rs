//! Policies that are replaced while gates judge many connections: every record is of one chain throughout, and what was
//! approved under another one is not resumed.

use std::{future::poll_fn, pin::pin, sync::Arc, task::Poll};

use crate::peers::{
    client::{Kind, TlsClient, kinds, tls13},
    client_gate,
    gate::{Server, origin, server, server_with},
    pki::pki,
    puppet::{Answer as Says, Edit, Puppet, SAID, WARNED, When, approving},
    server::TlsServer,
    wire::{Manner, wire},
};
use countersign::{
    Refused,
    policy::{Chain, CurrentChain, Link, LoadError, Policy, SelfTest},
    record::{Decision, DecisionRecord},
    rustls::ClientConfig,
};
use tokio::task::JoinSet;

/// Connections of one test.
const CONNECTIONS: usize = 240;

/// Every operation has to be tried twice, so that connections that are made at once alternate.
const HESITANT: Manner = Manner {
    read_max: usize::MAX,
    write_max: usize::MAX,
    hesitates: true,
    breaks_after: None,
    blocks_after: None,
};

/// A policy each of whose three answers shows in the record, and is none that the other one gives.
struct Marked {
    policy: Policy,
    suite: u16,
    codes: &'static [&'static str],
    decision: Decision,
}

fn marked() -> [Marked; 2] {
    let offering = |suite| Puppet::new().offering(Edit::CipherSuites(vec![suite]));
    [
        Marked {
            policy: offering(0x1301)
                .parameters(When::Always, Says::Warn)
                .peer(When::Always, Says::Veto)
                .policy_with("1"),
            suite: 0x1301,
            codes: &[WARNED, SAID],
            decision: Decision::Vetoed,
        },
        Marked {
            policy: offering(0x1302)
                .peer(When::Always, Says::Warn)
                .policy_with("2"),
            suite: 0x1302,
            codes: &[WARNED],
            decision: Decision::Approved,
        },
    ]
}

/// Demands that one of the two gave every answer, and that the record says which. Tells which it was.
fn assert_of_one(record: &DecisionRecord, all: &[Marked; 2]) -> usize {
    let [by] = &record.policies[..] else {
        panic!("one policy judges: {record:?}");
    };
    let is_its = |marked: &Marked| *marked.policy.settings_digest() == by.settings_digest;
    let at = all.iter().position(is_its).expect("one of the two");
    let marked = &all[at];
    assert_eq!(by.digest, *marked.policy.digest());
    let offered = &record.offer.as_ref().expect("an offer").cipher_suites;
    let offered: Vec<_> = offered.iter().map(|suite| suite.code()).collect();
    assert_eq!(offered, [marked.suite]);
    let session = record.session.as_ref().expect("a session");
    assert_eq!(session.cipher_suite.code(), marked.suite);
    let codes: Vec<_> = record
        .findings
        .iter()
        .map(|found| found.code.as_str())
        .collect();
    assert_eq!(codes, marked.codes);
    assert_eq!(record.decision, marked.decision);
    at
}

/// Makes connections, each just after the chain was replaced, while another thread reloads it.
async fn swapped_under<F>(current: &CurrentChain, all: &[Marked; 2], connect: impl Fn() -> F)
where
    F: Future<Output = Arc<DecisionRecord>> + Send + 'static,
{
    let chains: Vec<_> = all
        .iter()
        .map(|it| Chain::from(it.policy.clone()))
        .collect();
    let reloading = (current.clone(), chains.clone());
    let reloader = std::thread::spawn(move || {
        let (current, chains) = reloading;
        for chain in chains.iter().cycle().take(20) {
            let chain = Ok::<_, LoadError>(chain.clone());
            let reloaded = current.reload(&SelfTest::default(), |_| chain);
            reloaded.expect("they answer everything");
        }
    });
    let mut visits = JoinSet::new();
    for number in 0..CONNECTIONS {
        let (current, chain) = (current.clone(), chains[number / 3 % 2].clone());
        let connection = connect();
        visits.spawn(async move {
            // It waits for a reload that is under way, which is no business of a connection.
            let replaced = tokio::task::spawn_blocking(move || current.replace(chain));
            replaced.await.expect("no panic");
            connection.await
        });
    }
    let mut counts = [0; 2];
    while let Some(record) = visits.join_next().await {
        counts[assert_of_one(&record.expect("no panic"), all)] += 1;
    }
    reloader.join().expect("no reload failed");
    assert_eq!(counts[0] + counts[1], CONNECTIONS);
    assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
    assert_eq!(current.reloads().succeeded, 20);
}

fn record_of<T>(result: Result<countersign::Approved<T>, Refused>) -> Arc<DecisionRecord> {
    match result {
        Ok(approved) => approved.record,
        Err(refused) => Arc::clone(refused.record()),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_server_decision_is_a_mixture() {
    let all = marked();
    let current = CurrentChain::from(all[0].policy.clone());
    let server = server(current.clone());
    swapped_under(&current, &all, || {
        let gate = server.gate.clone();
        let (io, _) = wire(TlsClient::new(&tls13().config()), HESITANT);
        async move { record_of(gate.accept(origin(), io).await) }
    })
    .await;
    assert_eq!(server.published().len(), CONNECTIONS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_client_decision_is_a_mixture() {
    let all = marked();
    let current = CurrentChain::from(all[0].policy.clone());
    let client = client_gate::client(current.clone());
    let config = crate::peers::server::tls13().config();
    swapped_under(&current, &all, || {
        let gate = client.gate.clone();
        let (io, _) = wire(TlsServer::new(&config), HESITANT);
        async move { record_of(gate.connect(client_gate::peer(), io).await) }
    })
    .await;
    assert_eq!(client.published().len(), CONNECTIONS);
}

#[tokio::test]
async fn a_connection_that_has_begun_is_judged_by_the_policies_of_its_beginning() {
    let all = marked();
    for (first, then) in [(0, 1), (1, 0)] {
        let server = server(all[first].policy.clone());
        let (io, _) = wire(TlsClient::new(&tls13().config()), HESITANT);
        let mut accepted = pin!(server.gate.accept(origin(), io));
        // It is begun, and waits for its client.
        let begin = poll_fn(|cx| Poll::Ready(accepted.as_mut().poll(cx).is_ready()));
        assert!(!begin.await);
        server.gate.chain().replace(all[then].policy.clone());
        let record = record_of(accepted.await);
        assert_eq!(assert_of_one(&record, &all), first);
    }
}

/// Both versions, with and without a client certificate.
fn all_kinds() -> [Kind; 4] {
    let [tls13, tls12] = kinds();
    let with = |kind: &Kind| kind.clone().with_identity(&pki().client);
    [with(&tls13), with(&tls12), tls13, tls12]
}

fn asking(chain: impl Into<CurrentChain>) -> Server {
    server_with(chain, |it| {
        it.client_certificates(pki().optional_client_verifier())
    })
}

async fn is_resumed(server: &Server, config: &Arc<ClientConfig>, what: &str) -> bool {
    let met = server.visit(config).await.approved(what);
    let client = met.witness.script(|client| client.resumed());
    assert_eq!(met.resumed(), client, "{what}");
    client
}

#[tokio::test]
async fn tickets_open_nothing_under_other_policies() {
    let enforced = || Link::enforce(approving());
    let others = [
        Chain::from(Puppet::new().policy_with("{ }")),
        Chain::from(Puppet::new().named("othr").policy()),
        Chain::from(Link::audit(approving())),
        Chain::new(enforced()).and(enforced()),
        Chain::new(enforced()).and(Link::audit(approving())),
    ];
    for kind in all_kinds() {
        for (at, other) in others.iter().enumerate() {
            let what = format!("{kind:?} {at}");
            let server = asking(approving());
            let (one, two) = (kind.config(), kind.config());
            for config in [&one, &two] {
                assert!(!is_resumed(&server, config, &what).await, "{what}");
                assert!(is_resumed(&server, config, &what).await, "{what}");
            }
            server.gate.chain().replace(other.clone());
            assert!(!is_resumed(&server, &one, &what).await, "{what}");
            assert!(is_resumed(&server, &one, &what).await, "{what}");
            server.gate.chain().replace(approving());
            assert!(!is_resumed(&server, &one, &what).await, "{what}");
            // What was made under an equal chain is good again.
            assert!(is_resumed(&server, &two, &what).await, "{what}");
        }
    }
}

#[tokio::test]
async fn tickets_stay_good_when_an_equal_chain_is_loaded() {
    for kind in all_kinds() {
        let what = format!("{kind:?}");
        let (server, config) = (asking(approving()), kind.config());
        assert!(!is_resumed(&server, &config, &what).await, "{what}");
        for _ in 0..3 {
            let reloaded = server
                .gate
                .chain()
                .reload(&SelfTest::default(), |_| Ok::<_, LoadError>(approving()));
            reloaded.expect("it answers");
            assert!(is_resumed(&server, &config, &what).await, "{what}");
        }
    }
}

#[tokio::test]
async fn a_failed_reload_leaves_tickets_and_policies_as_they_were() {
    let trapping = Puppet::new().offering(Edit::Trap).policy();
    for kind in all_kinds() {
        let what = format!("{kind:?}");
        let (server, config) = (asking(approving()), kind.config());
        assert!(!is_resumed(&server, &config, &what).await, "{what}");
        let failed = server.gate.chain().reload(&SelfTest::default(), |_| {
            Ok::<_, LoadError>(trapping.clone())
        });
        let error = failed.expect_err("it traps").to_string();
        assert!(error.contains("`constrain`"), "{error}");
        assert!(is_resumed(&server, &config, &what).await, "{what}");
    }
}
