//! Good and hostile policies of the other tests.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
};

use arbitrary::Arbitrary;
use countersign_test_guests::{Guest, Place};

/// One of the guests, doing what it does at one of the places where it can.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub struct Named {
    guest: u8,
    place: u8,
}

/// Components, by the numbers of guest and place.
type Made = HashMap<(usize, usize), Vec<u8>>;

/// Those that act wherever they are told to.
const ACTING: [&str; 20] = [
    "allocate-objects",
    "call-as-another-type",
    "call-nothing",
    "copy-memory",
    "divide-by-zero",
    "drop-twice",
    "fill-memory",
    "fill-table",
    "forge-hello-handle",
    "grow-memory",
    "grow-table",
    "init-table",
    "keep-certificates",
    "not-a-number",
    "read-hello-as-certificate",
    "spin",
    "throw",
    "trap",
    "use-dropped-handle",
    "use-dropped-hello",
];

/// Those that have their own place.
const OTHERS: [&str; 7] = [
    "configure-once",
    "describe-each-time-anew",
    "memory64",
    "read-today-and-port",
    "shared-memory",
    "two-memories",
    "veto-without-findings",
];

impl Named {
    /// The component, made once.
    pub fn component(self) -> Vec<u8> {
        static MADE: LazyLock<Mutex<Made>> = LazyLock::new(Mutex::default);
        let guest = usize::from(self.guest) % (ACTING.len() + OTHERS.len());
        let place = usize::from(self.place) % Place::ALL.len();
        let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        made.entry((guest, place))
            .or_insert_with(|| make(guest, place))
            .clone()
    }
}

fn make(guest: usize, place: usize) -> Vec<u8> {
    match ACTING.get(guest) {
        Some(name) => Guest::named(name).acting_in(Place::ALL[place]).component(),
        None => Guest::named(OTHERS[guest - ACTING.len()]).component(),
    }
}
