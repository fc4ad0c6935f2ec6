//! What was counted, as a table of medians.

use std::{fmt, str::FromStr};

use crate::{callgrind::Section, dumps::Count};

/// Where a count belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    /// Ours.
    Gate,
    /// Plain rustls.
    Plain,
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gate => "gate",
            Self::Plain => "plain",
        })
    }
}

impl FromStr for Column {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let mut columns = [Self::Gate, Self::Plain].into_iter();
        let column = columns.find(|column| column.to_string() == name);
        column.ok_or_else(|| format!("no column {name}"))
    }
}

/// Counts by row and column.
#[derive(Default)]
pub(crate) struct Table(Vec<Row>);

#[derive(Default)]
struct Row {
    name: String,
    gate: Vec<Count>,
    plain: Vec<Count>,
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
        let row = self.row(section.row);
        let counts = match section.column {
            Column::Gate => &mut row.gate,
            Column::Plain => &mut row.plain,
        };
        counts.push(section.count);
    }

    fn row(&mut self, name: String) -> &mut Row {
        let known = self.0.iter().position(|row| row.name == name);
        let at = known.unwrap_or_else(|| {
            self.0.push(Row {
                name,
                ..Row::default()
            });
            self.0.len() - 1
        });
        &mut self.0[at]
    }

    /// Prints the medians.
    #[expect(clippy::print_stdout, reason = "a bench prints what it counted")]
    pub(crate) fn print(&self) {
        println!("medians of instructions; handshakes without the other end\n");
        println!(
            "{:<40} {:>10} {:>10} {:>10} {:>7} {:>14}",
            "", "gate", "in calls", "plain", "ratio", "without calls"
        );
        for row in &self.0 {
            println!("{}", row.line());
        }
    }
}

impl Row {
    /// Only of a handshake is there something to compare.
    fn line(&self) -> String {
        let Self { name, gate, plain } = self;
        let all = median(gate, |count| count.all);
        if plain.is_empty() {
            return format!("{name:<40} {all:>10}");
        }
        let in_calls = median(gate, |count| count.in_calls);
        assert_ne!(in_calls, 0, "{name}: no call was seen");
        let plain = median(plain, |count| count.all);
        let [ratio, without_calls] = [all, all - in_calls].map(|count| count as f64 / plain as f64);
        format!(
            "{name:<40} {all:>10} {in_calls:>10} {plain:>10} {ratio:>7.3} {without_calls:>14.3}"
        )
    }
}

fn median(counts: &[Count], part: impl Fn(&Count) -> u64) -> u64 {
    let mut parts: Vec<u64> = counts.iter().map(part).collect();
    parts.sort_unstable();
    parts[parts.len() / 2]
}
