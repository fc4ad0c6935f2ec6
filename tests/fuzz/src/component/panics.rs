//! Panics that the host catches: those of the libraries that check, compile and freeze components, which assert what is not so for every
//! component. They are told of and nothing else; any other one ends the run.

use std::{
    backtrace::Backtrace,
    collections::HashSet,
    io::{Write, stderr},
    panic,
    sync::{Mutex, Once, PoisonError},
};

use data_encoding::HEXLOWER;

/// The function that catches them.
const CATCHER: &str = "unless_it_panics";

/// The input at hand.
static INPUT: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Where there were panics so far.
static PLACES: Mutex<Option<HashSet<String>>> = Mutex::new(None);

/// Notes the input that is run from now on.
pub fn watch(data: &[u8]) {
    static WATCHES: Once = Once::new();
    WATCHES.call_once(|| {
        let others = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if Backtrace::force_capture().to_string().contains(CATCHER) {
                tell(panic);
            } else {
                others(panic);
            }
        }));
    });
    let mut input = INPUT.lock().unwrap_or_else(PoisonError::into_inner);
    input.clear();
    input.extend_from_slice(data);
}

/// Says so, once for each place.
fn tell(panic: &panic::PanicHookInfo<'_>) {
    let place = panic
        .location()
        .map_or_else(String::new, ToString::to_string);
    let mut places = PLACES.lock().unwrap_or_else(PoisonError::into_inner);
    if places.get_or_insert_default().insert(place.clone()) {
        let input = INPUT.lock().unwrap_or_else(PoisonError::into_inner);
        let input = HEXLOWER.encode(&input);
        // There is nobody to tell that nobody can be told.
        let _ = writeln!(
            stderr(),
            "A panic was caught, at {place}, of the input {input}"
        );
    }
}
