//! `countersign gateway` as it was typed.

use std::path::PathBuf;

use clap::Args;

use super::OutputArgs;

/// Terminate or originate TLS for services that know nothing of it, with a policy for each of them.
///
/// Connections come in at listeners. A policy says what may be negotiated, and approves or vetoes each session before any byte
/// moves; then bytes go to an upstream, over TCP or over TLS with policies of its own. Any protocol passes.
#[derive(Args, Debug)]
#[command(after_long_help = MANUAL)]
pub(crate) struct GatewayArgs {
    /// The configuration, a TOML file
    #[arg(long, value_name = "FILE.toml")]
    pub(crate) config: PathBuf,

    /// Read the configuration and all that it names, say everything that is wrong, and stop
    ///
    /// Nothing is listened at and nothing connected to. Policies are compiled, get their settings and must answer a self-test, as
    /// at a start.
    #[arg(long)]
    pub(crate) check: bool,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

pub(super) const MANUAL: &str = "\
A configuration, the smallest there is:
  [[listener]]
  name = \"web\"
  mode = \"terminate\"
  listen = [\"0.0.0.0:443\"]

  [[listener.route]]
  certificate = { chain = \"example.pem\", key = \"example.key\" }
  upstream = \"app\"

  [upstream.app]
  addresses = [\"127.0.0.1:8080\"]

docs/gateway-config.md has all keys.

Signals:
  SIGHUP           read all anew; if anything is wrong, all stays as it is
  SIGUSR1          open the log file anew
  SIGTERM, SIGINT  take no more connections in, and stop when those that are
                   there have ended; a second one ends them at once

Standard output has the log of connections, one line for each, unless the
configuration says otherwise. Standard error has what concerns the operator.

Exit codes:
  0  stopped as it was told; or the configuration holds
  2  the configuration cannot be used
  3  it cannot start: an address is in use, the log cannot be opened";
