//! Keys are equal where they must be, and nowhere else.

use super::{
    dice::Dice,
    samples::Case,
    seen::{decisive, seen},
    *,
};
use crate::facts::{Fact, test_hello};

fn bytes(case: &Case, facts_in_key: FactsRead) -> Box<[u8]> {
    let copied = |bytes: Option<&[u8]>| bytes.map(Box::from);
    let bytes = key::with_bytes(&case.question(), &case.facts, facts_in_key, copied);
    bytes.expect("it is short")
}

/// Each fact with one chance in `rarity`.
fn some_facts(dice: &mut Dice, rarity: u64) -> FactsRead {
    let all = FactsRead::from_bits(u32::MAX);
    let mut some = FactsRead::default();
    let chosen = all.iter().filter(|_| dice.roll(rarity) == 0);
    chosen.for_each(|fact| some.insert(fact));
    some
}

#[test]
fn keys_are_equal_if_and_only_if_parameters_and_facts_are() {
    const ROUNDS: u32 = 40_000;
    let mut dice = Dice::new(1);
    let mut equal = 0;
    for round in 0..ROUNDS {
        let one = Case::of(&mut dice);
        let two = match round % 4 {
            0 => Case::of(&mut dice),
            _ => one.near(&mut dice),
        };
        let rarity = 1 + dice.roll(8);
        let facts = some_facts(&mut dice, rarity);
        let same_facts = |of: fn(&ConnectionFacts, Fact) -> String| {
            facts
                .iter()
                .all(|fact| of(&one.facts, fact) == of(&two.facts, fact))
        };
        let same_keys = bytes(&one, facts) == bytes(&two, facts);
        let same = one.asks_the_same(&two) && same_facts(decisive);
        assert_eq!(same_keys, same, "{facts:?}\n{one:?}\n{two:?}");
        // What a guest sees is decided by what stands in the key.
        if same_keys {
            equal += 1;
            assert!(same_facts(seen), "{facts:?}\n{one:?}\n{two:?}");
        }
    }
    // Both sides of the "if and only if" were tried.
    assert!((ROUNDS / 10..ROUNDS * 9 / 10).contains(&equal), "{equal}");
}

#[test]
fn keys_with_other_facts_in_them_are_never_equal() {
    let mut dice = Dice::new(2);
    for _ in 0..10_000 {
        let case = Case::of(&mut dice);
        let one = some_facts(&mut dice, 2);
        let two = some_facts(&mut dice, 2);
        assert_eq!(bytes(&case, one) == bytes(&case, two), one == two);
    }
}

#[test]
fn a_hello_whose_extensions_are_shuffled_has_the_same_fingerprint_and_key() {
    let with = |extensions: &[u16]| {
        let hello = ClientHello {
            extensions: extensions.to_vec(),
            ..test_hello(&[0x1301])
        };
        ConnectionFacts::of_server(None, None).with_hello(Arc::new(hello))
    };
    let [one, two, other] = [with(&[0, 43, 51]), with(&[51, 0, 43]), with(&[0, 43])];
    let key = |facts: &ConnectionFacts| {
        let mut case = Case::of(&mut Dice::new(3));
        case.facts = facts.with_hello(Arc::new(facts.client_hello().expect("there").clone()));
        case.facts.today = 0;
        bytes(&case, only(Fact::ClientHelloJa4))
    };
    assert_eq!(one.ja4(), two.ja4());
    assert_eq!(key(&one), key(&two));
    assert_ne!(one.ja4(), other.ja4());
    assert_ne!(key(&one), key(&other));
}

#[test]
fn what_is_too_long_has_no_key() {
    let mut case = Case::of(&mut Dice::new(4));
    let mut length = |bytes: usize| {
        case.facts.server_name = Some("a".repeat(bytes));
        let length = |bytes: Option<&[u8]>| bytes.map(<[u8]>::len);
        let facts = only(Fact::ServerName);
        key::with_bytes(&case.question(), &case.facts, facts, length)
    };
    let rest = length(0).expect("it is short");
    let max = key::KEY_BYTES_MAX;
    assert_eq!(length(max - rest), Some(max));
    assert_eq!(length(max - rest + 1), None);
    assert_eq!(length(1 << 17), None);
    assert_eq!(length(0), Some(rest));
}
