//! How to connect, and whom to trust: for every command that asks servers.

use std::{path::PathBuf, time::Duration};

use clap::Args;
use rustls::pki_types::ServerName;

use crate::{target, timeout};

/// How to connect, and whom to trust. It needs somebody to connect to.
#[derive(Args, Debug)]
#[group(requires = "targets", multiple = true)]
pub(crate) struct DialArgs {
    /// Ask for this name and expect it in the certificate, instead of the target's
    #[arg(long, value_name = "NAME", value_parser = target::name, help_heading = "Connection")]
    pub(crate) server_name: Option<ServerName<'static>>,

    /// Offer this application protocol, such as h2; may be repeated, or several joined by commas
    #[arg(
        long,
        value_name = "PROTOCOL",
        value_delimiter = ',',
        value_parser = alpn,
        help_heading = "Connection"
    )]
    pub(crate) alpn: Vec<String>,

    /// The time for everything about one target: name lookup, connection, handshake, further hellos
    ///
    /// A number with its unit: 500ms, 5s, 2m; without a unit it means seconds. At most an hour.
    #[arg(
        long,
        value_name = "TIME",
        default_value = "10s",
        value_parser = timeout::parse,
        help_heading = "Connection"
    )]
    pub(crate) timeout: Duration,

    /// Trust the root certificates in this PEM file, and no others
    ///
    /// Without it, the system decides which roots are trusted. A system that has none gets Mozilla's, and a line on standard
    /// error says so.
    #[arg(long, value_name = "FILE", help_heading = "Certificates")]
    pub(crate) ca: Option<PathBuf>,

    /// Go on although the server's certificate does not verify, and show why it does not
    #[arg(long, help_heading = "Certificates")]
    pub(crate) insecure: bool,

    /// Show this certificate (PEM, with its chain) to a server that asks for one
    ///
    /// A server that fails the policy never learns it.
    #[arg(
        long,
        value_name = "FILE",
        requires = "client_key",
        help_heading = "Certificates"
    )]
    pub(crate) client_cert: Option<PathBuf>,

    /// The private key of the client certificate (PEM, not encrypted)
    #[arg(
        long,
        value_name = "FILE",
        requires = "client_cert",
        help_heading = "Certificates"
    )]
    pub(crate) client_key: Option<PathBuf>,
}

/// RFC 7301, section 3.1: a name has 1 to 255 bytes.
fn alpn(text: &str) -> Result<String, &'static str> {
    match text.len() {
        1..=255 => Ok(text.to_owned()),
        _ => Err("a protocol's name has 1 to 255 bytes"),
    }
}
