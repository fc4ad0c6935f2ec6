//! How large a component becomes when it is put together.
//!
//! A component may contain components and instantiate each of them any number of times, so that a few hundred bytes
//! can stand for 2^40 instances. The engine lays all of them out when it compiles, before any of its limits counts.

use super::LoadError;

/// Instantiations of components in a component, inner ones included. From 20 that stand in the bytes, at most
/// 3^6 · 2 = 1,458 can be made.
const INSTANTIATIONS_MAX: u32 = 20;

/// The preamble of a component, and the sections that count here (component model, "Binary format").
const PREAMBLE_BYTES: usize = 8;
const COMPONENT_SECTION: u8 = 4;
const INSTANCE_SECTION: u8 = 5;

/// Refuses a component that multiplies. Whether it is well-formed is the compiler's to say.
pub(super) fn check(bytes: &[u8]) -> Result<(), LoadError> {
    let count = instantiations(bytes);
    if count > INSTANTIATIONS_MAX {
        return Err(LoadError::Invalid(format!(
            "it instantiates {count} components, more than the {INSTANTIATIONS_MAX} allowed"
        )));
    }
    Ok(())
}

/// Adds up all instance sections, without recursion: the depth is the guest's choice.
fn instantiations(component: &[u8]) -> u32 {
    let mut count: u32 = 0;
    let mut components = vec![component];
    while let Some(component) = components.pop() {
        let mut rest = component.get(PREAMBLE_BYTES..).unwrap_or_default();
        while let Some((id, body, next)) = section(rest) {
            match id {
                COMPONENT_SECTION => components.push(body),
                INSTANCE_SECTION => {
                    count = count.saturating_add(number(body).map_or(0, |(n, _)| n))
                }
                _ => {}
            }
            rest = next;
        }
    }
    count
}

/// The first section's id and body, and what stands behind it.
fn section(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&id, rest) = bytes.split_first()?;
    let (len, rest) = number(rest)?;
    let (body, rest) = rest.split_at_checked(len as usize)?;
    Some((id, body, rest))
}

/// An unsigned LEB128 number of at most 32 bits, and what stands behind it.
fn number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let mut number = 0;
    for (at, &byte) in bytes.iter().enumerate().take(5) {
        number |= u32::from(byte & 0x7f).checked_shl(7 * at as u32)?;
        if byte & 0x80 == 0 {
            return Some((number, &bytes[at + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> u32 {
        instantiations(&wat::parse_str(text).expect("it is a component"))
    }

    #[test]
    fn instances_are_counted_at_every_depth() {
        assert_eq!(count("(component)"), 0);
        let inner = "(component $a) (instance (instantiate $a))";
        assert_eq!(count(&format!("(component {inner})")), 1);
        let twice = format!(
            "(component (component $b {inner}) (instance (instantiate $b)) (instance (instantiate $b)))"
        );
        assert_eq!(count(&twice), 3);
    }

    #[test]
    fn garbage_counts_nothing() {
        for bytes in [
            &b""[..],
            b"\0asm\x0d\0\x01\0\x05",
            b"\0asm\x0d\0\x01\0\x05\xff\xff\xff\xff\xff\xff",
        ] {
            assert_eq!(instantiations(bytes), 0);
        }
    }

    #[test]
    fn the_default_policy_stays_far_below() {
        let default = include_bytes!("../../../../policy-guest/default/countersign-default.wasm");
        assert!(instantiations(default) <= INSTANTIATIONS_MAX / 4);
    }
}
