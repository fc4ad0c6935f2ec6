//! The peer is serde_json.

use serde_json::json;

use super::*;

/// Whether serde_json has the same. Of a key that is there twice, it has the last.
fn is_same(value: &Value<'_>, peer: &serde_json::Value) -> bool {
    match value {
        Value::Null => peer.is_null(),
        Value::Bool(value) => *peer == json!(value),
        Value::Number(number) => peer.as_f64().is_some_and(|peer| is_near(*number, peer)),
        Value::Text(text) => *peer == json!(text),
        Value::Array(items) => peer.as_array().is_some_and(|peer| {
            let mut pairs = items.iter().zip(peer);
            items.len() == peer.len() && pairs.all(|(item, peer)| is_same(item, peer))
        }),
        Value::Object(entries) => peer.as_object().is_some_and(|peer| {
            let last = |key| entries.iter().rfind(|(other, _)| other == key);
            let mut peers = peer.iter();
            peers.all(|(key, peer)| last(key).is_some_and(|(_, value)| is_same(value, peer)))
                && entries.iter().all(|(key, _)| peer.contains_key(&**key))
        }),
        Value::TooDeep => true,
    }
}

fn is_near(number: f64, peer: f64) -> bool {
    number == peer || (number / peer - 1.0).abs() < 1e-13
}

fn compare(text: &str) {
    let peer = serde_json::from_str::<serde_json::Value>(text);
    match (read(text), peer) {
        (Ok(value), Ok(peer)) => assert!(is_same(&value, &peer), "{text}: {value:?}, {peer:?}"),
        (Err(_), Err(_)) => {}
        (read, peer) => panic!("{text:?}: {read:?}, but serde_json has {peer:?}"),
    }
}

#[test]
fn texts_are_what_serde_json_makes_of_them() {
    for text in [
        "",
        " ",
        "null",
        "nul",
        "nulll",
        "true ",
        "\ttrue\n",
        "false\r",
        "falsetto",
        "[]",
        "[ ]",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{}",
        "{ }",
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":1 \"b\":2}",
        "{a:1}",
        "{1:1}",
        "]",
        "}",
        "[}",
        "{]",
        "[[",
        "{\"a\":{",
        "\"",
        "\"a",
        "\"a\"\"",
        "\"\\",
        "\"\\u",
        "\"\\u12",
        "\"\\u12g4\"",
        "\"\\ud83d\"",
        "\"\\ud83d\\n\"",
        "\"\\ud83d\\u0041\"",
        "\"\\ud83d\\ude00\"",
        "\"\\ude00\"",
        "\"\\uFFFF\\u0000\"",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
        "\"\\x\"",
        "\"\u{1}\"",
        "\"\n\"",
        "\"\u{7f}é😀\"",
        "\u{a0}1",
        "\u{feff}1",
        "0",
        "-0",
        "-",
        "+1",
        "00",
        "01",
        "-01",
        "1.",
        ".5",
        "1.5",
        "-1.25e2",
        "1e",
        "1e+",
        "1e-1",
        "1E+2",
        "1e5.5",
        "0x10",
        "1e400",
        "-1e400",
        "1e-400",
        "0e999999999999",
        "12345678901234567890",
        "NaN",
        "Infinity",
        "// no\n1",
        "1 // no",
        "[1]]",
        "'a'",
    ] {
        compare(text);
    }
}

/// Whatever is made of pieces that mean something, both take it alike.
#[test]
fn made_up_texts_are_what_serde_json_makes_of_them() {
    const PIECES: [&str; 22] = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"a\"",
        "\"b\\u00e9\"",
        "\"\\n\"",
        "1",
        "-2.5",
        "3e2",
        "0",
        "null",
        "true",
        "false",
        " ",
        "\n",
        "\"",
        "\\",
        "é",
        "{\"c\":[",
    ];
    // Marsaglia's xorshift: the same texts each time.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as usize % below
    };
    for _ in 0..200_000 {
        let count = 1 + next(9);
        let text: String = (0..count).map(|_| PIECES[next(PIECES.len())]).collect();
        compare(&text);
    }
}

#[test]
fn numbers_are_the_nearest_doubles() {
    for text in [
        "0",
        "1",
        "398",
        "65535",
        "4294967295",
        "4294967296",
        "0.1",
        "1.5",
        "1.0e3",
        "123456789012345",
        "1e22",
        "9007199254740993",
        "25e-2",
    ] {
        let Ok(Value::Number(number)) = read(text) else {
            panic!("{text}");
        };
        assert_eq!(Ok(number), text.parse::<f64>(), "{text}");
    }
    for text in [
        "1.7976931348623e308",
        "3.0e-310",
        "0.30000000000000004",
        "123456789012345678901234567890",
    ] {
        let Ok(Value::Number(number)) = read(text) else {
            panic!("{text}");
        };
        let exact: f64 = text.parse().expect(text);
        assert!(is_near(number, exact), "{text}: {number}");
    }
}

#[test]
fn mistakes_have_their_place() {
    for (text, place) in [
        ("", "line 1 column 1"),
        ("x", "line 1 column 1"),
        ("[1,\n 2,\n x]", "line 3 column 2"),
        ("[1]\n\n 2", "line 3 column 2"),
        ("{\"é\" 1}", "line 1 column 7"),
        ("[1", "line 1 column 3"),
    ] {
        let wrong = read(text).expect_err(text).to_string();
        assert!(wrong.ends_with(place), "{text:?}: {wrong}");
    }
}
