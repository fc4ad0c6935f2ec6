//! A cache of compiled policies whose files were damaged, exchanged or forged: what is loaded with it is what is loaded without,
//! and what is not as it was written is not used.

mod damage;
mod shelf;
mod stock;

use arbitrary::{Arbitrary, Unstructured};
use countersign::policy::CodeCache;

use damage::Damage;
use shelf::{Shelf, State};
use stock::{ENGINE, STOCK};

/// What happens to a cache between two starts.
#[derive(Arbitrary, Debug)]
struct Case<'a> {
    damages: Vec<Damage<'a>>,
    bytes_max: Option<u32>,
}

/// One case.
///
/// # Panics
///
/// If a policy does not load, is another one, or comes from a file that is not as it was written.
pub fn run(data: &[u8]) {
    let Ok(case) = Case::arbitrary_take_rest(Unstructured::new(data)) else {
        return;
    };
    let shelf = Shelf::new();
    // As those who damage it leave it, that may be no place for a cache.
    let opened = CodeCache::open(shelf.dir());
    for damage in &case.damages {
        // What cannot be done, such as a link from a file to itself, is left.
        let _ = damage.apply(&shelf);
    }
    let Ok(cache) = opened else {
        panic!("{opened:?}")
    };
    let is_bounded = case.bytes_max.is_some();
    let cache = match case.bytes_max {
        Some(bytes_max) => cache.with_bytes_max(bytes_max.into()),
        None => cache,
    };
    let engine = ENGINE.clone().with_cache(cache);
    for (number, item) in STOCK.iter().enumerate() {
        // What was forged is believed: whoever can write there could as well write the code.
        let is_forged = case.damages.iter().any(|damage| damage.forges(number));
        let before = shelf.state(item);
        let policy = item.load(&engine);
        if is_forged {
            continue;
        }
        let cached = policy.execution().cached;
        match before {
            State::Whole => assert!(cached, "{number} is whole: {case:?}"),
            State::Spoilt => assert!(!cached, "{number} is not as it was: {case:?}"),
            State::Unknown => {}
        }
        item.check(&policy);
    }
    if !is_bounded && shelf.can_be_mended() {
        for item in STOCK.iter() {
            let cached = item.load(&engine).execution().cached;
            assert!(cached, "it was stored anew: {case:?}");
        }
    }
}
