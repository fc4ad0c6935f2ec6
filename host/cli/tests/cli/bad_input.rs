//! What cannot be used: exit code 2, one clear sentence, and nothing is connected to.

use std::{
    io::ErrorKind,
    net::TcpListener,
    process::{Command, Stdio},
};

use crate::{
    identity::Authority,
    program::{Run, argument, check, countersign, run},
};

/// Runs a check whose target must never be connected to.
fn refused(words: &[&str]) -> Run {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.set_nonblocking(true).expect("it can be polled");
    let target = listener.local_addr().expect("it is bound").to_string();
    let run = check(&[&[target.as_str()], words].concat());
    let connected = listener.accept().map(|_| ()).map_err(|error| error.kind());
    assert_eq!(
        connected,
        Err(ErrorKind::WouldBlock),
        "{words:?} must not connect"
    );
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (2, ""),
        "{words:?}: {}",
        run.stderr
    );
    assert!(run.stderr.starts_with("error: "), "{}", run.stderr);
    run
}

/// Checks what a refusal says.
fn says(words: &[&str], sentences: &[&str]) {
    let run = refused(words);
    for sentence in sentences {
        assert!(
            run.stderr.contains(sentence),
            "{sentence} is not in {}",
            run.stderr
        );
    }
}

#[test]
fn arguments() {
    says(
        &["http://example.com"],
        &["only https:// URLs can be checked, not http://"],
    );
    says(
        &["example.com:99999"],
        &["the port must be a number from 1 to 65535"],
    );
    says(&["exa mple"], &["not a host name or address"]);
    says(&["--timeout", "soon"], &["500ms, 5s or 2m"]);
    says(&["--client-cert", "me.pem"], &["--client-key"]);
    says(&["--bogus"], &["--bogus"]);
    says(
        &["--connect", "https://a.example:1"],
        &["write host, host:port or [IPv6]:port\n"],
    );
    says(&["fe80::1%lo"], &["an address with a zone"]);
    says(&["a\u{1b}[2J\u{7}b"], &["not a host name or address"]);
    let run = refused(&["a\u{1b}[2J\u{7}b"]);
    assert!(
        !run.stderr.contains(['\u{1b}', '\u{7}']),
        "{:?}",
        run.stderr
    );
}

#[cfg(unix)]
#[test]
fn an_argument_that_is_not_text_is_named() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};
    let run = run(countersign(&["check", "a.example"]).arg(OsStr::from_bytes(b"b\xff.example")));
    assert_eq!(run.code, 2);
    assert_eq!(
        run.stderr,
        "error: the argument b\u{fffd}.example is not UTF-8\n"
    );
}

