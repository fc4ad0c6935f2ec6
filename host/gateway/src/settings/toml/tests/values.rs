use super::*;

#[test]
fn values_become_those_of_json() {
    for (toml, expected) in [
        ("", "{}"),
        ("# nothing\n", "{}"),
        ("a = true\nb = false", r#"{"a":true,"b":false}"#),
        (
            "a = [0, -0, +7, 1_000, 0xff_FF, 0o17, 0b101]",
            r#"{"a":[0,0,7,1000,65535,15,5]}"#,
        ),
        (
            "a = 9223372036854775807\nb = -9223372036854775808",
            r#"{"a":9223372036854775807,"b":-9223372036854775808}"#,
        ),
        (
            "a = [1.0, +0.10, -1_0.5, 1e06, 5e+22, 6.626e-34]",
            r#"{"a":[1.0,0.10,-10.5,1e06,5e+22,6.626e-34]}"#,
        ),
        (
            "a = \"\\u00e9\\n\\\"\"\nb = 'C:\\x\"'",
            "{\"a\":\"é\\n\\\"\",\"b\":\"C:\\\\x\\\"\"}",
        ),
        ("a = \"\"\"\nx\\\n   y\"\"\"", r#"{"a":"xy"}"#),
        ("\"it's\" = 1\n\"\" = 2", r#"{"it's":1,"":2}"#),
    ] {
        assert_eq!(json(toml), expected, "{toml}");
        let read: Result<serde_json::Value, _> = serde_json::from_str(expected);
        assert!(read.is_ok(), "{expected}");
    }
}

#[test]
fn every_way_to_write_a_table_gives_the_same_json() {
    let expected = r#"{"versions":{"min":"1.2","max":"1.3"},"rules":[{"port":1},{"port":2}]}"#;
    for toml in [
        "versions.min = '1.2'\nversions.max = '1.3'\nrules = [{port = 1}, {port = 2}]",
        "versions = {min = '1.2', max = '1.3'}\n[[rules]]\nport = 1\n[[rules]]\nport = 2",
        "[versions]\nmin = '1.2'\nmax = '1.3'\n[[rules]]\nport = 1\n[[rules]]\nport = 2\n",
        "\"versions\".'min' = '1.2'\r\nversions.max = '1.3'\r\nrules = [\r\n{port = 1},\r\n{port = 2},\r\n]",
    ] {
        assert_eq!(json(toml), expected, "{toml}");
    }
}

#[test]
fn keys_keep_their_order() {
    assert_eq!(
        json("z = 1\nm.b = 2\na = 3\nm.a = 4\n[k]\n[b]\n"),
        r#"{"z":1,"m":{"b":2,"a":4},"a":3,"k":{},"b":{}}"#
    );
}

#[test]
fn dates_and_times_are_refused() {
    for written in [
        "2031-12-31",
        "07:32:00",
        "1979-05-27T07:32:00Z",
        "1979-05-27 07:32:00.5-07:00",
    ] {
        let mistakes = wrong(&format!("a = 1\n[sunset]\nx = [1, {written}]"));
        let [mistake] = &mistakes[..] else {
            panic!("one: {mistakes:?}")
        };
        assert_eq!(mistake.path, "$.sunset.x[1]");
        assert_eq!(mistake.position, Some(Position { line: 3, column: 9 }));
        let end = format!(": write it as a string, in quotes: \"{written}\"");
        assert!(mistake.message.ends_with(&end), "{}", mistake.message);
    }
}

#[test]
fn numbers_that_json_lacks_are_refused_all_at_once() {
    let text = "a = nan\nb = -inf\nc = +inf\nd = 1e999\ne = 9223372036854775808\nf = 0xffff_ffff_ffff_ffff\ng = 1";
    let mistakes = wrong(text);
    let paths: Vec<_> = mistakes
        .iter()
        .map(|mistake| mistake.path.as_str())
        .collect();
    assert_eq!(paths, ["$.a", "$.b", "$.c", "$.d", "$.e", "$.f"]);
    for (nth, mistake) in mistakes.iter().enumerate() {
        let line = nth + 1;
        assert_eq!(mistake.position, Some(Position { line, column: 1 }));
        let sentence = match nth {
            0..3 => "neither `nan` nor `inf`",
            _ => "too large",
        };
        assert!(mistake.message.contains(sentence), "{}", mistake.message);
    }
}

#[test]
fn mistakes_without_end_are_counted() {
    let mistakes = wrong(&format!("a = [{}]", "nan,".repeat(1000)));
    assert_eq!(mistakes.len(), 65);
    assert_eq!(mistakes[63].path, "$.a[63]");
    assert_eq!(mistakes[64].path, "$");
    assert_eq!(mistakes[64].message, "and 936 more mistakes");
}

#[test]
fn depth_has_a_limit() {
    let key = |dots: usize| vec!["a"; dots].join(".");
    let nested = |dots: usize| format!("{} = {{{} = 1}}", key(60), key(dots));
    let deepest = json(&nested(DEPTH_MAX - 60));
    let read: Result<serde_json::Value, _> = serde_json::from_str(&deepest);
    assert!(read.is_ok(), "other readers take it");
    let deeper = wrong(&nested(DEPTH_MAX - 59));
    assert_eq!(deeper[0].message, "this is nested too deep");
    let value = (0..70).fold("1".to_owned(), |value, _| {
        format!("{{{} = {value}}}", key(70))
    });
    assert_eq!(wrong(&format!("a = {value}")).len(), 1);
    for text in [
        "[".repeat(200_000),
        "a.".repeat(100_000),
        "a={".repeat(60_000),
    ] {
        assert_eq!(wrong(&format!("x = {text}")).len(), 1);
        assert_eq!(wrong(&text).len(), 1);
    }
}
