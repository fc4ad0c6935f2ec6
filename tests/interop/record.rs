//! The JSON of real records against its schema in `docs/`.

use std::net::TcpListener;

use boon::{Compiler, SchemaIndex, Schemas};
use countersign_tests::{
    command::check,
    peers::openssl::{EVERYTHING, OpenSsl},
    pki::PKI,
};
use serde_json::{Value, json};

/// Allows everything that the default policy can judge.
const GENEROUS: &str =
    r#"{"versions": {"min": "1.0"}, "cipher_suites": {"deny": []}, "groups": {"deny": []}}"#;

/// The schema, ready to validate.
pub(crate) struct RecordSchema {
    text: Value,
    schemas: Schemas,
    index: SchemaIndex,
}

impl RecordSchema {
    pub(crate) fn read() -> Self {
        let text: Value =
            serde_json::from_str(include_str!("../../docs/record.schema.json")).expect("JSON");
        let mut schemas = Schemas::new();
        let mut compiler = Compiler::new();
        compiler
            .add_resource("record.schema.json", text.clone())
            .expect("one resource");
        let index = compiler
            .compile("record.schema.json", &mut schemas)
            .expect("a schema");
        Self {
            text,
            schemas,
            index,
        }
    }

    fn accepts(&self, record: &Value) -> Result<(), String> {
        self.schemas
            .validate(record, self.index)
            .map_err(|error| format!("{error:#}"))
    }

    /// Readers ignore members they do not know, so the schema allows them; records have none.
    pub(crate) fn check(&self, record: &Value) {
        self.accepts(record)
            .unwrap_or_else(|error| panic!("{error}\n{record:#}"));
        for member in record.as_object().expect("an object").keys() {
            assert!(
                self.text["properties"].get(member).is_some(),
                "{member} is not in the schema"
            );
        }
    }
}

fn record(port: u16, settings: &str, arguments: &[&str]) -> Value {
    let run = check(port, settings, &[&["--format", "json"], arguments].concat());
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run:#?}"))
}

#[test]
fn an_approval_follows_the_schema() {
    let server = OpenSsl::www(&PKI.rsa, &["-alpn", "h2"]);
    let record = record(server.port, "{}", &["--alpn", "h2"]);
    assert_eq!(record["countersign.decision"], "approved", "{record:#}");
    assert_eq!(record["tls.next_protocol"], "h2", "{record:#}");
    RecordSchema::read().check(&record);
}

#[test]
fn a_veto_and_what_cannot_be_judged_follow_the_schema() {
    let schema = RecordSchema::read();
    let server = OpenSsl::www(&PKI.rsa, &["-tls1_1", "-cipher", EVERYTHING]);
    let veto = record(server.port, "{}", &[]);
    assert_eq!(veto["countersign.decision"], "vetoed", "{veto:#}");
    schema.check(&veto);
    let failed = record(server.port, GENEROUS, &[]);
    assert_eq!(
        failed["countersign.error"]["kind"], "not-speakable",
        "{failed:#}"
    );
    schema.check(&failed);
    let old_only = GENEROUS.replace(r#"{"min": "1.0"}"#, r#"["1.0"]"#);
    let nothing_to_offer = record(server.port, &old_only, &[]);
    assert!(
        nothing_to_offer.get("countersign.offer").is_none(),
        "{nothing_to_offer:#}"
    );
    schema.check(&nothing_to_offer);
}

#[test]
fn an_untrusted_certificate_follows_the_schema() {
    let server = OpenSsl::www(&PKI.rsa, &[]);
    let record = record(server.port, "{}", &["--server-name", "other.example"]);
    assert_eq!(
        record["countersign.certificate.check"], "name-mismatch",
        "{record:#}"
    );
    RecordSchema::read().check(&record);
}

#[test]
fn a_refused_connection_follows_the_schema() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    drop(listener);
    let record = record(port, "{}", &[]);
    assert_eq!(
        record["countersign.error"]["kind"], "unreachable",
        "{record:#}"
    );
    RecordSchema::read().check(&record);
}

#[test]
fn the_schema_refuses_what_no_record_says() {
    let schema = RecordSchema::read();
    let server = OpenSsl::www(&PKI.rsa, &[]);
    let record = record(server.port, "{}", &[]);
    for (member, value) in [
        ("countersign.decision", json!("perhaps")),
        ("countersign.record.version", json!(2)),
        ("countersign.findings", json!([{"code": "a"}])),
        ("tls.established", Value::Null),
    ] {
        let mut other = record.clone();
        other[member] = value;
        assert!(schema.accepts(&other).is_err(), "{member}");
    }
}
