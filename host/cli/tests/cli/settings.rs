//! Settings in JSON and TOML, and where in them the mistakes are.

use countersign::policy::Digest;
use countersign_test_guests::Guest;
use serde_json::{Value, json};

use crate::program::{argument, inspect};

/// What is said of settings that cannot be used, on standard error.
fn said(words: &[&str]) -> String {
    let run = inspect(words);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{words:?}");
    run.stderr
}

/// The same for a file, with `FILE` for its name.
fn said_of(name: &str, text: impl AsRef<[u8]>) -> String {
    let path = argument(name, text);
    said(&["--settings", &path]).replace(&path, "FILE")
}

/// The error for programs.
fn told(words: &[&str]) -> Value {
    let run = inspect(&[&["--json"], words].concat());
    assert_eq!(run.code, 2, "{words:?}");
    run.json().remove(0)["countersign.error"].take()
}

fn digest(settings: &str) -> Value {
    let run = inspect(&["--json", "--settings", settings]);
    assert_eq!(run.code, 0, "{settings}: {}", run.stderr);
    run.json().remove(0)["settings_digest"].take()
}

fn contains(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

#[test]
fn toml_is_the_equal_json() {
    let compact = r#"{"versions":{"min":"1.2","max":"1.3"},"groups":["x25519"]}"#;
    let expected = json!(Digest::of(compact.as_bytes()).to_string());
    assert_eq!(digest(compact), expected);
    assert_eq!(digest(&argument("compact.json", compact)), expected);
    for text in [
        "versions = {min = \"1.2\", max = \"1.3\"}\ngroups = [\"x25519\"]\n",
        "versions.min = '1.2' # at least\r\nversions.max = '1.3'\r\ngroups = [\r\n  'x25519',\r\n]",
        "\u{feff}versions.min = '1.2'\nversions.max = '1.3'\ngroups = ['x25519']",
    ] {
        assert_eq!(digest(&argument("equal.toml", text)), expected, "{text}");
    }
    let none = json!(Digest::of(b"{}").to_string());
    assert_eq!(digest(&argument("empty.toml", "")), none);
    assert_eq!(digest(&argument("UPPER.TOML", "# none")), none);
}

#[test]
fn people_are_told_line_and_column() {
    let text = r#"{"groups": 7, "bogus": 1}"#;
    let inline = said(&["--settings", text]);
    let first = "error: settings on the command line: the policy does not accept them\n  line ";
    assert!(inline.starts_with(first), "{inline}");
    contains(
        &inline,
        &[
            "\n  line 1, column 15: $.bogus: ",
            "\n  line 1, column 2: $.groups: ",
        ],
    );
    let json = said_of("a.json", "{\r\n  \"é\": 1, \"groups\": [\r\n    \"書\"]}");
    contains(
        &json,
        &[
            "error: settings FILE: the policy does not accept them\n",
            "\n  FILE:2:3: $['é']: ",
            "\n  FILE:3:5: $.groups[0]: ",
        ],
    );
    let toml = said_of(
        "a.toml",
        "# é\nversions.min = '9'\n\ngroups = ['x25519', '書']\n['é']\n",
    );
    contains(
        &toml,
        &[
            "\n  FILE:2:10: $.versions.min: ",
            "\n  FILE:4:21: $.groups[1]: ",
            "\n  FILE:5:2: $['é']: ",
        ],
    );
}

#[test]
fn programs_are_told_line_and_column() {
    let path = argument("a.toml", "groups = [\n  'x25519',\n  7]\n");
    for (settings, line, column) in [
        (path.as_str(), 3, 3),
        (r#"{"groups": ["x25519", 7]}"#, 1, 23),
    ] {
        let error = told(&["--settings", settings]);
        assert_eq!(error["kind"], "settings");
        let [mistake] = &error["errors"].as_array().expect("a list")[..] else {
            panic!("one: {error}")
        };
        assert_eq!(mistake["path"], "$.groups[1]");
        assert_eq!(mistake["line"], line);
        assert_eq!(mistake["column"], column);
        assert!(mistake["message"].is_string(), "{mistake}");
    }
}

#[test]
fn what_breaks_the_language_is_shown_in_the_same_form() {
    contains(
        &said(&["--settings", "{\"é\": 1,\n é"]),
        &[
            "error: settings on the command line: not JSON that can be read\n  line 2, column 2: $: ",
        ],
    );
    contains(
        &said_of("a.json", "versions = '1.3'"),
        &[
            "error: settings FILE: not JSON that can be read (a file in TOML has a name that ends in `.toml`)\n  FILE:1:1: $: ",
        ],
    );
    contains(
        &said_of("a.toml", "a = 1\r\n\r\n[é]\r\n"),
        &["error: settings FILE: not TOML that can be read\n  FILE:3:2: $: "],
    );
    contains(
        &said_of("twice.toml", "groups = []\nversions = []\ngroups = []\n"),
        &["\n  FILE:3:1: $: duplicate key\n"],
    );
    let path = argument("b.toml", "versions = ['1.3'");
    let error = told(&["--settings", &path]);
    let mistake = &error["errors"][0];
    let place = (&mistake["line"], &mistake["column"]);
    assert_eq!(place, (&json!(1), &json!(18)));
    assert_eq!(
        (&error["kind"], &mistake["path"]),
        (&json!("settings"), &json!("$"))
    );
}

#[test]
fn values_that_json_lacks_are_refused_with_what_to_write() {
    let said = said_of("a.toml", "a = nan\n[b]\nuntil = 2031-12-31\n");
    contains(
        &said,
        &[
            "error: settings FILE: policies take JSON, which does not have all that is in there\n",
            "\n  FILE:1:1: $.a: JSON has neither `nan` nor `inf`: write a number, or leave the key out\n",
            "\n  FILE:3:1: $.b.until: JSON has no dates and times: write it as a string, in quotes: \"2031-12-31\"\n",
        ],
    );
}

#[test]
fn policies_of_others_are_treated_the_same() {
    let toml = argument("rules.toml", "[[rules]]\nport = 1\n[[rules]]\nport = 'é'\n");
    let shows = |path: &str, place: &str| {
        let guest = Guest::named("refuse-settings").put("count", 1);
        let guest = guest.bytes("path", path).bytes("message", "it may not be");
        let policy = argument("refuses.wasm", guest.component());
        let said = said(&["--policy", &policy, "--settings", &toml]).replace(&toml, "FILE");
        let line = format!("\n  FILE:{place}: {path}: it may not be\n");
        assert!(said.ends_with(&line), "{line} is not in {said}");
    };
    shows("$.rules[1].port", "4:1");
    shows("$['rules'][1]", "3:1");
    shows("$.rules[1].name", "3:1");
    shows("$.rules[7]", "1:3");
    shows("$.name", "1:1");
    shows("no path at all", "1:1");
    shows("", "1:1");
}

#[test]
fn without_settings_there_is_no_place() {
    let guest = Guest::named("refuse-settings").put("count", 1);
    let guest = guest.bytes("path", "$.a").bytes("message", "it is needed");
    let policy = argument("needs.wasm", guest.component());
    contains(
        &said(&["--policy", &policy]),
        &["error: settings none: the policy does not accept them\n  $.a: it is needed\n"],
    );
    let error = told(&["--policy", &policy]);
    assert_eq!(
        error["errors"],
        json!([{"path": "$.a", "message": "it is needed"}])
    );
}

/// The limit on settings.
const BYTES_MAX: usize = 256 * 1024;

#[test]
fn settings_of_the_size_allowed_obeyed() {
    let text = |bytes: usize| format!("# {}\n", "x".repeat(bytes - 3));
    digest(&argument("large.toml", text(BYTES_MAX)));
    // `a` is unknown, so the policy has seen it.
    let quotes = (BYTES_MAX - r#"{"a":""}"#.len()) / 2;
    let toml = format!("a = '{}'", "\"".repeat(quotes));
    contains(&said_of("quotes.toml", toml), &["\n  FILE:1:1: $.a: "]);
}

#[test]
fn settings_of_the_size_allowed_violated() {
    let text = format!("# {}\n", "x".repeat(BYTES_MAX - 2));
    contains(
        &said_of("larger.toml", text),
        &["error: settings file FILE: larger than the 262144 bytes allowed\n"],
    );
    let quotes = (BYTES_MAX - r#"{"a":""}"#.len()) / 2 + 1;
    let toml = format!("a = '{}'", "\"".repeat(quotes));
    contains(
        &said_of("quotes.toml", toml),
        &["error: settings file FILE: as JSON it is larger than the 262144 bytes allowed\n"],
    );
}

#[test]
fn toml_that_is_not_text_is_refused() {
    contains(
        &said_of("latin1.toml", b"a = 'b\xfccher'"),
        &["error: settings file FILE: not UTF-8 at byte 6: settings are a TOML text\n"],
    );
}

#[test]
fn what_a_terminal_acts_on_is_not_repeated() {
    for text in [
        "\u{1b}[2J = 1",
        "\"\\u001b[2J\" = 1",
        "a = '\u{1b}[2J'",
        "\"\u{202e}\" = nan",
    ] {
        let said = said_of("hostile.toml", text);
        assert!(!said.contains(['\u{1b}', '\u{202e}']), "{said:?}");
    }
}

#[test]
fn the_manual_tells_of_both_languages() {
    let manual = inspect(&["--help"]).stdout;
    contains(&manual, &[".toml", "digest"]);
}
