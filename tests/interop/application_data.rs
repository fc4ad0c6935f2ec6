//! Data after approval, both ways, to a clean end.

use std::fs;

use countersign_tests::{
    client::{close, connected, echo, gate, get},
    peers::{
        gnutls::GnuTls,
        nginx::{BODY, Nginx, accesses},
        openssl::OpenSsl,
    },
    pki::PKI,
};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[tokio::test]
async fn lines_go_to_openssl_and_come_back() {
    for version in ["-tls1_2", "-tls1_3"] {
        let server = OpenSsl::traced(&PKI.ecdsa, 1, &[version]);
        let mut approved = connected(&gate("{}"), server.port).await;
        for line in ["one", "and another one", "0123456789"] {
            let reversed: String = line.chars().rev().collect();
            assert_eq!(echo(&mut approved, line).await, reversed, "{version}");
        }
        close(approved).await;
        let trace = server.wait_for_end();
        // close_notify is a warning (RFC 8446, section 6.1).
        assert!(trace.text().contains("<<< TLS 1."), "{}", trace.text());
        assert!(
            trace
                .text()
                .contains("Alert [length 0002], warning close_notify")
        );
    }
}

#[tokio::test]
async fn a_large_file_arrives_whole_and_ends_with_close_notify() {
    let directory = TempDir::new().expect("a temporary directory");
    let content: Vec<u8> = (0..1_000_003_u32).map(|n| (n % 251) as u8).collect();
    let file = directory.path().join("large");
    fs::write(file, &content).expect("a writable directory");
    for version in ["-tls1_2", "-tls1_3"] {
        let server = OpenSsl::files(&PKI.rsa, directory.path(), &[version]);
        let mut approved = connected(&gate("{}"), server.port).await;
        let answer = get(&mut approved, "/large").await;
        assert!(
            answer.ends_with(&content),
            "{version}: {} bytes",
            answer.len()
        );
    }
}

#[tokio::test]
async fn a_page_comes_from_nginx() {
    let nginx = Nginx::start("TLSv1.2 TLSv1.3", "");
    let mut approved = connected(&gate("{}"), nginx.port).await;
    let page = get(&mut approved, "/page").await;
    assert!(page.ends_with(BODY.as_bytes()));
    close(approved).await;
    let expected = "TLSv1.3/TLS_AES_256_GCM_SHA384 reused=. GET /page HTTP/1.0";
    nginx.process().wait_for_text(expected);
    assert_eq!(accesses(&nginx.stop()), [expected]);
}

/// Both directions at once, with more than the sockets' buffers take.
#[tokio::test]
async fn a_quarter_megabyte_goes_to_gnutls_and_comes_back() {
    for priority in [
        "NORMAL:-VERS-ALL:+VERS-TLS1.2",
        "NORMAL:-VERS-ALL:+VERS-TLS1.3",
    ] {
        let server = GnuTls::start(&PKI.rsa, priority, &["--echo"]);
        let approved = connected(&gate("{}"), server.port).await;
        let (mut read, mut write) = tokio::io::split(approved.stream);
        let line = [&[b'x'; 1023][..], b"\n"].concat();
        let sending = async {
            for _ in 0..256 {
                write.write_all(&line).await.expect("a server that reads");
                write.flush().await.expect("a server that reads");
            }
        };
        let mut back = vec![0; 256 * line.len()];
        let (_, read) = tokio::join!(sending, read.read_exact(&mut back));
        read.expect("a server that answers");
        assert_eq!(back, line.repeat(256), "{priority}");
    }
}
