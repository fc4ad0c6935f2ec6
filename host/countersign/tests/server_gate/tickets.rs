//! Sessions are resumed only under the identity that approved them, and are judged like any other.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use crate::peers::{
    client::{Kind, TlsClient, kinds, tls13},
    gate::{Met, PORT, Server, address, calls, server_with},
    pki::pki,
    puppet::{Answer as Says, Edit, Puppet, When, approving},
    records::split,
    said::only,
    wire::Manner,
};
use countersign::{
    Origin, ServerGateBuilder, TicketKeys,
    facts::ChainCheck,
    policy::{Chain, Link},
    record::Stage,
    rustls::{
        CertificateError, ClientConfig, DigitallySignedStruct, DistinguishedName, Error,
        NamedGroup, SignatureScheme,
        client::danger::HandshakeSignatureValid,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, UnixTime},
        server::danger::{ClientCertVerified, ClientCertVerifier},
    },
};

/// A verifier that can start to refuse, and has hints of its own.
#[derive(Debug)]
struct Fickle {
    inner: Arc<dyn ClientCertVerifier>,
    refuses: Arc<AtomicBool>,
    hints: Vec<DistinguishedName>,
}

impl Fickle {
    /// Like this one, until it is told otherwise.
    fn new(inner: Arc<dyn ClientCertVerifier>) -> Self {
        Self {
            hints: inner.root_hint_subjects().to_vec(),
            inner,
            refuses: Arc::default(),
        }
    }
}

impl ClientCertVerifier for Fickle {
    fn client_auth_mandatory(&self) -> bool {
        self.inner.client_auth_mandatory()
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &self.hints
    }

