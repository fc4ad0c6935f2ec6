//! `countersign explain` as it was typed.

use clap::Args;
use countersign_default_policy::Date;
use countersign_policy_sdk::Role;

use super::{CacheArgs, CheckArgs, DialArgs, OutputArgs, PolicyArgs};
use crate::{settings::Settings, target::Target};

/// Show what settings of the built-in policy come to, or why a connection is judged as it is.
///
/// Without a connection: everything that holds, with profiles and defaults resolved, what this program would offer, the rules
/// in the order in which they are looked at, and where each line comes from. Warnings tell what is over, and what changes
/// nothing.
///
/// With one, from a file or made now: which rule holds and why, everything that is looked at, in order, and what decided.
///
/// Only the built-in policy can be explained: of another, only its author knows the reasons.
#[derive(Args, Debug)]
#[command(after_long_help = MANUAL)]
pub(crate) struct ExplainArgs {
    /// The settings: JSON text, or a file in JSON or TOML; - for JSON on standard input
    ///
    /// As for `check`: a value that begins with `{` is the JSON itself; anything else names a file: one in TOML if its name
    /// ends in `.toml`, else one in JSON.
    #[arg(long, value_name = "FILE|JSON", help_heading = "Policy")]
    settings: Option<String>,

    /// What cannot be explained
    #[arg(long, value_name = "FILE.wasm", value_parser = no_other_policy, hide = true)]
    policy: Option<String>,

    /// Explain the session in this file: JSON, such as a line of `check --format json`; - for standard input
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["targets", "DialArgs"],
        help_heading = "Connection"
    )]
    pub(crate) session: Option<String>,

    /// Connect to this server as `check` does, and explain the verdict
    #[arg(
        long = "connect",
        id = "targets",
        value_name = "TARGET",
        help_heading = "Connection"
    )]
    pub(crate) target: Option<Target>,

    /// Show this end of connections alone: client or server
    ///
    /// Of a session, the end that this program is; the default is client, if the file does not say it.
    #[arg(
        long,
        value_name = "ROLE",
        value_enum,
        conflicts_with = "targets",
        help_heading = "Connection"
    )]
    pub(crate) role: Option<RoleArg>,

    /// Judge days as if it were this day, YYYY-MM-DD (UTC)
    ///
    /// The default is today; of a session in a file, the day that it names.
    #[arg(
        long,
        value_name = "DAY",
        value_parser = day,
        conflicts_with = "targets",
        help_heading = "Connection"
    )]
    pub(crate) today: Option<Date>,

    #[command(flatten)]
    dial: DialArgs,

    #[command(flatten)]
    cache: CacheArgs,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// An end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum RoleArg {
    /// It opens connections
    Client,
    /// It accepts connections
    Server,
}

impl From<RoleArg> for Role {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Client => Self::Client,
            RoleArg::Server => Self::Server,
        }
    }
}

impl ExplainArgs {
    /// The value of `--settings`, as other commands take it.
    pub(crate) fn settings(&self) -> Option<&str> {
        self.settings.as_deref().map(file)
    }

    /// The value of `--session`, as a file.
    pub(crate) fn session(&self) -> Option<&str> {
        self.session.as_deref().map(file)
    }

    /// What `check` would be asked for, if there is somebody to connect to. Standard input has been read already.
    pub(crate) fn check(self, read: &Settings) -> Option<CheckArgs> {
        let settings = match self.settings.as_deref() {
            Some("-") => Some(read.text.clone()),
            other => other.map(str::to_owned),
        };
        Some(CheckArgs {
            targets: vec![self.target?],
            policy: PolicyArgs {
                policy: None,
                settings,
                forbid_fact: Vec::new(),
            },
            connect: None,
            dial: self.dial,
            cache: self.cache,
            output: self.output,
        })
    }
}

/// `-` is standard input.
fn file(value: &str) -> &str {
    match value {
        "-" => "/dev/stdin",
        other => other,
    }
}

fn day(text: &str) -> Result<Date, &'static str> {
    Date::parse(text).ok_or("write a day as YYYY-MM-DD, such as 2031-12-31")
}

fn no_other_policy(_: &str) -> Result<String, &'static str> {
    Err(
        "only the built-in policy can be explained; `countersign check --policy` asks another, and `countersign inspect \
         --policy` shows what it can see and find",
    )
}

pub(super) const MANUAL: &str = r#"Where lines come from:
  default       it holds without settings
  profile NAME  the published standard says it
  $.key         the settings say it: a JSONPath
  What is offered stands first and in its order. What is allowed and never
  offered says why: not spoken by this program's TLS library, over, removed.
  Days are judged in UTC. Warnings do not change the exit code.

