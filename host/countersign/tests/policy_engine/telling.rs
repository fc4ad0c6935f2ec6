//! A guest that reads facts and tells them in its findings, and what it told.

use std::collections::BTreeMap;

use countersign::{policy::Policy, verdict::Finding};

use super::{
    guest::{Guest, Load as _},
    sandbox::Sandbox,
};

/// The getters of the connection: their type in the core module, and what is told of the answer at 1024.
const CONNECTION: [(&str, &str, &str); 8] = [
    ("server-name", "(param i32)", OPTIONAL_TEXT),
    (
        "port",
        "(param i32)",
        "(if (i32.load8_u (i32.const 1024)) (then (call $tell_number {code} (i64.load16_u (i32.const 1026)))))",
    ),
    ("peer-address", "(param i32)", OPTIONAL_TEXT),
    (
        "today",
        "(result i32)",
        "(call $tell_number {code} (i64.extend_i32_u (call $today)))",
    ),
    (
        "hello",
        "(param i32)",
        "(call $tell_number {code} (i64.load8_u (i32.const 1024)))
        (i32.store (i32.const 1536) (i32.load (i32.const 1028)))",
    ),
    (
        "peer-verification",
        "(param i32)",
        "(call $tell_bytes {code} (i32.const 1024) (i32.const 2))",
    ),
    (
        "signature-scheme",
        "(param i32)",
        "(if (i32.load8_u (i32.const 1024)) (then (call $tell_number {code} (i64.load16_u (i32.const 1026)))))",
    ),
    (
        "peer-certificates",
        "(param i32)",
        "(call $tell_number {code} (i64.load32_u (i32.const 1028)))",
    ),
];

const OPTIONAL_TEXT: &str = "(if (i32.load8_u (i32.const 1024))
    (then (call $tell_text {code} (i32.load (i32.const 1028)) (i32.load (i32.const 1032)))))";

/// The getters of a certificate.
const CERTIFICATE: [(&str, Kind); 14] = [
    ("der", Kind::Bytes),
    ("sha256", Kind::Bytes),
    ("spki-sha256", Kind::Bytes),
    ("subject", Kind::Text),
    ("issuer", Kind::Text),
    ("serial", Kind::Bytes),
    ("dns-names", Kind::Texts),
    ("uris", Kind::Texts),
    ("ip-addresses", Kind::Texts),
    ("not-before", Kind::Long),
    ("not-after", Kind::Long),
    ("key-algorithm", Kind::Text),
    ("key-bits", Kind::Int),
    ("signature-algorithm", Kind::Text),
];

/// The first certificate, out of the list that `peer-certificates` left at 1024.
const FIRST_CERTIFICATE: &str = "(local.set $certificate (i32.load (i32.load (i32.const 1024))))\n";

/// The getters of a ClientHello.
pub(crate) const CLIENT_HELLO: [(&str, Kind); 8] = [
    ("versions", Kind::Codes),
    ("cipher-suites", Kind::Codes),
    ("groups", Kind::Codes),
    ("key-shares", Kind::Codes),
    ("signature-schemes", Kind::Codes),
    ("alpn", Kind::ByteLists),
    ("extensions", Kind::Codes),
    ("ja4", Kind::Text),
];

/// What a getter of a resource answers.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Text,
    Texts,
    Bytes,
    ByteLists,
    /// Numbers of 16 bits.
    Codes,
    /// A number of 64 bits.
    Long,
    /// A number of 32 bits.
    Int,
}

impl Kind {
    fn core_type(self) -> &'static str {
        match self {
            Self::Long => "(param i32) (result i64)",
            Self::Int => "(param i32) (result i32)",
            _ => "(param i32 i32)",
        }
    }

    /// Reads the getter of the resource at `handle`, and tells what it answered.
    fn tell(self, getter: &str, handle: &str) -> String {
        let call = format!("(call ${getter} {handle}");
        let tell_number = |number| format!("(call $tell_number {{code}} {number})");
        match self {
            Self::Long => tell_number(format!("{call})")),
            Self::Int => tell_number(format!("(i64.extend_i32_u {call}))")),
            _ => format!("{call} (i32.const 1024)) {}", self.tell_list()),
        }
    }

    /// Tells the list at 1024: its address and its length.
    fn tell_list(self) -> &'static str {
        match self {
            Self::Text => {
                "(call $tell_text {code} (i32.load (i32.const 1024)) (i32.load (i32.const 1028)))"
            }
            Self::Texts => {
                "(call $tell_texts {code} (i32.load (i32.const 1024)) (i32.load (i32.const 1028)))"
            }
            Self::Codes => {
                "(call $tell_bytes {code} (i32.load (i32.const 1024))
                    (i32.mul (i32.load (i32.const 1028)) (i32.const 2)))"
            }
            Self::ByteLists => {
                "(block $done
                    (loop $again
                      (br_if $done (i32.eqz (i32.load (i32.const 1028))))
                      (call $tell_bytes {code} (i32.load (i32.load (i32.const 1024)))
                        (i32.load offset=4 (i32.load (i32.const 1024))))
                      (i32.store (i32.const 1024) (i32.add (i32.load (i32.const 1024)) (i32.const 8)))
                      (i32.store (i32.const 1028) (i32.sub (i32.load (i32.const 1028)) (i32.const 1)))
                      (br $again)))"
            }
            Self::Bytes | Self::Long | Self::Int => {
                "(call $tell_bytes {code} (i32.load (i32.const 1024)) (i32.load (i32.const 1028)))"
            }
        }
    }
}

