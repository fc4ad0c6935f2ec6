//! `countersign check` as it was typed.

use clap::Args;

use super::{CacheArgs, DialArgs, OutputArgs, PolicyArgs};
use crate::target::{Address, Target};

/// Connect to servers as a client under a policy would, and report its verdict.
///
/// Each TARGET is connected to once, with no more on offer than the policy allows. The policy judges what the server settled
/// on before the client says who it is; the connection is then closed, and no application data is ever sent.
///
/// Where client and server do not agree at all, up to eight more connections, each of one plain hello, find out what the
/// server would choose, from SSLv3 on. The policy is asked about that too. It is not authenticated, so it can explain a
/// veto and never makes an approval.
///
/// The server's certificate is verified apart from the policy. When both speak against a server, both are reported, as
/// far as the handshake came.
#[derive(Args, Debug)]
#[command(after_long_help = MANUAL)]
pub(crate) struct CheckArgs {
    /// Servers to check: host, host:port, [IPv6]:port or an https:// URL
    ///
    /// The port is 443 unless it is given. Of a URL, host and port count; path and query are ignored. International
    /// names are converted to their ASCII form (IDNA). Several targets are checked at the same time, up to eight, and
    /// reported in the order given.
    #[arg(value_name = "TARGET", required = true)]
    pub(crate) targets: Vec<Target>,

    #[command(flatten)]
    pub(crate) policy: PolicyArgs,

    /// Connect to this host[:port] instead of the target's
    ///
    /// The name that is asked for, and that the certificate must fit, stays the target's. The port that the policy is told
    /// is the one connected to.
    #[arg(long, value_name = "ADDR", help_heading = "Connection")]
    pub(crate) connect: Option<Address>,

    #[command(flatten)]
    pub(crate) dial: DialArgs,

    #[command(flatten)]
    pub(crate) cache: CacheArgs,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

pub(super) const MANUAL: &str = r#"Settings of the built-in policy:
  {
    "profile": "mozilla-intermediate",
    "versions": {"min": "1.2", "max": "1.3"},
    "cipher_suites": ["TLS_AES_256_GCM_SHA384", "ECDHE-RSA-AES256-GCM-SHA384"],
    "groups": {"remove": ["secp384r1"]},
    "resumption": false
  }
  Each key may be left out. For versions, cipher suites and groups:
    [...] or {"allow": [...]}          these and no others
    {"deny": [...]}                    everything else, the weak included
    {"add": [...], "remove": [...]}    the profile's, or the default's, changed
    {"min": "...", "max": "..."}       for versions; one of the two is enough
  Names are those of IANA or OpenSSL, or codes such as 0x1301. Profiles are
  published standards: see `countersign profiles`. There are also not_listed,
  post_quantum, alpn, sunset, peer_certificate, client_certificate and rules
  for some names or ports: `countersign inspect --schema` documents them.
  Without settings: TLS 1.2 and newer, forward-secret AEAD cipher suites,
  elliptic-curve groups and their post-quantum hybrids.
  Whatever a policy allows, this client speaks TLS 1.2 and 1.3 only, and only
  the suites and groups of its library.

Reports:
  The first line about a target begins with one of
    OK TARGET VERSION CIPHER_SUITE GROUP   approved, with a valid certificate
    VETO TARGET VERSION CIPHER_SUITE       vetoed; the lines below say for what
    FAIL TARGET SENTENCE                   could not be judged
  Reports go to standard output, everything else to standard error. Colours are
  used on terminals only, and not if NO_COLOR is set.

  With --format json there is one line for each target: its decision record,
  with OpenTelemetry's names (tls.*, server.*, network.*), countersign.* for the
  rest, and countersign.target for the target. If nothing could be started,
  there is a single line with countersign.error alone (kind, message, and
  errors of settings, each with path, message, and line and column of what was
  written): that is no decision record.

Exit codes:
  0  every target was approved
  1  a policy vetoed a target
  2  the arguments, the settings or the policy cannot be used; nothing was
     connected to
  3  could not be judged (unreachable, handshake or certificate failed, or not
     speakable for this client), or the report could not be written
  All targets are tried. Of several, 1 counts before 3, and 3 before 0.

Environment:
  SSL_CERT_FILE, SSL_CERT_DIR  the roots to trust instead of the system's
                               (not on Windows, macOS, iOS and Android)
  XDG_CACHE_HOME, HOME         where the cache of compiled policies is
  NO_COLOR, CLICOLOR_FORCE     never, or always, use colours

Examples:
  Is everything there TLS 1.3?
    countersign check --settings '{"versions": ["1.3"]}' example.com example.org
  The same name at one particular machine:
    countersign check --connect 192.0.2.7 https://example.com/
  A server of one's own, and the certificate it asks for:
    countersign check --ca ca.pem --client-cert me.pem --client-key me.key \
      internal.example:8443
  For a program:
    countersign check --format json --timeout 2s example.com |
      jq '."countersign.findings"'"#;

#[cfg(test)]
mod tests {
    use clap::{Parser, error::ErrorKind};
    use countersign::facts::Fact;

    use super::*;
    use crate::args::{Command, Format, Typed};

    fn check(words: &[&str]) -> Result<CheckArgs, ErrorKind> {
        let line = ["countersign", "check"].iter().chain(words);
        match Typed::try_parse_from(line) {
            Ok(Typed {
                command: Command::Check(args),
            }) => Ok(*args),
            Ok(other) => panic!("not what was typed: {other:?}"),
            Err(error) => Err(error.kind()),
        }
    }

    #[test]
    fn protocols_are_repeated_or_joined() {
        let args = check(&["--alpn", "h2,http/1.1", "--alpn", "x", "a.example"]).expect("valid");
        assert_eq!(args.dial.alpn, ["h2", "http/1.1", "x"]);
        assert_eq!(args.dial.timeout, std::time::Duration::from_secs(10));
        assert_eq!(args.output.format, Format::Human);
    }

    #[test]
    fn facts_are_repeated_or_joined() {
        let words = [
            "--forbid-fact",
            "port,today",
            "--forbid-fact",
            "certificate.der",
            "a.example",
        ];
        let args = check(&words).expect("valid");
        let forbidden = [Fact::Port, Fact::Today, Fact::CertificateDer];
        assert_eq!(args.policy.forbid_fact, forbidden);
    }

    #[test]
    fn certificate_and_key_need_each_other() {
        for alone in ["--client-cert", "--client-key"] {
            let error = check(&[alone, "x.pem", "a.example"]).err();
            assert_eq!(error, Some(ErrorKind::MissingRequiredArgument), "{alone}");
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for words in [
            &["http://a.example"][..],
            &["--timeout", "never", "a.example"],
            &["--alpn", "", "a.example"],
            &["--connect", "a:b:c", "a.example"],
            &["--server-name", "a b", "a.example"],
            &["--format", "xml", "a.example"],
            &["--forbid-fact", "weather", "a.example"],
            &["--cache", "a", "--no-cache", "a.example"],
            &[],
        ] {
            assert!(check(words).is_err(), "{words:?}");
        }
    }
}
