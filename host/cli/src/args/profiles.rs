//! `countersign profiles` as it was typed.

use clap::Args;
use countersign_default_policy::profiles::Found;

use super::OutputArgs;
use crate::profiles::{Asked, named};

/// List the published standards that the built-in policy knows, show one, or compare two.
///
/// A profile is what one publication allows: versions, cipher suites, groups, signature schemes, and what certificates must
/// be like. It says where that was read and how far it was verified. What the TLS library of this program cannot speak is
/// marked.
///
/// A name never changes its meaning. Aliases, such as mozilla-modern, stand for the newest of their kind, and move when
/// there is a newer one.
#[derive(Args, Debug)]
#[command(after_long_help = MANUAL)]
pub(crate) struct ProfilesArgs {
    /// Show this one in full: a name or an alias
    #[arg(value_name = "NAME", value_parser = named, conflicts_with = "diff")]
    name: Option<Found>,

    /// Compare two: what only one of them has, and what they have in another order
    #[arg(long, num_args = 2, value_names = ["A", "B"], value_parser = named)]
    diff: Option<Vec<Found>>,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

impl ProfilesArgs {
    /// What is to be told.
    pub(crate) fn asked(&self) -> Asked {
        match (self.diff.as_deref(), self.name) {
            (Some(&[a, b]), _) => Asked::Difference(a, b),
            (_, Some(found)) => Asked::One(found),
            (_, None) => Asked::All,
        }
    }
}

pub(super) const MANUAL: &str = "\
Rows of a profile:
  verified    how far it was compared with its source, and what was not
  here        how much of it can be negotiated by this program
  suites      cipher suites; groups, for the key exchange
  signatures  schemes for handshakes; chain: those for certificates, where the
              publication has a list of its own
  certificate what certificates must be like; what is not there may be anything
  Lists keep the order of the publication. An entry that may not be used for
  ever has the year at whose end that is over: 2026; or 2029+, which may become
  longer.

JSON, on one line. The list:
  profiles    name, title, version, date, checked, versions, and here: whether
              anything of it can be negotiated by this program
  aliases     alias, and the name that it stands for
One profile:
  name, aliases, title, version, date, source, verified, notes
  checked     verified, in part, or second-hand
  asked       what was typed
  here        versions, cipher_suites and groups that can be negotiated, or null
  versions, cipher_suites, groups, signature_schemes,
  certificate_signature_schemes
              lists of name, code, until (text or null) and spoken: whether
              this program's TLS library can speak it; null: the publication
              has no such list
  certificate key_algorithms, min_rsa_bits, min_ec_bits, curves,
              signature_algorithms (OIDs), max_lifetime_days and
              recommended_lifetime_days, or null each; scope: own or chain
A comparison:
  a, b        name and asked, what was typed
  same        whether nothing differs
  versions, cipher_suites, groups, signature_schemes,
  certificate_signature_schemes
              lists: both, a, b or neither has such a list; only_a, only_b:
              names; order: pairs a, b of what stands in the same place among
              those that both have; until: name, a, b
  certificate what differs: a, b under the key of each rule

Exit codes:
  0  told
  2  the arguments cannot be used: there is no such profile
  3  the report could not be written

Examples:
  What is there?
    countersign profiles
  What does Mozilla allow today?
    countersign profiles mozilla-intermediate
  What has changed?
    countersign profiles --diff mozilla-5.8-old mozilla-6.0-intermediate
  For a program:
    countersign profiles --format json nist | jq '.cipher_suites[].name'";

#[cfg(test)]
mod tests {
    use clap::{Parser, error::ErrorKind};

    use super::*;
    use crate::args::{Command, Typed};

    fn asked(words: &[&str]) -> Result<Asked, ErrorKind> {
        let line = ["countersign", "profiles"].iter().chain(words);
        match Typed::try_parse_from(line) {
            Ok(Typed {
                command: Command::Profiles(args),
            }) => Ok(args.asked()),
            Ok(other) => panic!("not what was typed: {other:?}"),
            Err(error) => Err(error.kind()),
        }
    }

    #[test]
    fn all_one_or_two_can_be_asked_for() {
        let found = |name| named(name).expect("it is there");
        assert_eq!(asked(&[]), Ok(Asked::All));
        assert_eq!(asked(&["cnsa-1.0"]), Ok(Asked::One(found("cnsa-1.0"))));
        let difference = Asked::Difference(found("cnsa-1.0"), found("cnsa-2.0"));
        assert_eq!(asked(&["--diff", "cnsa-1.0", "cnsa-2.0"]), Ok(difference));
    }

    #[test]
    fn two_have_to_be_two() {
        let one = asked(&["--diff", "cnsa-1.0"]);
        assert_eq!(one, Err(ErrorKind::WrongNumberOfValues));
        let three = asked(&["--diff", "cnsa-1.0", "cnsa-2.0", "bsi"]);
        assert_eq!(three, Err(ErrorKind::ArgumentConflict));
        let unknown = asked(&["--diff", "cnsa-1.0", "cnsa-3.0"]);
        assert_eq!(unknown, Err(ErrorKind::ValueValidation));
    }
}