/// The guest that tells facts, in the making.
#[derive(Default)]
pub(crate) struct Telling {
    imports: String,
    names: String,
    calls: String,
    next_name: usize,
    facts: Vec<String>,
}

impl Telling {
    /// Tells what is known of the connection.
    pub(crate) fn of_connection() -> Self {
        let mut telling = Self::default();
        for (getter, core_type, tell) in CONNECTION {
            let calls_itself = core_type.contains("result");
            let call = if calls_itself {
                String::new()
            } else {
                format!("(call ${getter} (i32.const 1024)) ")
            };
            telling.facts.push(getter.to_owned());
            telling.add(getter, getter, core_type, &format!("{call}{tell}"));
        }
        telling
    }

    /// And the peer's first certificate, which must be there.
    pub(crate) fn of_certificate(mut self) -> Self {
        self.calls += FIRST_CERTIFICATE;
        self.add_resource("certificate", &CERTIFICATE, "(local.get $certificate)");
        self
    }

    /// And the ClientHello, which must be there.
    pub(crate) fn of_client_hello(mut self) -> Self {
        self.add_resource("client-hello", &CLIENT_HELLO, "(i32.load (i32.const 1536))");
        self
    }

    /// The names of the facts that it reads, sorted.
    pub(crate) fn facts(mut self) -> Vec<String> {
        self.facts.sort();
        self.facts
    }

    /// The guest.
    pub(crate) fn guest(self) -> Guest {
        Guest::named("tell-facts")
            .put("imports", self.imports)
            .put("names", self.names)
            .put("calls", self.calls)
    }

    pub(crate) fn policy(self) -> Policy {
        let guest = self.guest();
        guest.load(&Sandbox::shared().engine).expect("it loads")
    }

    fn add_resource(&mut self, resource: &str, getters: &[(&str, Kind)], handle: &str) {
        for (getter, kind) in getters {
            let import = format!("[method]{resource}.{getter}");
            self.facts.push(format!("{resource}.{getter}"));
            self.add(
                getter,
                &import,
                kind.core_type(),
                &kind.tell(getter, handle),
            );
        }
    }

    fn add(&mut self, getter: &str, import: &str, core_type: &str, tell: &str) {
        let at = 12_288 + self.next_name;
        self.next_name += getter.len();
        self.imports += &format!(
            "(import \"countersign:policy/facts@0.1.0\" \"{import}\" (func ${getter} {core_type}))\n"
        );
        self.names += &format!("(data (i32.const {at}) \"{getter}\")\n");
        let code = format!("(i32.const {at}) (i32.const {})", getter.len());
        self.calls += &tell.replace("{code}", &code);
        self.calls.push('\n');
    }
}

/// What the guest told: each getter's answers.
pub(crate) struct Told(BTreeMap<String, Vec<String>>);

impl Told {
    pub(crate) fn new(findings: &[Finding]) -> Self {
        let mut told = BTreeMap::<_, Vec<_>>::new();
        for finding in findings {
            let answers = told.entry(finding.code.to_string()).or_default();
            answers.push(finding.message.clone());
        }
        Self(told)
    }

    /// The only answer of a getter.
    pub(crate) fn one(&self, getter: &str) -> &str {
        match self.many(getter) {
            [answer] => answer,
            other => panic!("{getter}: {other:?}"),
        }
    }

    /// The items of a getter's answer.
    pub(crate) fn many(&self, getter: &str) -> &[String] {
        self.0.get(getter).map_or(&[], Vec::as_slice)
    }
}

/// Bytes as the guest tells them.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A number as the guest tells it: eight bytes, the lowest first.
pub(crate) fn number(number: u64) -> String {
    hex(&number.to_le_bytes())
}
