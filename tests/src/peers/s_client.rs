//! `openssl s_client`.

use std::process::Command;

use super::{
    openssl::{OPENSSL, Trace},
    request,
};
use crate::{pki::PKI, server::PAGE};

/// What was negotiated, as the client says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Negotiated {
    /// Whether an earlier session was resumed.
    pub resumed: bool,
    /// `TLSv1.3`
    pub version: String,
    /// OpenSSL's name of the cipher suite.
    pub cipher: String,
}

/// Asks a server on 127.0.0.1 for its page. Every message is logged.
pub fn s_client(port: u16, arguments: &[&str]) -> Trace {
    Trace(OPENSSL.run(|command| prepare(command, port, arguments)))
}

fn prepare(command: &mut Command, port: u16, arguments: &[&str]) {
    command
        .args(["s_client", "-connect", &format!("127.0.0.1:{port}")])
        .args(["-verify_return_error", "-CAfile"])
        .arg(&PKI.ca.certificate_file)
        // It is the server that ends the connection, so that tickets and alerts are waited for.
        .args(["-ign_eof", "-msg"])
        .args(arguments)
        .stdin(request());
}

impl Trace {
    /// From `New, TLSv1.3, Cipher is TLS_AES_256_GCM_SHA384`.
    pub fn negotiated(&self) -> Option<Negotiated> {
        let is_summary = |line: &&str| line.contains(", Cipher is ");
        let line = self.text().lines().find(is_summary)?;
        let (kind, rest) = line.split_once(", ")?;
        let (version, cipher) = rest.split_once(", Cipher is ")?;
        (cipher != "(NONE)").then(|| Negotiated {
            resumed: kind == "Reused",
            version: version.to_owned(),
            cipher: cipher.to_owned(),
        })
    }

    /// The number of the alert that the server sent, from OpenSSL's error text.
    pub fn alert(&self) -> Option<u8> {
        let (_, rest) = self.text().split_once("SSL alert number ")?;
        rest.lines().next()?.trim().parse().ok()
    }

    /// Whether anything of the server's page came.
    pub fn has_page(&self) -> bool {
        self.text().contains(PAGE)
    }

    /// Whether the server's page came, and after it the server's goodbye (RFC 8446, section 6.1).
    pub fn is_served(&self) -> bool {
        let goodbye = "Alert [length 0002], warning close_notify";
        let mut received = self.text().lines().filter(|line| line.starts_with("<<< "));
        self.has_page() && received.any(|line| line.ends_with(goodbye))
    }

    /// The handshake messages that left, in order, by their names in RFC 8446 and RFC 5246.
    pub fn sent(&self) -> Vec<&str> {
        self.handshake_messages(">>> ")
    }
}