#[cfg(unix)]
#[test]
fn pipes_that_nobody_writes_to_are_not_waited_for() {
    let pipe = format!("{}.pipe", argument("no.pipe", ""));
    let made = Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("it is a program of POSIX").success());
    let other = argument("any.pem", "");
    for words in [
        &["--settings", &pipe][..],
        &["--policy", &pipe],
        &["--ca", &pipe],
        &["--client-cert", &pipe, "--client-key", &other],
    ] {
        says(
            words,
            &["cannot be read: it is a named pipe: name a regular"],
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn pipes_of_the_shell_are_read() {
    use std::io::Write;
    let mut command = countersign(&["check", "127.0.0.1:1", "--settings", "/dev/fd/0"]);
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = piped.stderr(Stdio::piped()).spawn().expect("it runs");
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(b"{\"bogus\": 1}").expect("it reads");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("\n  /dev/fd/0:1:2: $.bogus: "), "{stderr}");
}

#[test]
fn no_arguments_at_all() {
    let bare = run(&mut countersign(&[]));
    assert_eq!((bare.code, bare.stdout.as_str()), (2, ""));
    assert!(
        bare.stderr.contains("Usage: countersign"),
        "{}",
        bare.stderr
    );
    assert_eq!(check(&[]).code, 2);
}

#[test]
fn settings_are_refused_with_all_their_errors() {
    let text = r#"{"versions": {"min": "9"}, "groups": 7, "bogus": 1}"#;
    let lines = [":41: $.bogus: ", ":15: $.versions.min: ", ":28: $.groups: "];
    let places = lines.map(|line| line.replacen(":", "\n  line 1, column ", 1));
    let inline: Vec<_> = places.iter().map(String::as_str).collect();
    says(&["--settings", text], &inline);
    says(
        &["--settings", text],
        &["error: settings on the command line: the policy does not accept them"],
    );
    let path = argument("settings.json", text);
    says(&["--settings", &path], &lines);
    says(
        &["--settings", &path],
        &[&format!(
            "error: settings {path}: the policy does not accept them"
        )],
    );
    says(&["--settings", "{"], &["\n  line 1, column 2: $: "]);
}

#[test]
fn settings_files() {
    says(
        &["--settings", "/no/such.json"],
        &[
            "settings file /no/such.json: cannot be read",
            "beginning with `{`",
        ],
    );
    says(
        &["--settings", env!("CARGO_TARGET_TMPDIR")],
        &["cannot be read: it is a directory, not a file: name a JSON file"],
    );
    says(&["--settings", ""], &["--settings is empty: "]);
    let marked = argument("marked.json", "\u{feff}{}");
    says(
        &["--settings", &marked],
        &["it begins with a byte order mark"],
    );
    let latin1 = argument("latin1.json", b"{\"b\xfccher\": 1}");
    says(&["--settings", &latin1], &["not UTF-8 at byte 3"]);
    let large = argument("large.json", vec![b' '; 1024 * 1024]);
    says(
        &["--settings", &large],
        &["larger than the 262144 bytes allowed"],
    );
    let text = format!("{{{}}}", " ".repeat(100_000));
    assert!(
        text.len() < 128 * 1024,
        "the system takes it as an argument"
    );
    assert_eq!(
        check(&["127.0.0.1:1", "--settings", &text]).code,
        3,
        "long settings are no error"
    );
}

#[test]
fn policy_files() {
    let policy = |name: &str, bytes: &[u8], sentence: &str| {
        let path = argument(name, bytes);
        says(
            &["--policy", &path],
            &[&format!("error: policy {path}: "), sentence],
        );
    };
    says(
        &["--policy", "/no/such.wasm"],
        &["error: policy /no/such.wasm: cannot be read"],
    );
    policy("empty.wasm", b"", "not WebAssembly");
    policy("text.wasm", b"(component)", "not WebAssembly");
    policy(
        "core.wasm",
        b"\0asm\x01\0\0\0",
        "a core WebAssembly module, not a component",
    );
    policy(
        "cut.wasm",
        b"\0asm\x0d\0\x01\0\xff",
        "not a valid component",
    );
    policy(
        "nothing.wasm",
        b"\0asm\x0d\0\x01\0",
        "not a policy: it does not export",
    );
}

#[test]
fn policies_that_want_more_than_the_contract_gives() {
    let component =
        |name: &str, text: &str| argument(name, wat::parse_str(text).expect("valid text"));
    let wasi = component(
        "wasi.wasm",
        r#"(component (import "wasi:cli/environment@0.2.0" (instance)))"#,
    );
    says(
        &["--policy", &wasi],
        &["it imports `wasi:cli/environment@0.2.0`, which a policy may not have"],
    );
    let other = component(
        "other.wasm",
        r#"(component (import "countersign:policy/facts@9.0.0" (instance)))"#,
    );
    says(
        &["--policy", &other],
        &[
            "countersign:policy/facts@9.0.0",
            "this host speaks countersign:policy@0.1.0",
        ],
    );
}

#[test]
fn authorities() {
    let authority = Authority::new();
    says(
        &["--ca", "/no/such.pem"],
        &["error: CA file /no/such.pem: cannot be read"],
    );
    let ca = |name: &str, bytes: &[u8], sentence: &str| {
        let path = argument(name, bytes);
        says(
            &["--ca", &path],
            &[&format!("error: CA file {path}: {sentence}")],
        );
    };
    ca("empty.pem", b"", "it holds no certificate");
    ca(
        "key.pem",
        authority.localhost().key_pem.as_bytes(),
        "it holds a private key and no certificate",
    );
    ca(
        "ca.der",
        &authority.der,
        "it is DER, not PEM: convert it with `openssl x509 -inform DER`",
    );
    let (half, _) = authority.pem.split_at(authority.pem.len() / 2);
    ca("half.pem", half.as_bytes(), "it is damaged: ");
    let garbage = b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
    ca("garbage.pem", garbage, "it cannot be used: ");
}

#[test]
fn client_certificates() {
    let authority = Authority::new();
    let (one, other) = (authority.localhost(), authority.localhost());
    let certificate = argument("one.pem", &one.pem);
    let key = |name: &str, bytes: &[u8]| {
        let path = argument(name, bytes);
        refused(&["--client-cert", &certificate, "--client-key", &path]).stderr
    };
    let mismatch = key("other.key", other.key_pem.as_bytes());
    assert!(
        mismatch.contains("does not belong to the certificate in"),
        "{mismatch}"
    );
    let none = key("none.key", one.pem.as_bytes());
    assert!(none.contains("it holds no private key"), "{none}");
    let encrypted = one.key_pem.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
    let encrypted = key("encrypted.key", encrypted.as_bytes());
    assert!(encrypted.contains("the key is encrypted"), "{encrypted}");
    let garbage = key(
        "garbage.key",
        b"-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n",
    );
    assert!(garbage.contains("it cannot be used: "), "{garbage}");
}
