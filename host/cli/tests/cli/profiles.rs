//! Published standards: listed, shown and compared.

use serde_json::Value;

use crate::program::{Run, countersign, run};

/// What rustls with aws-lc-rs offers by default: its manual, and README.md.
const SPOKEN_GROUPS: [&str; 4] = ["X25519MLKEM768", "x25519", "secp256r1", "secp384r1"];

fn profiles(words: &[&str]) -> Run {
    let words: Vec<_> = ["profiles"].iter().chain(words).copied().collect();
    run(&mut countersign(&words))
}

fn people(words: &[&str]) -> String {
    let run = profiles(words);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{words:?}");
    run.stdout
}

fn told(words: &[&str]) -> Value {
    let run = profiles(&[&["--format=json"], words].concat());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{words:?}");
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
    run.json().remove(0)
}

fn names(list: &Value) -> Vec<&str> {
    let list = list.as_array().expect("a list").iter();
    let names = list.map(|entry| entry.get("name").unwrap_or(entry));
    names.map(|name| name.as_str().expect("a name")).collect()
}

fn keys(value: &Value) -> String {
    let object = value.as_object().expect("an object");
    object.keys().cloned().collect::<Vec<_>>().join(" ")
}

/// The entry with this name.
fn named<'a>(list: &'a Value, name: &str) -> &'a Value {
    let mut list = list.as_array().expect("a list").iter();
    list.find(|entry| entry["name"] == name)
        .unwrap_or_else(|| panic!("{name} is not there"))
}

