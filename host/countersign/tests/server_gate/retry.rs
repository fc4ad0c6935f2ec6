//! Handshakes with a HelloRetryRequest, which is all that leaves before the verdict.

use crate::peers::{
    client::{TlsClient, in_need_of_retry},
    gate::{Met, Server, origin, server, server_with},
    hello::Speaker,
    pki::pki,
    puppet::{Answer, Edit, Puppet, When},
    records::{CHANGE_CIPHER_SPEC, in_single_bytes, record, split},
    said::{Said, is_retry_request},
    wire::{Item, Manner},
};
use countersign::{
    record::{Decision, Stage},
    rustls::{
        ClientConfig, NamedGroup,
        client::{
            ClientSessionMemoryCache, ClientSessionStore, Resumption, Tls12ClientSessionValue,
            Tls13ClientSessionValue,
        },
        pki_types::ServerName,
    },
};
use std::sync::Arc;

use crate::parameters::{Refusal, assert_refusal, of_parameters, of_peers};

/// A policy that wants the group for which the client has no share.
fn wanting_retry(puppet: Puppet) -> Puppet {
    puppet.offering(Edit::Groups(vec![0x0018]))
}

fn retrying() -> Server {
    server(wanting_retry(Puppet::new()).policy())
}

async fn refused(refusal: &Refusal) -> Met<TlsClient> {
    let what = format!("{:?} {:?}", refusal.1, refusal.3);
    let server = server(wanting_retry(refusal.0.clone()).policy());
    let met = server.visit(&in_need_of_retry().config()).await;
    let met = met.vetoed(&what);
    let said = Said {
        retry: true,
        alert: Some(refusal.1),
    };
    assert_eq!(met.said(&what), said, "{what}");
    assert_eq!(met.alert_heard(), Some(refusal.1), "{what}");
    assert_refusal(&met, refusal, &what);
    met
}

#[tokio::test]
async fn refusals_after_it() {
    for refusal in of_parameters().into_iter().chain(of_peers()) {
        let met = refused(&refusal).await;
        let session = met.session();
        assert!(session.retried && !session.resumed);
        assert_eq!(session.group.map(|group| group.code()), Some(0x0018));
    }
}

#[tokio::test]
async fn the_policy_is_told_of_it() {
    let refusing = Puppet::new().parameters(When::Retried, Answer::Veto);
    let config = in_need_of_retry().config();
    server(refusing.policy())
        .visit(&config)
        .await
        .approved("not retried");
    let server = server(wanting_retry(refusing).policy());
    let met = server.visit(&config).await.vetoed("retried");
    assert!(met.session().retried);
}

/// Keeps sessions, but forgets which group a server wanted.
#[derive(Debug)]
struct Forgetful(ClientSessionMemoryCache);

