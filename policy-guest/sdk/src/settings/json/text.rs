use std::borrow::Cow;

use super::reader::Reader;

/// Reads a string from behind its quote on. It is a part of the text, unless something in it is escaped.
pub(super) fn read<'a>(reader: &mut Reader<'a>) -> Result<Cow<'a, str>, &'static str> {
    let mut text = Cow::Borrowed(plain(reader));
    loop {
        if reader.has(b"\"") {
            return Ok(text);
        }
        if !reader.has(b"\\") {
            return Err("a control character stands in a string");
        }
        let owned = text.to_mut();
        owned.push(escaped(reader)?);
        owned.push_str(plain(reader));
    }
}

/// Reads up to a quote, a backslash or a control character.
fn plain<'a>(reader: &mut Reader<'a>) -> &'a str {
    let start = reader.place();
    while let Some(b' ' | b'!' | b'#'..=b'[' | b']'..) = reader.byte() {
        reader.skip();
    }
    reader.since(start)
}

/// Reads what stands behind a backslash.
fn escaped(reader: &mut Reader<'_>) -> Result<char, &'static str> {
    const WRONG: &str = "invalid escape";
    let char = match reader.byte().ok_or(WRONG)? {
        byte @ (b'"' | b'\\' | b'/') => char::from(byte),
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => {
            reader.skip();
            return utf16(reader);
        }
        _ => return Err(WRONG),
    };
    reader.skip();
    Ok(char)
}

/// Reads the digits behind `\u`, and the other half where they are one of two.
fn utf16(reader: &mut Reader<'_>) -> Result<char, &'static str> {
    const ALONE: &str = "half of a surrogate pair stands alone";
    let unit = four(reader)?;
    let code = match unit {
        0xd800..=0xdbff => {
            if !reader.has(b"\\") || !reader.has(b"u") {
                return Err(ALONE);
            }
            let low @ 0xdc00..=0xdfff = four(reader)? else {
                return Err(ALONE);
            };
            0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00)
        }
        _ => unit,
    };
    char::from_u32(code).ok_or(ALONE)
}

/// Reads four hexadecimal digits.
fn four(reader: &mut Reader<'_>) -> Result<u32, &'static str> {
    let mut code = 0;
    for _ in 0..4 {
        let digit = reader.byte().and_then(|byte| char::from(byte).to_digit(16));
        code = code << 4 | digit.ok_or("expected four hexadecimal digits")?;
        reader.skip();
    }
    Ok(code)
}