Sessions in files:
  A decision record, as `check --format json` and servers write it, or
    {"version": "TLSv1.2", "cipher_suite": "ECDHE-RSA-AES128-GCM-SHA256",
     "group": "x25519", "server_name": "a.example", "port": 443}
  version and cipher_suite must be there. There may be group, alpn, resumed,
  retried, role, listener, server_name, port, today, signature_scheme,
  verification (as countersign.certificate.check of records), and certificates:
  a list, the peer's own first, of objects with subject, issuer, dns_names,
  uris, ip_addresses, not_before, not_after, key_algorithm, key_bits,
  signature_algorithm and spki_sha256. Members with a dot in their name that
  records do not have are ignored.
  A rule on what the file does not say is not judged, and the report says so:
  records have no keys of certificates. --connect --format json prints all of
  it, as `session`, which can be explained again.

JSON, on one line:
  policy, settings, today, warnings (path, message)
  without a session:
    top, rules  path, when, before (why it is looked at before the next), role;
                lines: key, value, from, role; changed: keys that differ from
                the top; values: of each list offered, idle, removed, open;
                client_auth
    facts       that a verdict may be based on
  with a session:
    session     what is judged; verdict: decision, function, decided_by,
                findings
    rules       path, when, tried (holds, fails or not-reached), because
    checks      function, key, value, outcome (allowed, warned, refused or
                not-judged), from, codes
    not_judged  why the peer is not judged, or null
    record      the decision record, of --connect
  from is {"kind": "default"}, {"kind": "profile", "name"} or
  {"kind": "settings", "path"}. If nothing could be explained, there is
  countersign.error alone, as of `check`.

Exit codes:
  0  told; with a session: approved
  1  the session is vetoed
  2  the arguments, the settings or the session cannot be used
  3  could not be judged, as for `check`, or the report could not be written

Examples:
  What do my settings mean?
    countersign explain --settings settings.toml
  What will they mean in 2032?
    countersign explain --settings settings.toml --today 2032-01-01
  Why was that connection vetoed?
    countersign explain --settings settings.toml --session record.json
  And this one?
    countersign explain --settings settings.toml --connect example.com"#;

#[cfg(test)]
mod tests {
    use clap::{Parser, error::ErrorKind};

    use super::*;
    use crate::args::{Command, Typed};

    fn explain(words: &[&str]) -> Result<ExplainArgs, ErrorKind> {
        let line = ["countersign", "explain"].iter().chain(words);
        match Typed::try_parse_from(line) {
            Ok(Typed {
                command: Command::Explain(args),
            }) => Ok(*args),
            Ok(other) => panic!("not what was typed: {other:?}"),
            Err(error) => Err(error.kind()),
        }
    }

    #[test]
    fn how_to_connect_needs_somebody_to_connect_to() {
        for words in [
            &["--ca", "ca.pem"][..],
            &["--insecure"],
            &["--alpn", "h2"],
            &["--timeout", "5s"],
        ] {
            let error = explain(words).err();
            assert_eq!(error, Some(ErrorKind::MissingRequiredArgument), "{words:?}");
        }
        let args = explain(&["--connect", "a.example", "--insecure"]).expect("valid");
        let check = args
            .check(&Settings::inline(None))
            .expect("somebody to connect to");
        assert!(check.dial.insecure && check.policy.policy.is_none());
        assert!(
            explain(&[])
                .expect("valid")
                .check(&Settings::inline(None))
                .is_none()
        );
    }

    #[test]
    fn what_excludes_each_other_is_refused() {
        for words in [
            &["--session", "a.json", "--connect", "a.example"][..],
            &["--session", "a.json", "--timeout", "5s"],
            &["--today", "2026-01-01", "--connect", "a.example"],
            &["--role", "server", "--connect", "a.example"],
        ] {
            let error = explain(words).err();
            assert_eq!(error, Some(ErrorKind::ArgumentConflict), "{words:?}");
        }
        for words in [
            &["--today", "2026-02-30"][..],
            &["--policy", "policy.wasm"],
            &["--connect", "http://a.example"],
        ] {
            let error = explain(words).err();
            assert_eq!(error, Some(ErrorKind::ValueValidation), "{words:?}");
        }
    }

    #[test]
    fn a_dash_is_standard_input() {
        let args = explain(&["--settings", "-"]).expect("valid");
        assert_eq!(args.settings(), Some("/dev/stdin"));
    }
}