impl ClientSessionStore for Forgetful {
    fn set_kx_hint(&self, _: ServerName<'static>, _: NamedGroup) {}

    fn kx_hint(&self, _: &ServerName<'_>) -> Option<NamedGroup> {
        None
    }

    fn set_tls12_session(&self, _: ServerName<'static>, _: Tls12ClientSessionValue) {}

    fn tls12_session(&self, _: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        None
    }

    fn remove_tls12_session(&self, _: &ServerName<'static>) {}

    fn insert_tls13_ticket(&self, name: ServerName<'static>, value: Tls13ClientSessionValue) {
        self.0.insert_tls13_ticket(name, value);
    }

    fn take_tls13_ticket(&self, name: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        self.0.take_tls13_ticket(name)
    }
}

#[tokio::test]
async fn a_resumed_session_can_be_retried_too() {
    let mut config = ClientConfig::clone(&in_need_of_retry().config());
    config.resumption = Resumption::store(Arc::new(Forgetful(ClientSessionMemoryCache::new(4))));
    let config = Arc::new(config);
    let refusing = Puppet::new().parameters(When::Resumed, Answer::Veto);
    let refusing = server(wanting_retry(refusing).policy());
    for (server, approved) in [(retrying(), true), (refusing, false)] {
        assert!(!server.visit(&config).await.approved("first").resumed());
        let met = server.visit(&config).await;
        assert!(met.session().resumed && met.session().retried);
        let group = met.session().group.map(|group| group.code());
        assert_eq!(group, Some(0x0018));
        assert_eq!(met.record.decision == Decision::Approved, approved);
        let written = met.witness.written();
        assert!(is_retry_request(split(&written)[0]));
        if !approved {
            let said = met.said("resumed after a retry");
            assert_eq!((said.retry, said.alert), (true, Some(71)));
        }
    }
}

/// The second flight of a client that was asked for another hello, replaced.
async fn second_flight(
    replaced: impl Fn(Vec<u8>) -> Vec<Item> + Send + 'static,
    what: &str,
) -> Met<TlsClient> {
    let server = server_with(wanting_retry(Puppet::new()).policy(), |builder| {
        builder
            .client_certificates(pki().client_verifier())
            .timeout(std::time::Duration::from_millis(300))
    });
    let config = in_need_of_retry().with_identity(&pki().client).config();
    let client = TlsClient::new(&config).tampered(Box::new(move |flight, bytes| match flight {
        1 => replaced(bytes),
        _ => vec![Item::Bytes(bytes)],
    }));
    let met = server.meet_as(origin(), client, Manner::default()).await;
    assert_eq!(met.record.decision, Decision::Failed, "{what}");
    met
}

#[tokio::test]
async fn rubbish_instead_of_a_second_hello() {
    type Change = fn(Vec<u8>) -> Vec<u8>;
    // Alerts as in RFC 8446, section 6.2, where it names one; else only that there is at most one.
    let changes: [(&str, Change, Option<u8>); 9] = [
        ("application data", |_| record(23, &[7; 40]), Some(10)),
        ("bytes that are no record", |_| vec![0xaa; 64], Some(10)),
        (
            "a record of an unknown type",
            |_| record(99, b"x"),
            Some(10),
        ),
        ("a Finished", |_| record(22, &[20, 0, 0, 1, 0]), Some(10)),
        ("a hello that does not decode", |bytes| broken(bytes), None),
        ("the first hello again", |_| Vec::new(), None),
        (
            "an oversized record",
            |_| [&[22, 3, 3, 0xff, 0xff][..], &[7; 100]].concat(),
            Some(10),
        ),
        ("a fatal alert", |_| record(21, &[2, 40]), None),
        (
            "a second hello and a byte more",
            |mut bytes| {
                bytes.extend(record(22, &[0]));
                bytes
            },
            None,
        ),
    ];
    for (what, change, alert) in changes {
        let met = match what {
            "the first hello again" => first_hello_again().await,
            _ => second_flight(move |bytes| vec![Item::Bytes(change(bytes))], what).await,
        };
        if what == "a second hello and a byte more" {
            // The verdict falls at the hello. What is behind it is rubbish for the handshake after it.
            assert_eq!(met.record.stage, Stage::Parameters, "{what}");
            continue;
        }
        let said = met.said(what);
        assert!(said.retry, "{what}");
        assert!(met.record.stage < Stage::Parameters, "{what}");
        if alert.is_some() {
            assert_eq!(said.alert, alert, "{what}");
        }
        if what == "a fatal alert" {
            let kind = met.failed("alert-received", what).record.alert;
            assert_eq!(kind, None, "{what}");
        }
    }
}

/// The hello in the second flight, with extensions that are cut off.
fn broken(mut bytes: Vec<u8>) -> Vec<u8> {
    let length = bytes.len();
    bytes[length - 3..].fill(0xff);
    bytes[CHANGE_CIPHER_SPEC.len() + 60..].fill(0xff);
    bytes
}

/// RFC 8446, section 4.1.4: a second hello must have the share that was asked for.
async fn first_hello_again() -> Met<TlsClient> {
    let mut first = Vec::new();
    let server = retrying();
    let config = in_need_of_retry().config();
    let client = TlsClient::new(&config).tampered(Box::new(move |flight, bytes| {
        if flight == 0 {
            first.clone_from(&bytes);
        }
        vec![Item::Bytes(first.clone())]
    }));
    server
        .meet(client)
        .await
        .failed("tls", "the first hello again")
}

#[tokio::test]
async fn a_second_hello_in_records_of_one_byte() {
    let config = in_need_of_retry().config();
    let client = TlsClient::new(&config).tampered(Box::new(|flight, bytes| {
        let bytes = match flight {
            1 => {
                let hello = bytes.strip_prefix(&CHANGE_CIPHER_SPEC);
                let hello = in_single_bytes(hello.expect("it comes first"));
                [&CHANGE_CIPHER_SPEC[..], &hello].concat()
            }
            _ => bytes,
        };
        vec![Item::Bytes(bytes)]
    }));
    let met = retrying().meet(client).await.approved("in pieces");
    assert!(met.session().retried);
}

#[tokio::test]
async fn an_end_or_silence_instead_of_a_second_hello() {
    let what = "an end";
    let met = second_flight(|_| vec![Item::End], what)
        .await
        .failed("closed", what);
    assert_eq!(
        met.said(what),
        Said {
            retry: true,
            alert: None
        }
    );
    let cut = |bytes: Vec<u8>| bytes[..bytes.len() / 2].to_vec();
    let met = second_flight(move |bytes| vec![Item::Bytes(cut(bytes)), Item::End], what).await;
    assert_eq!(
        met.failed("closed", what).said(what),
        Said {
            retry: true,
            alert: None
        }
    );
    let what = "silence";
    let met = second_flight(|_| Vec::new(), what)
        .await
        .failed("timeout", what);
    // user_canceled: for a reason that is not the protocol's (RFC 8446, section 6.1).
    assert_eq!(
        met.said(what),
        Said {
            retry: true,
            alert: Some(90)
        }
    );
    let met = second_flight(move |bytes| vec![Item::Bytes(cut(bytes))], what).await;
    assert_eq!(
        met.failed("timeout", what).said(what),
        Said {
            retry: true,
            alert: Some(90)
        }
    );
}

#[tokio::test]
async fn without_a_session_id_no_change_cipher_spec_is_sent() {
    // RFC 8446, section D.4: a server sends it only to a client that asked for compatibility by a session id.
    use crate::peers::hello::{Hello, groups, server_name, signature_algorithms, versions};
    let hello = Hello {
        legacy_version: 0x0303,
        suites: vec![0x1301],
        extensions: vec![
            server_name(crate::peers::pki::SERVER),
            versions(&[0x0304]),
            groups(&[0x0018]),
            signature_algorithms(),
            // key_share without a share (RFC 8446, section 4.2.8): the client asks to be asked.
            (51, vec![0, 0]),
        ],
    };
    let speaker = Speaker::closing_after(hello.record());
    let met = retrying()
        .meet_as(origin(), speaker, Manner::default())
        .await;
    let met = met.failed("closed", "no session id");
    assert_eq!(
        met.said("no session id"),
        Said {
            retry: true,
            alert: None
        }
    );
}

/// Puts another scheme at the end of signature_algorithms (RFC 8446, section 4.2.3): type, length, length of the list.
fn with_other_schemes(mut hello: Vec<u8>) -> Vec<u8> {
    let is_list = |at: &[u8]| match at {
        [0, 13, a, b, c, d] => u16::from_be_bytes([*a, *b]) == u16::from_be_bytes([*c, *d]) + 2,
        _ => false,
    };
    let at = hello.windows(6).position(is_list).expect("it is there");
    let end = at + 6 + usize::from(u16::from_be_bytes([hello[at + 4], hello[at + 5]]));
    hello[end - 2..end].copy_from_slice(&[0x02, 0x01]);
    hello
}

/// Only key shares and what goes with them may change (RFC 8446, section 4.1.2). The TLS library does not look at all of it.
#[tokio::test]
async fn a_second_hello_that_offers_something_else() {
    let replaced = |bytes| vec![Item::Bytes(with_other_schemes(bytes))];
    let met = second_flight(replaced, "other schemes").await;
    let said = met.said("other schemes");
    assert_eq!((said.retry, said.alert), (true, Some(47)));
    let failure = met.record.failure.as_ref().expect("a failure");
    assert!(
        failure.message.contains("something else"),
        "{}",
        failure.message
    );
    assert!(met.record.session.is_none(), "nothing was judged");
}
