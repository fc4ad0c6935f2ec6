/// What stands behind a backslash where it is meant itself (RFC 4514, section 2.4).
const SPECIAL: &[u8] = b"\"+,;<>\\";

/// An attribute, and what follows it: from the first `,` or `+` on that is meant as such.
pub(super) fn split(text: &str) -> (&str, &str) {
    let mut is_escaped = false;
    let end = text.bytes().position(|byte| {
        let ends = !is_escaped && matches!(byte, b',' | b'+');
        is_escaped = !is_escaped && byte == b'\\';
        ends
    });
    end.and_then(|end| text.split_at_checked(end))
        .unwrap_or((text, ""))
}

/// A value in the form of the contract.
pub(super) fn canonical(text: &str) -> Result<String, &'static str> {
    if let Some(digits) = text.strip_prefix('#') {
        let is_encoding = !digits.is_empty()
            && digits.len() % 2 == 0
            && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        return if is_encoding {
            Ok(format!("#{}", digits.to_ascii_lowercase()))
        } else {
            Err("behind `#` stand pairs of hexadecimal digits")
        };
    }
    let value = String::from_utf8(unescaped(text.as_bytes())?);
    value
        .map(|value| escaped(&value))
        .map_err(|_| "a value is text in UTF-8")
}

fn unescaped(mut text: &[u8]) -> Result<Vec<u8>, &'static str> {
    let mut value = Vec::new();
    if let [b' ', ..] = text {
        return Err("a space at the edge of a value stands behind a backslash");
    }
    while let [first, rest @ ..] = text {
        let (byte, rest) = match (first, rest) {
            (b'\\', [one, other, rest @ ..])
                if one.is_ascii_hexdigit() && other.is_ascii_hexdigit() =>
            {
                (digit(*one) << 4 | digit(*other), rest)
            }
            (b'\\', [meant, rest @ ..]) if SPECIAL.contains(meant) || b" #=".contains(meant) => {
                (*meant, rest)
            }
            (b'\\', _) => {
                return Err(
                    "behind a backslash stands a special character or two hexadecimal digits",
                );
            }
            (b' ', []) => return Err("a space at the edge of a value stands behind a backslash"),
            (byte, _) if SPECIAL.contains(byte) || *byte == 0 => {
                return Err(
                    "the characters \" + , ; < > and \\ in a value stand behind a backslash",
                );
            }
            (byte, rest) => (*byte, rest),
        };
        value.push(byte);
        text = rest;
    }
    Ok(value)
}

/// The value of a hexadecimal digit.
fn digit(byte: u8) -> u8 {
    char::from(byte).to_digit(16).unwrap_or_default() as u8
}

/// As the contract writes it: special characters, and a space or `#` at the edge, behind a backslash.
fn escaped(value: &str) -> String {
    let mut text = String::new();
    for (at, char) in value.char_indices() {
        let is_edge = match char {
            ' ' => at == 0 || at + 1 == value.len(),
            '#' => at == 0,
            _ => false,
        };
        match char {
            '\0' => text.push_str("\\00"),
            char if is_edge || (char.is_ascii() && SPECIAL.contains(&(char as u8))) => {
                text.extend(['\\', char]);
            }
            char => text.push(char),
        }
    }
    text
}
