//! `countersign demo` as it was typed.

use clap::Args;

use super::{CacheArgs, OutputArgs};

/// Show what Countersign does: gates, policies and their verdicts, on this machine alone.
///
/// Servers and clients meet on the loopback interface, with certificates made for the occasion, before the real gates and
/// the built-in policy. Some are approved and some are vetoed, each for another reason, and every decision leaves a record.
/// No network is used, and no file is written but the compiled policies, for the next time. It takes a second or two.
#[derive(Args, Debug)]
#[command(after_long_help = MANUAL)]
pub(crate) struct DemoArgs {
    #[command(flatten)]
    pub(crate) cache: CacheArgs,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

pub(super) const MANUAL: &str = "\
With --format json there is one line for each decision: its record, as from
`countersign check`, with countersign.demo.scene for what it belongs to and
countersign.demo.peer_saw for what the other end saw. If the demo does not come
to its end, the last line has countersign.error alone (kind, message).

Exit codes:
  0  everything went as announced, the vetoes included
  2  the arguments cannot be used
  3  something did not, or this machine cannot run it, or the report could not
     be written; a line on standard error says what";
