//! Facts by their names.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use countersign::facts::Fact;

/// Reads a name of the contract. What is none gets all names, and the nearest.
pub(crate) fn parser() -> impl TypedValueParser<Value = Fact> {
    let names = Fact::ALL.iter().map(|fact| fact.name());
    PossibleValuesParser::new(names).try_map(|name| {
        let named = Fact::ALL.iter().find(|fact| fact.name() == name);
        named.copied().ok_or("it is no fact")
    })
}
