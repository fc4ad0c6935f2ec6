//! The sections that WebAssembly is made of, in modules and components alike (core specification, "Binary Format").

/// Magic number, version and layer.
pub(super) const PREAMBLE_BYTES: usize = 8;

/// One section.
#[derive(Clone, Copy)]
pub(super) struct Section<'a> {
    pub(super) id: u8,
    pub(super) body: &'a [u8],
}

/// The sections of a module or component, up to the first that is cut.
pub(super) fn sections(wasm: &[u8]) -> impl Iterator<Item = Section<'_>> {
    let mut rest = wasm.get(PREAMBLE_BYTES..).unwrap_or_default();
    std::iter::from_fn(move || {
        let (section, next) = first(rest)?;
        rest = next;
        Some(section)
    })
}

fn first(bytes: &[u8]) -> Option<(Section<'_>, &[u8])> {
    let (&id, rest) = bytes.split_first()?;
    let (len, rest) = number(rest)?;
    let (body, rest) = rest.split_at_checked(len as usize)?;
    Some((Section { id, body }, rest))
}

/// An unsigned LEB128 number of at most 32 bits, and what stands behind it.
pub(super) fn number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let mut number = 0;
    for (at, &byte) in bytes.iter().enumerate().take(5) {
        number |= u32::from(byte & 0x7f).checked_shl(7 * at as u32)?;
        if byte & 0x80 == 0 {
            return Some((number, &bytes[at + 1..]));
        }
    }
    None
}
