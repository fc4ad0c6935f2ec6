//! One rule about TLS sessions in other policy engines, for a bench to compare Countersign's with: that bench starts this
//! program as its child and takes turns with it, so that what is compared ran side by side.
//!
//! A line in, a line out:
//!
//! | line | answer |
//! |---|---|
//! | `cases FILE` | `ok NUMBER`: so many were loaded |
//! | `ask ENGINE SESSION` | `approve`, or `veto CODE,CODE`; SESSION is JSON without a line break, as `session` in `cases.json` |
//! | `run ENGINE THREADS MILLISECONDS` | `CALLS NANOSECONDS`: the calls of all threads over the cases, and how long that took |
//! | `quit`, or the end of the input | none: the program ends |
//!
//! ENGINE is `native`, `regorus` or `cedar`. Whatever cannot be done is answered with `error` and a reason.
//!
//! The rule: TLS 1.2 or newer; a cipher suite that is listed; a group, if there is one, that is listed. All that is wrong is
//! reported. It is the default policy's under settings.

mod cases;
mod engine;
mod session;
mod settings;
mod verdict;
mod window;

use std::{
    error::Error,
    io::{self, Write},
    panic, process,
    time::Duration,
};

use engine::Engine;
use session::Session;

/// Why something could not be done.
type Failure = Box<dyn Error + Send + Sync>;

fn main() -> io::Result<()> {
    // A thread that panics must not leave the others waiting for it: whoever drives this sees that it ended.
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |what| {
        report(what);
        process::abort();
    }));
    let mut sessions = Vec::new();
    for line in io::stdin().lines() {
        let line = line?;
        if line == "quit" {
            break;
        }
        let answer = answer(&line, &mut sessions).unwrap_or_else(|failure| {
            // Some errors are several lines long.
            format!("error {}", failure.to_string().replace(['\r', '\n'], " "))
        });
        // Standard output is flushed at the end of each line.
        writeln!(io::stdout(), "{answer}")?;
    }
    Ok(())
}

fn answer(line: &str, sessions: &mut Vec<Session>) -> Result<String, Failure> {
    let (command, rest) = line.split_once(' ').unwrap_or((line, ""));
    match command {
        "cases" => {
            let cases = cases::load(rest)?;
            *sessions = cases.into_iter().map(|case| case.session).collect();
            Ok(format!("ok {}", sessions.len()))
        }
        "ask" => {
            let (engine, session) = rest.split_once(' ').ok_or("say ask ENGINE SESSION")?;
            let mut judge = Engine::read(engine)?.judge()?;
            Ok(judge(&serde_json::from_str(session)?)?.to_string())
        }
        "run" => {
            let [engine, threads, milliseconds] = rest.split(' ').collect::<Vec<_>>()[..] else {
                return Err("say run ENGINE THREADS MILLISECONDS".into());
            };
            let time = Duration::from_millis(milliseconds.parse()?);
            let window = Engine::read(engine)?.run(sessions, threads.parse()?, time)?;
            Ok(window.to_string())
        }
        _ => Err(format!("there is no command {command:?}").into()),
    }
}

#[cfg(test)]
mod tests;
