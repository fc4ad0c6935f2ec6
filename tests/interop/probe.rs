//! The probe against `openssl s_server`, each told to speak one thing only.

use std::{cell::Cell, path::Path, time::Duration};

use countersign::{
    probe::{Observed, Outcome, Target, probe},
    verdict::Alert,
};
use countersign_names::Version;
use countersign_tests::{
    client::dial,
    peers::{
        gnutls::GnuTls,
        openssl::{EVERYTHING, OPENSSL, OpenSsl},
    },
    pki::{Identity, PKI},
};
use tempfile::TempDir;
use tokio::{
    net::{TcpListener, TcpStream},
    time::Instant,
};

/// Enough for a loaded machine; a probe of a local server takes milliseconds.
const DEADLINE: Duration = Duration::from_secs(20);

async fn probed(port: u16, alpn: &[Vec<u8>]) -> Outcome {
    let target = Target {
        server_name: Some("example.com"),
        alpn,
    };
    let connect = async || dial(port).await;
    probe(
        connect,
        target,
        |bytes| bytes.fill(0x5a),
        Instant::now() + DEADLINE,
    )
    .await
}

fn refused(code: u8) -> Outcome {
    let alert = Alert::from_policy(code);
    Outcome::Refused { alert }
}

/// What a server with these arguments shows, best and lower.
async fn observed(identity: &Identity, arguments: &[&str]) -> (Observed, Option<Observed>) {
    let server = OpenSsl::start(identity, arguments);
    match probed(server.port, &[]).await {
        Outcome::Observed { best, lower } => (best, lower),
        other => panic!("{arguments:?}: {other}"),
    }
}

/// Version, suite, group, DHE bits of a server that speaks one version only.
async fn choice(
    identity: &Identity,
    arguments: &[&str],
) -> (Version, u16, Option<u16>, Option<u16>) {
    let (best, lower) = observed(identity, arguments).await;
    assert_eq!(lower, None, "{arguments:?}");
    assert!(best.complete, "{arguments:?}");
    (
        best.version,
        best.cipher_suite.code(),
        best.group.map(|group| group.code()),
        best.dhe_bits,
    )
}

const X25519: u16 = 0x001d;

#[tokio::test]
async fn old_versions_are_named() {
    let tls10 = choice(&PKI.rsa, &["-tls1", "-cipher", EVERYTHING]).await;
    assert_eq!(tls10, (Version::TLS_1_0, 0xc014, Some(X25519), None));
    let tls11 = choice(&PKI.rsa, &["-tls1_1", "-cipher", EVERYTHING]).await;
    assert_eq!(tls11, (Version::TLS_1_1, 0xc014, Some(X25519), None));
    let ecdsa = choice(
        &PKI.ecdsa,
        &["-tls1_1", "-cipher", EVERYTHING, "-curves", "P-384"],
    )
    .await;
    assert_eq!(ecdsa, (Version::TLS_1_1, 0xc00a, Some(0x0018), None));
}

#[tokio::test]
async fn old_suites_are_named() {
    for (certificate, cipher, suite) in [
        (&PKI.rsa, "ECDHE-RSA-AES128-SHA256", 0xc027),
        (&PKI.rsa, "ECDHE-RSA-AES256-SHA", 0xc014),
        (&PKI.ecdsa, "ECDHE-ECDSA-AES128-SHA", 0xc009),
        (&PKI.ecdsa, "ECDHE-ECDSA-AES128-CCM8", 0xc0ae),
        (&PKI.rsa, "ECDHE-RSA-CHACHA20-POLY1305", 0xcca8),
    ] {
        let chosen = choice(
            certificate,
            &["-tls1_2", "-cipher", &format!("{cipher}:@SECLEVEL=0")],
        )
        .await;
        assert_eq!(
            chosen,
            (Version::TLS_1_2, suite, Some(X25519), None),
            "{cipher}"
        );
    }
}

#[tokio::test]
async fn static_rsa_is_named() {
    for (cipher, suite) in [
        ("AES128-SHA", 0x002f),
        ("AES256-GCM-SHA384", 0x009d),
        ("AES128-CCM", 0xc09c),
        ("CAMELLIA128-SHA", 0x0041),
    ] {
        let chosen = choice(
            &PKI.rsa,
            &["-tls1_2", "-cipher", &format!("{cipher}:@SECLEVEL=0")],
        )
        .await;
        assert_eq!(chosen, (Version::TLS_1_2, suite, None, None), "{cipher}");
    }
}

#[tokio::test]
async fn the_prime_of_dhe_is_measured() {
    let chosen = choice(
        &PKI.rsa,
        &["-tls1_2", "-cipher", "DHE-RSA-AES256-GCM-SHA384"],
    )
    .await;
    assert_eq!(chosen, (Version::TLS_1_2, 0x009f, None, Some(2048)));
    // OpenSSL takes a prime of the size of its certificate's key; of two certificates, the last.
    let directory = TempDir::new().expect("a temporary directory");
    let [certificate, key] = weak_certificate(&directory);
    let suite = "DHE-RSA-AES128-SHA:@SECLEVEL=0";
    let arguments = [
        "-tls1",
        "-cipher",
        suite,
        "-cert",
        &certificate,
        "-key",
        &key,
    ];
    let weak = choice(&PKI.rsa, &arguments).await;
    assert_eq!(weak, (Version::TLS_1_0, 0x0033, None, Some(1024)));
}

/// The files of a certificate with a key of 1024 bits.
fn weak_certificate(directory: &TempDir) -> [String; 2] {
    let [certificate, key] =
        ["weak.pem", "weak.key"].map(|file| plain(&directory.path().join(file)));
    let request = [
        "req",
        "-x509",
        "-nodes",
        "-newkey",
        "rsa:1024",
        "-subj",
        "/CN=localhost",
    ];
    OPENSSL.run(|openssl| {
        openssl
            .args(request)
            .args(["-out", &certificate, "-keyout", &key]);
    });
    [certificate, key]
}

