use wit_component::ComponentEncoder;

use crate::Error;

/// Wraps a module as a component, without names, and validates it.
pub(crate) fn component(module: &[u8]) -> Result<Vec<u8>, Error> {
    let encoded = ComponentEncoder::default().validate(true).module(module).and_then(|mut encoder| encoder.encode());
    encoded.map_err(|error| Error::Encode { reason: format!("{error:#}") })
}