#[test]
fn all_are_listed_with_what_aliases_stand_for() {
    let text = people(&[]);
    let row = |start: &str| {
        let mut rows = text.lines().filter(|line| line.starts_with(start));
        let row = rows
            .next()
            .unwrap_or_else(|| panic!("{start} is not there"));
        row.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    for (start, cells) in [
        ("PROFILE ", "PROFILE VERSION DATE TLS CHECKED"),
        (
            "mozilla-6.0-modern ",
            "mozilla-6.0-modern 6.0 2026-04-06 1.3 verified",
        ),
        (
            "mozilla-5.8-old ",
            "mozilla-5.8-old 5.8 2026-04-06 1.0 1.1 1.2 1.3 verified",
        ),
        (
            "nist-sp800-52r2 ",
            "nist-sp800-52r2 SP 800-52 Rev. 2 2019-08-29 1.2 1.3 second-hand",
        ),
        // Its only group is ML-KEM-1024 alone.
        (
            "cnsa-2.0 ",
            "cnsa-2.0 cnsa_2 2026-08-07 1.3 in part, not spoken",
        ),
        ("mozilla-old ", "mozilla-old mozilla-5.8-old"),
    ] {
        assert_eq!(row(start), cells);
    }
    assert!(text.lines().all(|line| line.len() <= 100), "{text}");
}

#[test]
fn the_list_is_the_same_for_programs() {
    let told = told(&[]);
    assert_eq!(keys(&told), "aliases profiles");
    let text = people(&[]);
    for name in names(&told["profiles"]) {
        assert!(text.contains(&format!("\n{name} ")), "{name}");
        // Each can be shown, by the same name.
        assert_eq!(self::told(&[name])["name"], name);
    }
    assert_eq!(named(&told["profiles"], "cnsa-2.0")["here"], false);
    assert_eq!(named(&told["profiles"], "cnsa-1.0")["here"], true);
    for alias in told["aliases"].as_array().expect("a list") {
        let (alias, name) = (alias["alias"].as_str(), &alias["name"]);
        let shown = self::told(&[alias.expect("a name")]);
        assert_eq!((&shown["name"], shown["asked"].as_str()), (name, alias));
    }
}

#[test]
fn one_is_shown_to_people_with_its_source() {
    let text = people(&["mozilla-modern"]);
    let mut rest = text.as_str();
    for part in [
        "PROFILE mozilla-6.0-modern\n     title        Mozilla Server Side TLS 6.0, Modern\n",
        "     alias        mozilla-modern, which moves: in this version it is mozilla-6.0-modern\n",
        "     version      6.0, of 2026-04-06\n",
        "     source       github.com/mozilla/ssl-config-generator, ",
        "858f8f74a4fd1293a3a7f5ab0c16eb1eb891393a",
        "     verified     Verified against ",
        "     notes        ",
        "     here         1 of 1 versions, 3 of 3 cipher suites, 4 of 4 groups can be negotiated\n",
        "     versions     TLSv1.3  0x0304\n",
        "     suites       TLS_AES_128_GCM_SHA256        0x1301\n",
        "     groups       X25519MLKEM768  0x11ec\n",
        "     signatures   the publication names none\n",
        "     certificate  key algorithms: ecdsa\n",
        "signature algorithms: ecdsa-with-SHA256, ecdsa-with-SHA384,",
        "max lifetime days: 90\n",
    ] {
        let Some((_, behind)) = rest.split_once(part) else {
            panic!("{part:?} is not in its place in\n{text}")
        };
        rest = behind;
    }
    assert!(!text.contains("not spoken here"), "{text}");
    assert_eq!(people(&["mozilla-6.0-modern"]), text);
}

#[test]
fn what_this_program_cannot_speak_is_marked() {
    let text = people(&["bsi"]);
    for (entry, mark) in [
        ("TLS_AES_128_GCM_SHA256 ", "until 2029+"),
        ("TLS_AES_128_CCM_SHA256 ", "until 2029+  not spoken here"),
        (
            "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256 ",
            "until 2029+  not spoken here",
        ),
        ("ffdhe2048 ", "until 2022   not spoken here"),
        ("secp384r1 ", "until 2029+"),
    ] {
        let row = text.lines().find(|line| line.contains(entry));
        let row = row.unwrap_or_else(|| panic!("{entry} is not in\n{text}"));
        assert!(row.ends_with(mark), "{row}");
        assert_eq!(row.contains("not spoken"), mark.contains("not spoken"));
    }
    let old = people(&["mozilla-old"]);
    assert!(
        old.contains("\n     versions     TLSv1    0x0301  not spoken here\n"),
        "{old}"
    );
    let nothing = people(&["cnsa-2.0"]);
    let here = "\n     here         nothing of it can be negotiated by this program\n";
    assert!(nothing.contains(here), "{nothing}");
}

#[test]
fn one_is_told_to_programs() {
    let told = told(&["bsi"]);
    assert_eq!(
        (&told["name"], &told["asked"]),
        (&"bsi-tr-02102-2-2023".into(), &"bsi".into())
    );
    assert_eq!(names(&told["here"]["versions"]), ["TLSv1.2", "TLSv1.3"]);
    assert_eq!(names(&told["here"]["groups"]), ["secp256r1", "secp384r1"]);
    let expired = named(&told["groups"], "ffdhe2048");
    assert_eq!(
        (&expired["code"], &expired["until"], &expired["spoken"]),
        (&"0x0100".into(), &"2022".into(), &false.into())
    );
    assert_eq!(told["certificate"]["min_rsa_bits"], 3000);
    assert_eq!(told["certificate"]["curves"], Value::Null);
    assert_eq!(
        self::told(&["mozilla-modern"])["signature_schemes"],
        Value::Null
    );
    for entry in self::told(&["fedora"])["groups"]
        .as_array()
        .expect("a list")
    {
        let name = entry["name"].as_str().expect("a name");
        assert_eq!(entry["spoken"], SPOKEN_GROUPS.contains(&name), "{name}");
    }
    assert_eq!(self::told(&["cnsa"])["here"], Value::Null);
}

#[test]
fn what_cannot_be_negotiated_in_its_version_is_not_here() {
    // RFC 9151 has one group: P-384, for both versions.
    let here = &told(&["cnsa-1.0"])["here"];
    assert_eq!(names(&here["groups"]), ["secp384r1"]);
    assert_eq!(names(&here["cipher_suites"]).len(), 3);
    let old = told(&["mozilla-old"]);
    assert_eq!(names(&old["here"]["versions"]), ["TLSv1.2", "TLSv1.3"]);
    assert_eq!(named(&old["versions"], "TLSv1.1")["spoken"], false);
}

#[test]
fn two_are_compared_for_people() {
    let text = people(&["--diff", "mozilla-old", "mozilla-6.0-intermediate"]);
    let mut rest = text.as_str();
    for part in [
        "A mozilla-5.8-old (mozilla-old): 5.8, of 2026-04-06\n",
        "B mozilla-6.0-intermediate: 6.0, of 2026-04-06\n",
        "     versions     only A  TLSv1\n                  only A  TLSv1.1\n",
        "     suites       only A  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256\n",
        "                  only A  TLS_RSA_WITH_3DES_EDE_CBC_SHA\n     groups       the same\n",
        "     signatures   neither names any\n",
        "     certificate  key algorithms: A rsa; B ecdsa, rsa\n",
    ] {
        let Some((_, behind)) = rest.split_once(part) else {
            panic!("{part:?} is not in its place in\n{text}")
        };
        rest = behind;
    }
    assert!(!text.contains("only B"), "{text}");
}

#[test]
fn another_order_and_another_year_are_differences() {
    // FIPS.pol has SecP256r1MLKEM768 before X25519MLKEM768, and neither x25519 nor x448.
    let text = people(&["--diff", "fedora-fips", "fedora-default"]);
    for line in [
        "groups       only B  x25519\n",
        "             only B  x448\n",
        "             order   A has SecP256r1MLKEM768 where B has X25519MLKEM768\n",
        "signatures   only B  ed25519\n",
    ] {
        assert!(text.contains(line), "{line:?} is not in\n{text}");
    }
    let told = told(&["--diff", "bsi", "nist"]);
    assert_eq!(keys(&told["groups"]), "lists only_a only_b order until");
    let year = named(&told["groups"]["until"], "ffdhe2048");
    assert_eq!((&year["a"], &year["b"]), (&"2022".into(), &Value::Null));
    assert_eq!(told["certificate_signature_schemes"]["lists"], "a");
    let bits = &told["certificate"]["min_rsa_bits"];
    assert_eq!((&bits["a"], &bits["b"]), (&3000.into(), &2048.into()));
    let (there, back) = (told, self::told(&["--diff", "nist", "bsi"]));
    assert_eq!(
        there["cipher_suites"]["only_a"],
        back["cipher_suites"]["only_b"]
    );
}

#[test]
fn what_is_the_same_is_said_to_be() {
    // Versions 5.8 and 6.0 differ in what they have, not in this configuration.
    let told = told(&["--diff", "mozilla-5.8-modern", "mozilla-modern"]);
    assert_eq!(
        (&told["same"], &told["b"]["asked"]),
        (&true.into(), &"mozilla-modern".into())
    );
    let text = people(&["--diff", "mozilla-5.8-modern", "mozilla-modern"]);
    assert_eq!(text.matches("  the same\n").count(), 4, "{text}");
    assert_eq!(self::told(&["--diff", "bsi", "nist"])["same"], false);
}

#[test]
fn a_name_that_is_unknown_leads_to_those_that_are_like_it() {
    for (words, sentence) in [
        (&["mozilla-modren"][..], "did you mean mozilla-modern"),
        (
            &["mozila"],
            "did you mean mozilla-6.0-modern, mozilla-6.0-intermediate, ",
        ),
        (&["--diff", "bsi", "cnsa-3.0"], "did you mean cnsa-"),
        (
            &["pci-dss"],
            "there is no such profile: `countersign profiles` lists all",
        ),
        (&["--diff", "bsi"], "2 values required"),
        (&["bsi", "--diff", "bsi", "nist"], "cannot be used with"),
    ] {
        let run = profiles(words);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{words:?}");
        assert!(run.stderr.starts_with("error: "), "{}", run.stderr);
        assert!(run.stderr.contains(sentence), "{}", run.stderr);
    }
    let json = profiles(&["mozilla-modren", "--format=json"]);
    let error = &json.json()[0]["countersign.error"];
    assert_eq!((json.code, &error["kind"]), (2, &Value::from("usage")));
    let message = error["message"].as_str().expect("a sentence");
    assert!(message.contains("mozilla-modern"), "{message}");
}

#[test]
fn the_keys_for_programs_stay_and_are_in_the_manual() {
    let one = told(&["nist"]);
    assert_eq!(
        keys(&one),
        "aliases asked certificate certificate_signature_schemes checked cipher_suites date groups here name notes \
         signature_schemes source title verified version versions"
    );
    assert_eq!(keys(&one["groups"][0]), "code name spoken until");
    assert_eq!(
        keys(&one["certificate"]),
        "curves key_algorithms max_lifetime_days min_ec_bits min_rsa_bits recommended_lifetime_days scope signature_algorithms"
    );
    assert_eq!(
        keys(&told(&[])["profiles"][0]),
        "checked date here name title version versions"
    );
    let two = told(&["--diff", "bsi", "nist"]);
    assert_eq!(
        keys(&two),
        "a b certificate certificate_signature_schemes cipher_suites groups same signature_schemes versions"
    );
    let manual = people(&["--help"]);
    let parts = [
        &one,
        &one["groups"][0],
        &one["certificate"],
        &two,
        &two["groups"],
    ];
    for key in parts.map(keys).iter().flat_map(|keys| keys.split(' ')) {
        assert!(manual.contains(key), "{key} is not in the manual");
    }
    for part in ["Examples:", "Exit codes:", "countersign profiles --diff"] {
        assert!(manual.contains(part), "{part}");
    }
    assert!(manual.lines().all(|line| line.chars().count() <= 100));
}

#[test]
fn colours_are_for_terminals() {
    let plain = people(&["nist"]);
    assert!(!plain.contains('\u{1b}'), "{plain:?}");
    let coloured = run(countersign(&["profiles", "nist"]).env("CLICOLOR_FORCE", "1")).stdout;
    assert!(coloured.starts_with("\u{1b}["), "{coloured:?}");
    let mut bare = String::new();
    for (at, part) in coloured.split("\u{1b}[").enumerate() {
        let rest = part.split_once('m').map_or(part, |(_, rest)| rest);
        bare += if at == 0 { part } else { rest };
    }
    assert_eq!(bare, plain);
}

#[cfg(target_os = "linux")]
#[test]
fn a_report_that_is_lost_is_told() {
    for words in [&["profiles"][..], &["profiles", "bsi"]] {
        let full = std::fs::File::options().write(true).open("/dev/full");
        let run = countersign(words)
            .stdout(full.expect("Linux has it"))
            .stderr(std::process::Stdio::piped())
            .spawn();
        let output = run.expect("it runs").wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(3), "{words:?}");
    }
}
