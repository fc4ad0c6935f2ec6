//! What was measured, as a table of medians.

use std::time::{Duration, Instant};

/// Where a time belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    /// With policy.
    Judged,
    /// Without.
    Plain,
    /// The part of the judged time that was spent in calls of the policy.
    Calls,
}

/// Times by row and column.
#[derive(Default)]
pub(crate) struct Table(Vec<Row>);

struct Row {
    name: &'static str,
    judged: Vec<Duration>,
    plain: Vec<Duration>,
    calls: Vec<Duration>,
}

impl Table {
    /// Takes a time.
    pub(crate) fn note(&mut self, name: &'static str, column: Column, took: Duration) {
        let row = self.row(name);
        match column {
            Column::Judged => row.judged.push(took),
            Column::Plain => row.plain.push(took),
            Column::Calls => row.calls.push(took),
        }
    }

    /// Runs something and takes its time.
    pub(crate) fn time(&mut self, name: &'static str, column: Column, run: impl FnOnce()) {
        let began = Instant::now();
        run();
        self.note(name, column, began.elapsed());
    }

    /// Prints the medians in microseconds.
    #[expect(clippy::print_stdout, reason = "a bench prints what it measured")]
    pub(crate) fn print(mut self) {
        println!("medians in µs; handshakes are both ends, in turns, over a pipe in memory\n");
        println!(
            "{:<18} {:>9} {:>9} {:>7} {:>9} {:>8}",
            "", "judged", "plain", "ratio", "in calls", "samples"
        );
        for row in &mut self.0 {
            println!("{}", row.line());
        }
    }

    fn row(&mut self, name: &'static str) -> &mut Row {
        let known = self.0.iter().position(|row| row.name == name);
        let at = known.unwrap_or_else(|| {
            self.0.push(Row::new(name));
            self.0.len() - 1
        });
        &mut self.0[at]
    }
}

impl Row {
    fn new(name: &'static str) -> Self {
        Self {
            name,
            judged: Vec::new(),
            plain: Vec::new(),
            calls: Vec::new(),
        }
    }

    fn line(&mut self) -> String {
        let samples = self.judged.len();
        let [judged, plain, calls] =
            [&mut self.judged, &mut self.plain, &mut self.calls].map(|times| median(times));
        let ratio = judged.zip(plain).map(|(judged, plain)| judged / plain);
        let line = format!(
            "{:<18} {:>9} {:>9} {:>7} {:>9} {samples:>8}",
            self.name,
            shown(judged, 1),
            shown(plain, 1),
            shown(ratio, 3),
            shown(calls, 1)
        );
        line.trim_end().to_owned()
    }
}

/// In microseconds.
fn median(times: &mut [Duration]) -> Option<f64> {
    times.sort_unstable();
    let middle = times.get(times.len() / 2)?;
    Some(middle.as_secs_f64() * 1e6)
}

fn shown(value: Option<f64>, decimals: usize) -> String {
    value.map_or_else(String::new, |value| format!("{value:.decimals$}"))
}
