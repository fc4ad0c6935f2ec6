//! What one judgement costs: the built-in policy in every way in which it can run, beside the same rule as a Rust function, in
//! regorus and in Cedar, on one thread and on two. Then what it costs to judge a peer by its certificates.
//!
//! Everything runs in turns, in short windows, so that whatever else the machine does meets all of it alike. The other
//! engines run in a child process (`tests/versus`), which is a workspace of its own. Before anything is measured, everybody
//! answers every case, and the answers are compared with those worked out by hand.
//!
//! ```sh
//! cargo bench --workspace --bench judge                  # the built-in policy and the other engines
//! cargo bench --workspace --bench judge -- FILE...       # policies in files, alone, in every way
//! ```

mod cases;
mod ours;
mod shown;
mod table;
mod versus;
mod window;

use std::time::{Duration, Instant};

use cases::{Case, cases};
use ours::Ours;
use table::Table;
use versus::Versus;
use window::Window;

/// How long each side judges before it is the next one's turn.
const WINDOW: Duration = Duration::from_millis(25);
const ROUNDS: usize = 60;
const TIME_MAX: Duration = Duration::from_secs(100);

/// One of those who judge.
trait Side {
    /// What the table calls it.
    fn name(&self) -> String;
    /// The answer to one case, as `cases.json` writes it.
    fn answer(&mut self, case: &Case) -> String;
    /// Judges all cases over and over, on so many threads.
    fn run(&mut self, threads: usize, time: Duration) -> Window;
}

fn main() {
    // Cargo passes `--bench` to a program without a harness, too.
    let files: Vec<_> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let cases = cases();
    let mut sides: Vec<Box<dyn Side>> = match files.as_slice() {
        [] => compared(&cases),
        files => files
            .iter()
            .flat_map(|file| of_file(file, &cases))
            .collect(),
    };
    for side in &mut sides {
        for case in cases.iter().filter(|_| files.is_empty()) {
            let answer = side.answer(case);
            assert_eq!(answer, case.expect, "{}: {}", side.name(), case.about);
        }
    }
    if files.is_empty() {
        ours::introduce();
    }
    measure(&mut sides).print();
    drop(sides);
    if files.is_empty() {
        shown::measure();
    }
}

/// The built-in policy, and those who know the same rule.
fn compared(cases: &[Case]) -> Vec<Box<dyn Side>> {
    let ours = Ours::built_in(cases).into_iter().map(boxed);
    let others = Versus::all().into_iter().map(boxed);
    ours.chain(others).collect()
}

fn of_file(file: &str, cases: &[Case]) -> Vec<Box<dyn Side>> {
    Ours::of_file(file, cases).into_iter().map(boxed).collect()
}

fn boxed(side: impl Side + 'static) -> Box<dyn Side> {
    Box::new(side)
}

fn measure(sides: &mut [Box<dyn Side>]) -> Table {
    let mut table = Table::default();
    let began = Instant::now();
    for side in &mut *sides {
        side.run(2, WINDOW);
    }
    for round in 0..ROUNDS {
        for at in 0..sides.len() {
            let side = &mut sides[(at + round) % sides.len()];
            let (one, two) = (side.run(1, WINDOW), side.run(2, WINDOW));
            table.add(&side.name(), one, two);
        }
        if began.elapsed() > TIME_MAX {
            break;
        }
    }
    table
}
