//! Host-call storms: every getter of the contract, called without an end.

use countersign_test_guests::{Guest, Place};

use super::Case;

/// A getter, and its type in the core module.
type Getter = (&'static str, &'static str);

/// Where the core function writes what it answers.
const OUT: &str = "(param i32)";

const CONNECTION: [Getter; 8] = [
    ("server-name", OUT),
    ("port", OUT),
    ("peer-address", OUT),
    ("today", "(result i32)"),
    ("hello", OUT),
    ("peer-certificates", OUT),
    ("peer-verification", OUT),
    ("signature-scheme", OUT),
];

const CLIENT_HELLO: [&str; 8] = [
    "versions",
    "cipher-suites",
    "groups",
    "key-shares",
    "signature-schemes",
    "alpn",
    "extensions",
    "ja4",
];

const CERTIFICATE: [Getter; 14] = [
    ("der", OUT),
    ("sha256", OUT),
    ("spki-sha256", OUT),
    ("subject", OUT),
    ("issuer", OUT),
    ("serial", OUT),
    ("dns-names", OUT),
    ("uris", OUT),
    ("ip-addresses", OUT),
    ("not-before", "(result i64)"),
    ("not-after", "(result i64)"),
    ("key-algorithm", OUT),
    ("key-bits", "(result i32)"),
    ("signature-algorithm", OUT),
];

pub(crate) fn cases() -> Vec<Case> {
    let cases = storms().into_iter();
    cases
        .flat_map(|(getter, guest)| in_every_function(&getter, &guest))
        .collect()
}

/// Storms that no number ends, but the deadline: what is written into a guest takes time as well as what it does. Where there is
/// nothing to be read from, that ends them.
pub(crate) fn unnumbered() -> Vec<Case> {
    let case = |(getter, guest): (String, Guest)| {
        let codes: &[_] = match needs_handle(&getter) {
            true => &["engine.deadline", "engine.output", "engine.trap"],
            false => &["engine.deadline"],
        };
        let name = format!("storm on {getter} without a number");
        let guest = guest.acting_in(Place::In("judge-peer"));
        Case::stopped(name, guest, "judge-peer", codes)
    };
    storms().into_iter().map(case).collect()
}

/// Whether it gives out handles, of which there is room for so many, or needs one, which there may be none of.
fn needs_handle(getter: &str) -> bool {
    ["hello", "peer-certificates"].contains(&getter) || getter.contains('.')
}

/// A guest for each getter, with the getter's name.
fn storms() -> Vec<(String, Guest)> {
    let connection =
        CONNECTION.map(|(getter, core_type)| (getter.to_owned(), of_connection(getter, core_type)));
    let hello = CLIENT_HELLO.map(|getter| {
        let take = "(call $hello (i32.const 1024)) (local.set $handle (i32.load (i32.const 1028)))";
        (
            format!("client-hello.{getter}"),
            of_resource("client-hello", "hello", take, (getter, OUT)),
        )
    });
    let certificate = CERTIFICATE.map(|getter| {
        let take = "(call $peer-certificates (i32.const 1024)) (local.set $handle (i32.load (i32.load (i32.const 1024))))";
        let storm = of_resource("certificate", "peer-certificates", take, getter);
        (format!("certificate.{}", getter.0), storm)
    });
    let storms = connection.into_iter().chain(hello).chain(certificate);
    storms.collect()
}

/// Where there is no connection the first call ends it, else their number does; or the want of a resource to ask, or of
/// room for one more handle.
fn in_every_function(getter: &str, guest: &Guest) -> Vec<Case> {
    let connected: &[_] = match needs_handle(getter) {
        true => &["engine.trap", "engine.output"],
        false => &["engine.trap"],
    };
    let functions = [
        ("describe", &["engine.trap"][..]),
        ("configure", &["engine.trap"]),
        ("constrain", connected),
        ("judge-parameters", connected),
        ("judge-peer", connected),
    ];
    let case = |(function, codes)| {
        let name = format!("storm on {getter} in {function}");
        Case::stopped(
            name,
            guest.clone().acting_in(Place::In(function)),
            function,
            codes,
        )
    };
    functions.map(case).into()
}

fn of_connection(getter: &str, core_type: &str) -> Guest {
    storm(
        &import(getter, getter, core_type),
        "",
        &call(getter, "", core_type),
    )
}

/// A storm on a method of what `take` puts into `$handle` with the getter `source`.
fn of_resource(resource: &str, source: &str, take: &str, (getter, core_type): Getter) -> Guest {
    let method = import(
        "method",
        &format!("[method]{resource}.{getter}"),
        &format!("(param i32) {core_type}"),
    );
    let imports = import(source, source, OUT) + &method;
    storm(
        &imports,
        take,
        &call("method", "(local.get $handle)", core_type),
    )
}

fn import(name: &str, import: &str, core_type: &str) -> String {
    format!("(import \"countersign:policy/facts@0.1.0\" \"{import}\" (func ${name} {core_type}))\n")
}

fn call(name: &str, handle: &str, core_type: &str) -> String {
    match core_type {
        OUT => format!("(call ${name} {handle} (i32.const 1040))"),
        _ => format!("(drop (call ${name} {handle}))"),
    }
}

/// What is answered is forgotten each time, so that memory does not end it.
fn storm(imports: &str, take: &str, call: &str) -> Guest {
    Guest::good().part("imports", imports).part(
        "act",
        format!("(func $act (local $handle i32) {take} (loop (global.set $free (i32.const 65536)) {call} (br 0)))\n"),
    )
}
