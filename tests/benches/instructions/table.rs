//! What was counted, as a table of medians.

use std::{fmt, str::FromStr};

use crate::{callgrind::Section, dumps::Count, policies::Answers};

/// How often a gate asks its policy about one handshake.
const CALLS: u64 = 3;

/// Where a count belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    /// Ours, by where the policy's answers come from.
    Gate(Answers),
    /// Plain rustls.
    Plain,
    /// A part of ours that asks no policy.
    Alone,
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Gate(answers) => answers.name(),
            Self::Plain => "plain",
            Self::Alone => "",
        })
    }
}

impl FromStr for Column {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let gates = Answers::ALL.map(Self::Gate);
        let mut columns = gates.into_iter().chain([Self::Plain, Self::Alone]);
        let column = columns.find(|column| column.to_string() == name);
        column.ok_or_else(|| format!("no column {name}"))
    }
}

/// Counts by row and column.
#[derive(Default)]
pub(crate) struct Table(Vec<Row>);

struct Row {
    name: String,
    counts: Vec<(Column, Vec<Count>)>,
}

impl From<Vec<Section>> for Table {
    fn from(sections: Vec<Section>) -> Self {
        let mut table = Self::default();
        for section in sections {
            table.note(section);
        }
        table
    }
}

impl Table {
    fn note(&mut self, section: Section) {
        let counts = &mut self.row(section.row).counts;
        match counts.iter_mut().find(|(of, _)| *of == section.column) {
            Some((_, counts)) => counts.push(section.count),
            None => counts.push((section.column, vec![section.count])),
        }
    }

    fn row(&mut self, name: String) -> &mut Row {
        let known = self.0.iter().position(|row| row.name == name);
        let at = known.unwrap_or_else(|| {
            let counts = Vec::new();
            self.0.push(Row { name, counts });
            self.0.len() - 1
        });
        &mut self.0[at]
    }

    /// Prints the medians.
    #[expect(clippy::print_stdout, reason = "a bench prints what it counted")]
    pub(crate) fn print(&self) {
        println!("medians of instructions; handshakes without the other end\n");
        println!(
            "{:<40} {:<8} {:>10} {:>10} {:>7} {:>10} {:>7} {:>14}",
            "", "answers", "gate", "in calls", "share", "plain", "ratio", "without calls"
        );
        for row in &self.0 {
            row.lines().for_each(|line| println!("{line}"));
        }
    }
}

impl Row {
    fn lines(&self) -> impl Iterator<Item = String> {
        let plain = self.counts.iter().find(|(of, _)| *of == Column::Plain);
        let plain = plain.map(|(_, counts)| median(counts, |count| count.all));
        let ours = self.counts.iter().filter(|(of, _)| *of != Column::Plain);
        ours.map(move |(column, counts)| self.line(*column, counts, plain))
    }

    /// Only of a handshake is there something to compare.
    fn line(&self, column: Column, counts: &[Count], plain: Option<u64>) -> String {
        let name = &self.name;
        let all = median(counts, |count| count.all);
        let Some(plain) = plain else {
            return format!("{name:<40} {column:<8} {all:>10}");
        };
        let in_calls = median(counts, |count| count.in_calls);
        let calls = counts.iter().all(|count| count.calls == CALLS);
        assert!(calls, "{name}: calls were overlooked: {counts:?}");
        let share = in_calls as f64 / all as f64 * 100.0;
        let [ratio, without_calls] = [all, all - in_calls].map(|count| count as f64 / plain as f64);
        format!(
            "{name:<40} {column:<8} {all:>10} {in_calls:>10} {share:>5.1} % {plain:>10} {ratio:>7.3} {without_calls:>14.3}"
        )
    }
}

fn median(counts: &[Count], part: impl Fn(&Count) -> u64) -> u64 {
    let mut parts: Vec<u64> = counts.iter().map(part).collect();
    parts.sort_unstable();
    parts[parts.len() / 2]
}
