//! What it costs to load policies: the time, cold and from the cache on disk, and the memory of many of them in one process.
//!
//! Memory is that of a process which does nothing else, so this program runs itself again for each number of policies.
//! Those are one component with as many settings, so that each has code and instances of its own.

mod child;
mod kind;
mod memory;
mod once;
mod shelf;
mod table;

use std::env;

use child::Child;
use kind::Kind;
use shelf::Shelf;

/// How many policies of each kind are loaded in one process. To compile a thousand of the built-in one takes minutes.
const COUNTS: [(Kind, &[usize]); 3] = [
    (Kind::BuiltIn, &[1, 100]),
    (Kind::Small, &[1, 100, 1_000]),
    (Kind::SmallWithMore, &[1, 100, 1_000]),
];

/// The argument with which a thousand of the built-in policy are loaded, too.
const ALL: &str = "all";

fn main() {
    if let Some(child) = Child::from_arguments(env::args()) {
        return child.run();
    }
    let shelf = Shelf::new();
    table::print_once(&Kind::ALL.map(|kind| once::measure(kind, &shelf)));
    let everything = env::args().any(|argument| argument == ALL);
    let mut measured = Vec::new();
    for (kind, counts) in COUNTS {
        let counts = if everything { &[1, 100, 1_000] } else { counts };
        table::print_filled(
            kind,
            shelf.fill(kind, counts.iter().copied().max().unwrap_or(0)),
        );
        measured.extend(counts.iter().map(|&count| {
            let child = Child::new(kind, count, shelf.dir());
            (kind, count, child.spawn())
        }));
    }
    table::print_many(&measured);
}
