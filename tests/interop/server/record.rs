//! The JSON of servers' records against its schema in `docs/`.

use countersign::{
    ServerGateBuilder,
    policy::{Chain, Link},
};
use countersign_tests::{
    guest::VetoAt,
    peers::{curl, s_client::s_client},
    pki::PKI,
    policy::{policy, vetoing_policy},
    server::{Server, builder, optional},
};

use super::offered;
use crate::record::RecordSchema;

fn audited() -> Chain {
    let narrow = policy(r#"{ "versions": ["1.3"] }"#);
    Chain::new(Link::enforce(policy("{}"))).and(Link::audit(narrow))
}

#[test]
fn records_of_a_server_follow_the_schema() {
    let [certificate, key] = PKI.client.files();
    let shown = ["-cert", certificate, "-key", key, "-alpn", "h2"];
    let alpn = |gate: ServerGateBuilder| gate.alpn(vec![b"h2".to_vec()]).listener("front");
    let identified = || alpn(builder(audited()).client_certificates(optional()));
    let schema = RecordSchema::read();
    for (gate, arguments, decision) in [
        (identified(), &shown[..], "approved"),
        (identified(), &["-tls1_2"], "approved"),
        (builder(vetoing_policy(VetoAt::Peer)), &[], "vetoed"),
        (
            builder(audited()),
            &["-tls1_3", "-groups", "X448"],
            "vetoed",
        ),
    ] {
        let server = Server::start(gate);
        s_client(server.port, arguments);
        let record = offered(&server.only_record());
        assert_eq!(record["countersign.decision"], decision, "{record:#}");
        assert_eq!(record["countersign.role"], "server");
        schema.check(&record);
    }
}

#[test]
fn the_record_of_what_is_not_tls_follows_the_schema() {
    let server = Server::start(builder(policy("{}")));
    curl::http(server.port);
    let record = offered(&server.only_record());
    assert_eq!(record["countersign.error"]["kind"], "not-tls", "{record:#}");
    RecordSchema::read().check(&record);
}
