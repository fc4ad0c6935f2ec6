use wit_component::{ComponentEncoder, DecodedWasm};
use wit_parser::WorldItem;

use crate::Error;
use crate::strip::without_names;

/// What a policy may import: the types, which hold no functions, and the facts.
const TYPES: &str = "countersign:policy/types@0.1.0";
const FACTS: &str = "countersign:policy/facts@0.1.0";

/// What a policy must export: the functions of the contract's world.
const EXPORTS: [&str; 5] = [
    "describe",
    "configure",
    "constrain",
    "judge-parameters",
    "judge-peer",
];

/// A policy component.
#[derive(Debug)]
pub(crate) struct Component {
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
    /// The functions of `facts` that it calls: everything that it can see beside the parameters.
    pub(crate) facts: Vec<String>,
}

impl Component {
    /// Wraps a module as a component, without names, and validates it.
    pub(crate) fn new(module: &[u8]) -> Result<Self, Error> {
        let encode = |reason: String| Error::Encode { reason };
        let encoded = ComponentEncoder::default()
            .validate(true)
            .module(module)
            .and_then(|mut encoder| encoder.encode());
        let bytes = without_names(&encoded.map_err(|error| encode(format!("{error:#}")))?);
        let bytes = bytes.ok_or_else(|| encode("its sections cannot be read".into()))?;
        let decoded =
            wit_component::decode(&bytes).map_err(|error| encode(format!("{error:#}")))?;
        must_export(&decoded)?;
        Ok(Self {
            facts: facts(&decoded)?,
            bytes,
        })
    }
}

/// Checks that a component exports what the host calls.
fn must_export(decoded: &DecodedWasm) -> Result<(), Error> {
    let resolve = decoded.resolve();
    let exports = resolve.worlds.iter().flat_map(|(_, world)| &world.exports);
    let exports: Vec<_> = exports
        .map(|(key, _)| resolve.name_world_key(key))
        .collect();
    match EXPORTS
        .into_iter()
        .find(|name| !exports.iter().any(|export| export == name))
    {
        Some(export) => Err(Error::NoExport { export }),
        None => Ok(()),
    }
}

/// The facts that a component imports. The host refuses any other function, so one is an error here.
fn facts(decoded: &DecodedWasm) -> Result<Vec<String>, Error> {
    let resolve = decoded.resolve();
    let mut facts = Vec::new();
    for (key, item) in resolve.worlds.iter().flat_map(|(_, world)| &world.imports) {
        let import = resolve.name_world_key(key);
        match item {
            WorldItem::Type { .. } => {}
            WorldItem::Interface { .. } if import == TYPES => {}
            WorldItem::Interface { id, .. } if import == FACTS => {
                let functions = resolve.interfaces[*id].functions.keys();
                facts.extend(functions.map(|name| name.trim_start_matches("[method]").to_owned()));
            }
            WorldItem::Interface { .. } | WorldItem::Function(_) => {
                return Err(Error::Import { import });
            }
        }
    }
    Ok(facts)
}
