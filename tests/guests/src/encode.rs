//! From a core module to a component.

use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// The contract, as the host has it.
pub(crate) const CONTRACT: &str = include_str!("../../../wit/policy.wit");

/// A world that adds nothing to the contract's.
pub(crate) const WORLD: &str =
    "package hostile:guest; world guest { include countersign:policy/policy@0.1.0; }";

/// The component of the contract's world that this module, in text form, stands for.
pub fn component(text: &str) -> Vec<u8> {
    encode(module(text), CONTRACT, WORLD, StringEncoding::UTF8)
}

/// The module of this text.
pub(crate) fn module(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// Wraps a module. Whether it is valid, the host under test says.
pub(crate) fn encode(
    mut module: Vec<u8>,
    contract: &str,
    world: &str,
    strings: StringEncoding,
) -> Vec<u8> {
    let mut resolve = Resolve::default();
    resolve
        .push_str("policy.wit", contract)
        .expect("the contract is valid");
    let package = resolve
        .push_str("world.wit", world)
        .expect("the world is valid");
    let world = resolve
        .select_world(&[package], Some("guest"))
        .expect("the world is called `guest`");
    embed_component_metadata(&mut module, &resolve, world, strings)
        .expect("metadata can be embedded");
    ComponentEncoder::default()
        .validate(false)
        .module(&module)
        .and_then(|mut encoder| encoder.encode())
        .unwrap_or_else(|error| panic!("{error:#}"))
}
