//! What was found.

use std::collections::BTreeMap;

use crate::systems::Kind;

/// One thing that is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Figure {
    Connection,
    ToClient,
    FromClient,
    Idle,
    Median,
    Slowest,
}

impl Figure {
    const ALL: [Self; 6] = [
        Self::Connection,
        Self::ToClient,
        Self::FromClient,
        Self::Idle,
        Self::Median,
        Self::Slowest,
    ];

    fn head(self) -> &'static str {
        match self {
            Self::Connection => "CPU µs a connection",
            Self::ToClient => "CPU ms a GiB to the client",
            Self::FromClient => "CPU ms a GiB from the client",
            Self::Idle => "KiB an idle connection",
            Self::Median => "handshake p50 µs",
            Self::Slowest => "handshake p99 µs",
        }
    }
}

#[derive(Default)]
pub(crate) struct Table {
    figures: BTreeMap<(Kind, Figure), Vec<f64>>,
    missing: BTreeMap<Kind, String>,
}

impl Table {
    pub(crate) fn note(&mut self, kind: Kind, figure: Figure, value: f64) {
        self.figures.entry((kind, figure)).or_default().push(value);
    }

    pub(crate) fn missing(&mut self, kind: Kind, why: &str) {
        self.missing.insert(kind, why.to_owned());
    }

    fn median(&self, kind: Kind, figure: Figure) -> Option<f64> {
        let mut values = self.figures.get(&(kind, figure))?.clone();
        values.sort_by(f64::total_cmp);
        Some(values[values.len() / 2])
    }

    #[expect(clippy::print_stdout, reason = "it is a bench's report")]
    pub(crate) fn print(&self, idle: usize) {
        let heads = Figure::ALL.map(Figure::head).join(" | ");
        println!(
            "\nmedians; idle memory over {idle} connections\n\n| | {heads} |\n|---|---|---|---|---|---|---|"
        );
        for kind in Kind::ALL {
            let cell = |figure| {
                self.median(kind, figure)
                    .map_or("–".to_owned(), |it| format!("{it:.0}"))
            };
            if self.figures.keys().any(|(known, _)| *known == kind) {
                println!(
                    "| {} | {} |",
                    kind.name(),
                    Figure::ALL.map(cell).join(" | ")
                );
            }
        }
        for ours in Kind::ALL.into_iter().filter(|kind| kind.is_ours()) {
            let ratio = |figure| {
                let others = Kind::ALL.into_iter().filter(|kind| !kind.is_ours());
                let best = others
                    .filter_map(|kind| self.median(kind, figure))
                    .min_by(f64::total_cmp);
                let ratio = self
                    .median(ours, figure)
                    .zip(best)
                    .map(|(ours, best)| ours / best);
                ratio.map_or("–".to_owned(), |ratio| format!("{ratio:.2}"))
            };
            println!(
                "| {} ÷ best of the others | {} |",
                ours.name(),
                Figure::ALL.map(ratio).join(" | ")
            );
        }
        println!();
        for kind in Kind::ALL {
            println!("{}: {}", kind.name(), kind.version());
        }
        for (kind, why) in &self.missing {
            println!("{} could not be started: {why}", kind.name());
        }
    }
}
