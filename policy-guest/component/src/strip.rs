//! Takes names out of a component: they say nothing to the host and make the file larger.

const PREAMBLE_BYTES: usize = 8;
const CUSTOM_SECTION: u8 = 0;
const NAMES: [&[u8]; 2] = [b"component-name", b"name"];

/// The component without the custom sections that hold names. None if its sections cannot be read.
pub(crate) fn without_names(component: &[u8]) -> Option<Vec<u8>> {
    let (preamble, mut rest) = component.split_at_checked(PREAMBLE_BYTES)?;
    let mut kept = preamble.to_vec();
    while let [id, after_id @ ..] = rest {
        let (bytes, content) = leb128(after_id)?;
        let (content, next) = content.split_at_checked(bytes)?;
        if *id != CUSTOM_SECTION || !NAMES.contains(&name(content)?) {
            kept.extend_from_slice(&rest[..rest.len() - next.len()]);
        }
        rest = next;
    }
    Some(kept)
}

/// The name of a custom section.
fn name(content: &[u8]) -> Option<&[u8]> {
    let (bytes, content) = leb128(content)?;
    content.get(..bytes)
}

/// Reads an unsigned number, and what follows it.
fn leb128(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value: u32 = 0;
    for (position, &byte) in bytes.iter().enumerate().take(5) {
        value |= u32::from(byte & 0x7f).checked_shl(7 * u32::try_from(position).ok()?)?;
        if byte & 0x80 == 0 {
            return Some((usize::try_from(value).ok()?, &bytes[position + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_are_taken_out() {
        let component = b"\0asm\x0d\0\x01\0\x07\x01x\0\x06\x04nameX\0\x06\x04keep!";
        assert_eq!(
            without_names(component).as_deref(),
            Some(&b"\0asm\x0d\0\x01\0\x07\x01x\0\x06\x04keep!"[..])
        );
    }

    #[test]
    fn what_ends_early_is_refused() {
        for component in [
            &b"\0asm"[..],
            b"\0asm\x0d\0\x01\0\x07\x02x",
            b"\0asm\x0d\0\x01\0\0\x02\x05n",
            b"\0asm\x0d\0\x01\0\x07\x80",
        ] {
            assert_eq!(without_names(component), None);
        }
    }
}
