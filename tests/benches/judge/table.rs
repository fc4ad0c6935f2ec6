//! The figures.

use crate::window::Window;

/// Something to know about the figures.
#[expect(clippy::print_stdout, reason = "a bench prints what it measured")]
pub(crate) fn note(note: &str) {
    println!("{note}");
}

/// A line for each side, in the order in which they came.
#[derive(Default)]
pub(crate) struct Table(Vec<Line>);

struct Line {
    name: String,
    /// Microseconds a call, on one thread.
    times: Vec<f64>,
    /// Calls of two threads for each call of one, in the same round.
    scaling: Vec<f64>,
}

impl Table {
    pub(crate) fn add(&mut self, name: &str, one: Window, two: Window) {
        let at = self.0.iter().position(|line| line.name == name);
        let at = at.unwrap_or_else(|| {
            self.0.push(Line {
                name: name.to_owned(),
                times: Vec::new(),
                scaling: Vec::new(),
            });
            self.0.len() - 1
        });
        self.0[at].times.push(1e6 / one.rate());
        self.0[at].scaling.push(two.rate() / one.rate());
    }

    /// Medians; the best window beside them, for the machine may be busy; and what one call costs in calls of the first side.
    #[expect(clippy::print_stdout, reason = "a bench prints what it measured")]
    pub(crate) fn print(&mut self) {
        let Some(first) = self
            .0
            .first_mut()
            .map(|line| quantile(&mut line.times, 0.5))
        else {
            return;
        };
        self.0.sort_by(|a, b| a.name.cmp(&b.name));
        println!(
            "| judge-parameters | µs, median | best | to the first | two threads to one | best |"
        );
        println!("|---|--:|--:|--:|--:|--:|");
        for Line {
            name,
            times,
            scaling,
        } in &mut self.0
        {
            let median = quantile(times, 0.5);
            println!(
                "| {name} | {median:.3} | {:.3} | {:.2} | {:.2} | {:.2} |",
                quantile(times, 0.0),
                median / first,
                quantile(scaling, 0.5),
                quantile(scaling, 0.9),
            );
        }
    }
}

/// The value below which this share of the values lies.
pub(crate) fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * share) as usize]
}
