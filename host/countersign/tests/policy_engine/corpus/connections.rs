//! What is known of the connections that policies are asked about.

use std::{
    net::{IpAddr, SocketAddr},
    sync::{Arc, LazyLock},
};

use countersign::{
    Peer, facts::ConnectionFacts, hello::ClientHello, rustls::pki_types::ServerName,
};

use crate::{
    gate::Identity,
    hellos::{named, plain, rich},
    mutual::Client,
    sandbox::Sandbox,
};

/// Facts of every kind: without anything, of servers before and after a hello, and of both ends of a connection with
/// certificates.
pub(crate) fn all_facts() -> &'static [Arc<ConnectionFacts>] {
    static FACTS: LazyLock<Vec<Arc<ConnectionFacts>>> = LazyLock::new(|| {
        let mut facts = vec![Arc::default()];
        for port in [None, Some(443), Some(8443)] {
            for address in [None, Some([192, 0, 2, 1].into())] {
                facts.extend(accepted(port, address));
            }
        }
        facts.extend(met());
        facts
    });
    &FACTS
}

fn accepted(port: Option<u16>, address: Option<IpAddr>) -> Vec<Arc<ConnectionFacts>> {
    let opening = ConnectionFacts::of_server(port, address);
    let hellos: [Arc<ClientHello>; 4] = [rich(), plain(), named("a.example"), named("b.example")];
    let after = hellos.map(|hello| Arc::new(opening.with_hello(hello)));
    [Arc::new(opening)].into_iter().chain(after).collect()
}

/// Clients with certificates, and servers.
fn met() -> Vec<Arc<ConnectionFacts>> {
    let [one, two, issuer] = [(); 3].map(|()| Identity::plain());
    let address = |port| SocketAddr::from(([198, 51, 100, 7], port));
    let client = |identity, issuers, alpn, port| {
        let address = address(port);
        Client {
            address,
            alpn,
            identity,
            issuers,
        }
        .facts(8443)
    };
    vec![
        client(&one, &[], &["h2"], 1),
        client(&one, &[&issuer], &["h2"], 2),
        client(&two, &[&issuer, &one], &["http/1.1", "h2"], 3),
        client(&two, &[], &[], 4),
        of_server(&one, "localhost"),
        of_server(&two, "elsewhere.example"),
    ]
}

/// What a client knows of a server that it reached by this name.
fn of_server(identity: &Identity, name: &'static str) -> Arc<ConnectionFacts> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let peer = Peer::new(ServerName::try_from(name).expect("it is a name")).port(443);
    let good = Sandbox::shared().good().clone();
    let record = runtime
        .expect("there is a runtime")
        .block_on(identity.connect(good, peer));
    let record = record.unwrap_or_else(|refused| panic!("{refused}"));
    Arc::clone(&record.facts)
}