    fn verify_client_cert(
        &self,
        own: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        if self.refuses.load(Ordering::SeqCst) {
            return Err(CertificateError::Expired.into());
        }
        self.inner.verify_client_cert(own, others, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        own: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls12_signature(message, own, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        own: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls13_signature(message, own, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

/// Both versions, with and without a client certificate.
fn all_kinds() -> [Kind; 4] {
    let [tls13, tls12] = kinds();
    let with = |kind: &Kind| kind.clone().with_identity(&pki().client);
    [with(&tls13), with(&tls12), tls13, tls12]
}

/// A server that asks for client certificates, and shares its tickets with all that are made from the same keys. The context
/// says that verifier and certificates are the same, whether they are or not.
fn sharing(
    keys: &TicketKeys,
    chain: impl Into<Chain>,
    change: impl FnOnce(ServerGateBuilder) -> ServerGateBuilder,
) -> Server {
    server_with(chain, |builder| {
        change(
            builder
                .client_certificates(pki().optional_client_verifier())
                .ticket_keys(keys.clone())
                .ticket_context("the same")
                .tenant("tenant"),
        )
    })
}

/// A session made at one server, offered to the other. Tells whether it was resumed; the record and the client agree.
async fn resumed_across(one: &Server, other: &Server, kind: &Kind, what: &str) -> bool {
    let config = kind.config();
    let first = one.visit(&config).await.approved(what);
    assert!(!first.resumed(), "{what}");
    let second = other.visit(&config).await.approved(what);
    let client = second.witness.script(|client| client.resumed());
    assert_eq!(second.resumed(), client, "{what}");
    client
}

type Make = Box<dyn Fn(&TicketKeys) -> Server>;

/// A server that differs from the usual one in one thing.
fn otherwise(chain: impl Into<Chain>, change: fn(ServerGateBuilder) -> ServerGateBuilder) -> Make {
    let chain = chain.into();
    Box::new(move |keys| sharing(keys, chain.clone(), change))
}

fn usual() -> Make {
    otherwise(approving(), |builder| builder)
}

fn others() -> Vec<(&'static str, Make)> {
    let enforced = || Link::enforce(approving());
    vec![
        (
            "settings",
            otherwise(Puppet::new().policy_with("{ }"), |it| it),
        ),
        (
            "component",
            otherwise(Puppet::new().named("othr").policy(), |it| it),
        ),
        ("mode", otherwise(Link::audit(approving()), |it| it)),
        (
            "one more policy",
            otherwise(Chain::new(enforced()).and(enforced()), |it| it),
        ),
        (
            "one more audited policy",
            otherwise(Chain::new(enforced()).and(Link::audit(approving())), |it| {
                it
            }),
        ),
        (
            "listener",
            otherwise(approving(), |it| it.listener("other")),
        ),
        ("tenant", otherwise(approving(), |it| it.tenant("other"))),
        (
            "listener and tenant, run together",
            otherwise(approving(), |it| it.listener("teststen").tenant("ant")),
        ),
        (
            "protocols",
            otherwise(approving(), |it| it.alpn(vec![b"h2".to_vec()])),
        ),
        (
            "the order of protocols",
            otherwise(approving(), |it| {
                it.alpn(vec![b"http/1.1".to_vec(), b"h2".to_vec()])
            }),
        ),
        (
            "cipher suites",
            otherwise(approving(), |it| {
                let mut provider = aws_lc_rs::default_provider();
                // The one that is used least.
                provider.cipher_suites.pop();
                it.provider(provider)
            }),
        ),
        (
            "groups",
            otherwise(approving(), |it| {
                let mut provider = aws_lc_rs::default_provider();
                let is_other = |name| name != NamedGroup::secp384r1;
                provider.kx_groups.retain(|group| is_other(group.name()));
                it.provider(provider)
            }),
        ),
        (
            "context",
            otherwise(approving(), |it| it.ticket_context("another")),
        ),
        (
            "hints of the verifier",
            otherwise(approving(), |it| {
                it.client_certificates(Arc::new(Fickle {
                    hints: Vec::new(),
                    ..Fickle::new(pki().optional_client_verifier())
                }))
            }),
        ),
        (
            "how the policy asks for certificates",
            otherwise(Puppet::new().offering(Edit::ClientAuth(1)).policy(), |it| {
                it
            }),
        ),
        (
            "keys",
            otherwise(approving(), |it| {
                it.ticket_keys(TicketKeys::new().expect("randomness"))
            }),
        ),
    ]
}

#[tokio::test]
async fn where_all_is_equal_another_server_resumes() {
    for kind in all_kinds() {
        let what = format!("{kind:?}");
        let keys = TicketKeys::new().expect("randomness");
        let (one, other) = (usual()(&keys), usual()(&keys));
        assert!(resumed_across(&one, &other, &kind, &what).await, "{what}");
        assert!(resumed_across(&one, &one, &kind, &what).await, "{what}");
    }
}

#[tokio::test]
async fn where_anything_differs_nothing_is_resumed() {
    for (name, make) in others() {
        for kind in all_kinds() {
            let what = format!("{name}: {kind:?}");
            let keys = TicketKeys::new().expect("randomness");
            let (one, other) = (usual()(&keys), make(&keys));
            assert!(!resumed_across(&one, &other, &kind, &what).await, "{what}");
            assert!(!resumed_across(&other, &one, &kind, &what).await, "{what}");
            // It is not that the other could not resume.
            assert!(resumed_across(&other, &other, &kind, &what).await, "{what}");
        }
    }
}

#[tokio::test]
async fn the_order_of_policies_belongs_to_the_identity() {
    let link = |name| Link::enforce(Puppet::new().named(name).policy());
    let keys = TicketKeys::new().expect("randomness");
    let one = sharing(&keys, Chain::new(link("frst")).and(link("scnd")), |it| it);
    let same = sharing(&keys, Chain::new(link("frst")).and(link("scnd")), |it| it);
    let turned = sharing(&keys, Chain::new(link("scnd")).and(link("frst")), |it| it);
    for kind in all_kinds() {
        assert!(resumed_across(&one, &same, &kind, "same").await);
        assert!(!resumed_across(&one, &turned, &kind, "turned").await);
    }
}

#[tokio::test]
async fn across_levels_of_client_authentication() {
    // The same context, though the verifiers are not the same: the level alone must be enough.
    let keys = TicketKeys::new().expect("randomness");
    let none = server_with(approving(), |builder| {
        builder
            .ticket_keys(keys.clone())
            .ticket_context("the same")
            .tenant("tenant")
    });
    let optional = usual()(&keys);
    let required = sharing(&keys, approving(), |builder| {
        builder.client_certificates(pki().client_verifier())
    });
    let by_policy = Puppet::new().offering(Edit::ClientAuth(2)).policy();
    let by_policy = sharing(&keys, by_policy, |builder| builder);
    let all = [&none, &optional, &required, &by_policy];
    for kind in kinds().map(|kind| kind.with_identity(&pki().client)) {
        for (at, one) in all.iter().enumerate() {
            for (to, other) in all.iter().enumerate() {
                let what = format!("{kind:?} {at} {to}");
                let resumed = resumed_across(one, other, &kind, &what).await;
                assert_eq!(resumed, at == to, "{what}");
            }
        }
    }
    // The case that matters most: a client without a certificate does not get in with a ticket.
    for kind in kinds() {
        for strict in [&required, &by_policy] {
            for lax in [&none, &optional] {
                let config = kind.config();
                lax.visit(&config).await.approved("anyone");
                let met = strict.visit(&config).await.failed("certificate", "no one");
                assert!(!met.resumed(), "{kind:?}");
            }
        }
    }
}

#[tokio::test]
async fn where_one_gate_asks_different_clients_differently() {
    let stricter = Puppet::new().offering(Edit::ClientAuthOnPort(2, PORT + 1));
    let keys = TicketKeys::new().expect("randomness");
    let server = sharing(&keys, stricter.policy(), |builder| builder);
    let visit = async |port, config: &Arc<ClientConfig>| {
        let origin = Origin::unknown().address(address()).port(port);
        let client = TlsClient::new(config);
        server.meet_as(origin, client, Manner::default()).await
    };
    for kind in kinds() {
        let config = kind.config();
        assert!(!visit(PORT, &config).await.approved("asked").resumed());
        assert!(visit(PORT, &config).await.approved("asked").resumed());
        let met = visit(PORT + 1, &config)
            .await
            .failed("certificate", "required");
        assert!(!met.resumed(), "{kind:?}");
        let config = kind.with_identity(&pki().client).config();
        for (port, resumed) in [(PORT, false), (PORT + 1, false), (PORT + 1, true)] {
            let met = visit(port, &config).await.approved("known");
            assert_eq!(met.resumed(), resumed, "{port}");
        }
    }
}

#[tokio::test]
async fn without_a_context_gates_share_nothing_even_with_the_same_keys() {
    for kind in kinds() {
        let keys = TicketKeys::new().expect("randomness");
        let make = || server_with(approving(), |builder| builder.ticket_keys(keys.clone()));
        let (one, other) = (make(), make());
        assert!(!resumed_across(&one, &other, &kind, "two gates").await);
        assert!(resumed_across(&one, &one, &kind, "one gate").await);
    }
}

fn assert_judged(met: &Met<TlsClient>, kind: &Kind) {
    let asked: Vec<_> = calls(&met.record, 0).iter().map(|call| call.0).collect();
    assert_eq!(asked, ["constrain", "judge-parameters", "judge-peer"]);
    // RFC 8446, section 4.2.9: psk_dhe_ke uses a group; a resumed TLS 1.2 session makes no new key.
    let has_group = met.session().group.is_some();
    assert_eq!(has_group, kind.is_tls13() || !met.resumed(), "{kind:?}");
    let facts = &met.record.facts;
    let shown = match kind.identity {
        Some(_) => (1, &ChainCheck::Valid),
        None => (0, &ChainCheck::NotMade),
    };
    let seen = (facts.peer_certificates().len(), facts.peer_verification());
    assert_eq!(seen, shown, "{kind:?}");
}

#[tokio::test]
async fn resumed_sessions_are_judged_with_the_stored_chain_again_and_again() {
    for kind in all_kinds() {
        let keys = TicketKeys::new().expect("randomness");
        let (server, config) = (usual()(&keys), kind.config());
        for visits in 0..4 {
            let client = TlsClient::new(&config).saying(b"ping");
            let met = server.meet(client).await.approved("again");
            assert_eq!(met.resumed(), visits > 0, "{kind:?}");
            assert_eq!(met.received.as_deref(), Some(&b"ping"[..]));
            assert_judged(&met, &kind);
        }
    }
}

#[tokio::test]
async fn a_chain_that_is_no_longer_accepted_ends_a_resumed_session_before_server_hello() {
    for required in [false, true] {
        let inner = || match required {
            true => pki().client_verifier(),
            false => pki().optional_client_verifier(),
        };
        for kind in kinds().map(|kind| kind.with_identity(&pki().client)) {
            let what = format!("{kind:?} {required}");
            let fickle = Fickle::new(inner());
            let refuses = Arc::clone(&fickle.refuses);
            let server = server_with(approving(), |it| it.client_certificates(Arc::new(fickle)));
            let config = kind.config();
            server.visit(&config).await.approved(&what);
            assert!(server.visit(&config).await.approved(&what).resumed());
            refuses.store(true, Ordering::SeqCst);
            let met = server.visit(&config).await.failed("certificate", &what);
            assert!(met.resumed(), "{what}");
            assert_eq!(met.record.stage, Stage::Peer, "{what}");
            // certificate_expired (RFC 8446, section 6.2).
            assert_eq!(met.said(&what), only(45), "{what}");
            let facts = &met.record.facts;
            assert_eq!(facts.peer_verification().as_str(), "expired", "{what}");
            let last = calls(&met.record, 0).pop().map(|call| call.0);
            assert_eq!(last, Some("judge-peer"), "{what}");
        }
    }
}

#[tokio::test]
async fn a_veto_on_a_resumed_session_leaves_the_way_open_for_others() {
    let picky = Puppet::new().parameters(When::Resumed, Says::Veto).policy();
    let keys = TicketKeys::new().expect("randomness");
    let server = sharing(&keys, picky, |builder| builder);
    for kind in all_kinds() {
        let config = kind.config();
        server.visit(&config).await.approved("full");
        assert!(server.visit(&config).await.vetoed("resumed").resumed());
        let fresh = kind.config();
        server.visit(&fresh).await.approved("full");
    }
}

/// A TLS 1.2 NewSessionTicket (RFC 5077, section 3.3), which goes in clear.
fn has_tls12_ticket(written: &[u8]) -> bool {
    split(written)
        .iter()
        .any(|record| record[0] == 22 && record.get(5) == Some(&4))
}

fn has_ticket(met: &Met<TlsClient>) -> bool {
    let tickets = met.witness.script(|client| client.tickets());
    tickets > 0 || has_tls12_ticket(&met.witness.written())
}

#[tokio::test]
async fn where_resumption_is_off_there_is_neither_ticket_nor_resumption() {
    let unwilling = Puppet::new().offering(Edit::NoResumption).policy();
    for kind in all_kinds() {
        let keys = TicketKeys::new().expect("randomness");
        let by_policy = sharing(&keys, unwilling.clone(), |it| it);
        let by_program = sharing(&keys, approving(), |it| it.resumption(false));
        for server in [by_policy, by_program] {
            let config = kind.config();
            for _ in 0..2 {
                let met = server.visit(&config).await.approved("full");
                assert!(!met.resumed() && !has_ticket(&met), "{kind:?}");
                let offer = met.record.offer.as_ref().expect("an offer");
                assert!(!offer.resumption);
            }
        }
        let met = usual()(&keys).visit(&kind.config()).await.approved("usual");
        assert!(has_ticket(&met), "{kind:?}");
    }
}

#[tokio::test]
async fn early_data_is_not_accepted() {
    let server = server_with(approving(), |builder| builder);
    let mut config = ClientConfig::clone(&tls13().config());
    config.enable_early_data = true;
    let config = Arc::new(config);
    server.visit(&config).await.approved("first");
    let met = server.visit(&config).await.approved("second");
    assert!(met.resumed());
    // The ticket does not allow it, so the client did not even announce it.
    let hello = met.record.facts.client_hello().expect("a hello");
    assert!(hello.psk && !hello.early_data);
}
