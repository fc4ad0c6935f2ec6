//! `curl`.

use crate::{
    pki::{PKI, SERVER_NAME},
    process::Program,
};

const CURL: Program = Program {
    name: "curl",
    package: "curl",
};

/// Gets the page of an HTTPS server on 127.0.0.1; returns the page, or what curl says instead.
pub fn https(port: u16, arguments: &[&str]) -> String {
    CURL.run(|command| {
        command
            .args(["--silent", "--show-error", "--noproxy", "*", "--resolve"])
            .arg(format!("{SERVER_NAME}:{port}:127.0.0.1"))
            .arg("--cacert")
            .arg(&PKI.ca.certificate_file)
            .args(arguments)
            .arg(format!("https://{SERVER_NAME}:{port}/"));
    })
}

/// Asks the same in clear.
pub fn http(port: u16) -> String {
    CURL.run(|command| {
        command
            .args(["--silent", "--show-error", "--noproxy", "*"])
            .arg(format!("http://127.0.0.1:{port}/"));
    })
}