fn plain(path: &Path) -> String {
    path.to_str().expect("a plain path").to_owned()
}

#[tokio::test]
async fn curves_below_tls13_are_named() {
    for (curve, group) in [
        ("P-521", 0x0019),
        ("X448", 0x001e),
        ("brainpoolP256r1", 0x001a),
        ("secp256k1", 0x0016),
    ] {
        let arguments = [
            "-tls1_2",
            "-cipher",
            "ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0",
            "-curves",
            curve,
        ];
        assert_eq!(
            choice(&PKI.rsa, &arguments).await,
            (Version::TLS_1_2, 0xc02f, Some(group), None),
            "{curve}"
        );
    }
}

#[tokio::test]
async fn groups_of_tls13_are_named() {
    for (curve, group) in [
        ("P-521", 0x0019),
        ("X448", 0x001e),
        ("ffdhe2048", 0x0100),
        ("ffdhe8192", 0x0104),
        ("X25519", X25519),
    ] {
        let chosen = choice(&PKI.rsa, &["-tls1_3", "-curves", curve]).await;
        assert_eq!(
            chosen,
            (Version::TLS_1_3, 0x1302, Some(group), None),
            "{curve}"
        );
    }
}

#[tokio::test]
async fn suites_of_tls13_are_named() {
    for (name, suite) in [
        ("TLS_AES_128_CCM_SHA256", 0x1304),
        ("TLS_AES_128_CCM_8_SHA256", 0x1305),
        ("TLS_CHACHA20_POLY1305_SHA256", 0x1303),
    ] {
        let chosen = choice(&PKI.ecdsa, &["-tls1_3", "-ciphersuites", name]).await;
        assert_eq!(
            chosen,
            (Version::TLS_1_3, suite, Some(X25519), None),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_server_of_all_versions_is_seen_at_its_best_and_below() {
    let (best, lower) = observed(&PKI.rsa, &["-cipher", EVERYTHING]).await;
    let lower = lower.expect("it speaks TLS 1.2, too");
    assert_eq!(
        (best.version, best.cipher_suite.code()),
        (Version::TLS_1_3, 0x1302)
    );
    assert_eq!(
        (lower.version, lower.cipher_suite.code()),
        (Version::TLS_1_2, 0xc030)
    );
    assert!(lower.can_do_better && lower.extended_master_secret);
}

#[tokio::test]
async fn asking_for_a_client_certificate_does_not_matter() {
    for version in ["-tls1_2", "-tls1_3"] {
        let (best, _) = observed(&PKI.rsa, &[version, "-Verify", "1"]).await;
        assert!(best.complete, "{best}");
    }
}

#[tokio::test]
async fn the_application_protocol_is_named() {
    let server = OpenSsl::start(&PKI.rsa, &["-tls1_2", "-alpn", "http/1.1"]);
    let Outcome::Observed { best, .. } =
        probed(server.port, &[b"h2".to_vec(), b"http/1.1".to_vec()]).await
    else {
        panic!("nothing observed")
    };
    assert_eq!(best.alpn.as_deref(), Some(&b"http/1.1"[..]));
}

#[tokio::test]
async fn the_alert_of_a_refusal_is_named() {
    let server = OpenSsl::start(&PKI.rsa, &["-tls1_2", "-cipher", "PSK-AES128-GCM-SHA256"]);
    assert_eq!(probed(server.port, &[]).await, refused(40));
    let server = OpenSsl::start(
        &PKI.rsa,
        &[
            "-servername",
            "other.example",
            "-servername_fatal",
            "-cert2",
            &plain(&PKI.rsa.certificate_file),
            "-key2",
            &plain(&PKI.rsa.key_file),
        ],
    );
    assert_eq!(probed(server.port, &[]).await, refused(112));
}

#[tokio::test]
async fn a_server_for_another_name_is_not_taken_for_an_old_one() {
    let only_foo = ["--sni-hostname-fatal", "--sni-hostname", "foo.example"];
    let priority = "NORMAL:+VERS-TLS1.0:+VERS-TLS1.1";
    let server = GnuTls::start(&PKI.rsa, priority, &only_foo);
    assert_eq!(probed(server.port, &[]).await, refused(112));
}

#[tokio::test]
async fn a_server_for_another_application_is_not_taken_for_an_old_one() {
    let server = OpenSsl::start(&PKI.rsa, &["-alpn", "h2", "-cipher", EVERYTHING]);
    let outcome = probed(server.port, &[b"http/1.1".to_vec()]).await;
    assert_eq!(outcome, refused(120));
}

#[tokio::test]
async fn dropped_connections_make_no_old_server() {
    let server = OpenSsl::start(&PKI.rsa, &["-cipher", EVERYTHING]);
    for dropped in 1..=4 {
        let left = Cell::new(dropped);
        let connect = async || {
            if left.get() == 0 {
                return dial(server.port).await;
            }
            left.set(left.get() - 1);
            dial_closed().await
        };
        let deadline = Instant::now() + DEADLINE;
        let outcome = probe(connect, Target::default(), |_| {}, deadline).await;
        let Outcome::Observed { best, .. } = outcome else {
            panic!("{dropped}: {outcome}")
        };
        assert_eq!(best.version, Version::TLS_1_3, "{dropped}");
    }
}

/// A connection that its other end has dropped.
async fn dial_closed() -> std::io::Result<TcpStream> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let stream = dial(listener.local_addr()?.port()).await?;
    drop(listener.accept().await?);
    Ok(stream)
}
