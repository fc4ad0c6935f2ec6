//! What was measured, as a table of medians.

use std::time::Duration;

use crate::{
    policies::Answers,
    way::{Took, Way},
};

/// Times by row and way.
#[derive(Default)]
pub(crate) struct Table(Vec<Row>);

struct Row {
    name: &'static str,
    times: Vec<(Way, Vec<Took>)>,
}

impl Table {
    /// Takes a time. Each round brings one for every way of a row.
    pub(crate) fn note(&mut self, name: &'static str, way: Way, took: Took) {
        let times = &mut self.row(name).times;
        match times.iter_mut().find(|(of, _)| *of == way) {
            Some((_, times)) => times.push(took),
            None => times.push((way, vec![took])),
        }
    }

    /// Prints the medians in microseconds.
    #[expect(clippy::print_stdout, reason = "a bench prints what it measured")]
    pub(crate) fn print(&self) {
        println!(
            "medians in µs, ratios and shares of each round; in turns, over a pipe in memory\n"
        );
        println!(
            "{:<22} {:<8} {:>9} {:>9} {:>7} {:>9} {:>7} {:>8}",
            "", "answers", "judged", "plain", "ratio", "in calls", "share", "samples"
        );
        for row in &self.0 {
            for answers in Answers::ALL {
                println!("{}", row.line(answers));
            }
        }
    }

    fn row(&mut self, name: &'static str) -> &mut Row {
        let known = self.0.iter().position(|row| row.name == name);
        let at = known.unwrap_or_else(|| {
            let times = Vec::new();
            self.0.push(Row { name, times });
            self.0.len() - 1
        });
        &mut self.0[at]
    }
}

impl Row {
    fn line(&self, answers: Answers) -> String {
        let name = self.name;
        let judged = self.of(Way::Gate(answers));
        let (all, samples) = (micros(judged), judged.len());
        let plain = self.of(Way::Plain);
        if plain.is_empty() {
            return format!("{name:<22} {answers:<8} {all:>9.2} {:>36} {samples:>8}", "");
        }
        // Rounds are paired: the machine is not equally fast in all of them.
        let ratio = median(
            judged
                .iter()
                .zip(plain)
                .map(|(one, other)| one.all_over(other.all)),
        );
        let share = median(judged.iter().map(|took| 1.0 / took.all_over(took.calls)));
        let calls = median(judged.iter().map(|took| took.calls.as_secs_f64() * 1e6));
        let plain = micros(plain);
        format!(
            "{name:<22} {answers:<8} {all:>9.2} {plain:>9.2} {ratio:>7.3} {calls:>9.2} {:>5.1} % {samples:>8}",
            share * 100.0
        )
    }

    fn of(&self, way: Way) -> &[Took] {
        let times = self.times.iter().find(|(of, _)| *of == way);
        times.map_or(&[], |(_, times)| times)
    }
}

impl Took {
    fn all_over(&self, other: Duration) -> f64 {
        self.all.as_secs_f64() / other.as_secs_f64()
    }
}

fn micros(times: &[Took]) -> f64 {
    median(times.iter().map(|took| took.all.as_secs_f64() * 1e6))
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}
