//! `countersign demo`: servers and clients meet on the loopback interface, before real gates.
//!
//! `cast` is who takes part, with certificates from `pki` and judges from `policies`; `peers` connects them. `scenes` is what
//! happens. Of every record it is `announced` what it will say, and the demo fails where it says something else.

mod announced;
mod cast;
mod error;
mod peers;
mod pki;
mod policies;
mod scene;
mod scenes;

use std::{env, ffi::OsStr, time::Duration};

use countersign::policy::{Engine, Limits};
use tokio::{runtime, time::timeout};

use crate::{
    args::{DemoArgs, Format},
    cache,
    error::StartError,
    exit::ExitStatus,
    report,
};
use cast::Cast;
pub(crate) use error::DemoError;
pub(crate) use scene::Scene;

/// The time for all scenes together. They take about a second.
const TIMEOUT: Duration = Duration::from_secs(60);

const OPENING: &str = "\
A TLS handshake settles a version, a cipher suite, a key-exchange group and a peer. With Countersign,
a policy in a WebAssembly sandbox decides whether that is good enough, before any application data
flows.

What follows are real handshakes over the loopback interface, with certificates made for this run.
For each the gate's report is shown: the verdict, the reasons, and which policy with which settings
was asked what.
";

/// Does what the arguments ask for.
pub(crate) fn run(args: &DemoArgs) -> ExitStatus {
    let engine = cache::engine(Limits::default(), &args.cache);
    let played = engine
        .map_err(DemoError::from)
        .and_then(|engine| play(&engine, args.output.format));
    match played {
        Ok(true) => ExitStatus::Approved,
        Ok(false) => ExitStatus::NotJudged,
        Err(error) => {
            report::demo_failed(&error, args.output.format);
            error.status()
        }
    }
}

/// Shows everything. Returns whether nothing of it is lost.
fn play(engine: &Engine, format: Format) -> Result<bool, DemoError> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(StartError::Runtime)?;
    let cast = Cast::new(engine)?;
    let mut stage = Stage::new(format);
    stage.say(OPENING);
    runtime.block_on(async {
        let all = timeout(TIMEOUT, scenes::all(&cast, &mut stage)).await;
        all.unwrap_or(Err(DemoError::Stuck { timeout: TIMEOUT }))
    })?;
    stage.say(&closing());
    Ok(stage.told)
}

/// What to try next, as commands that can be copied.
fn closing() -> String {
    let program = env::args_os().next();
    let program = program.as_deref().unwrap_or(OsStr::new("countersign"));
    let program = program.display();
    format!(
        "
Everything went as announced. What to try next:

  {program} check example.com
      what a real server settles on, and whether the policy agrees
  {program} check --settings '{{\"versions\": [\"1.3\"]}}' example.com
      the same under settings of your own
  {program} demo --format json
      the decision records of all this, one a line
  {program} inspect
      what the built-in policy is, what it can see, and how it runs
  {program} check --help
      the settings of the built-in policy, reports, exit codes

The README shows how a program embeds the gates, in a server and in a client, and how to write a
policy.
"
    )
}

/// Where scenes are shown, one after the other.
struct Stage {
    format: Format,
    shown: usize,
    /// Whether nothing that was said is lost.
    told: bool,
}

impl Stage {
    fn new(format: Format) -> Self {
        Self {
            format,
            shown: 0,
            told: true,
        }
    }

    fn say(&mut self, text: &str) {
        self.told &= report::words(text, self.format);
    }

    /// Shows a scene, whether it went as announced or not.
    fn show(&mut self, scene: &Scene) -> Result<(), DemoError> {
        self.shown += 1;
        self.told &= report::scene(self.shown, scene, self.format);
        scene.as_announced()
    }
}
