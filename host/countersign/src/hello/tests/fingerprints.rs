//! JA4, against the examples of its specification.

use crate::hello::ClientHello;
use crate::hello::samples::*;

/// The lists of the specification's example, in the order in which it gives them.
const SUITES: [u16; 15] = [
    0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c,
    0x009d, 0x002f, 0x0035,
];
const EXTENSIONS: [u16; 16] = [
    0x001b, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002d, 0x000d, 0x0005, 0x0023, 0x0012, 0x002b,
    0xff01, 0x000b, 0x000a, 0x0015,
];
const SCHEMES: [u16; 8] = [
    0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601,
];

fn codes(list: &[u16]) -> Vec<u8> {
    list.iter().flat_map(|code| code.to_be_bytes()).collect()
}

/// A body that decodes, for an extension of this type.
fn extension_body(number: u16, schemes: &[u16]) -> Vec<u8> {
    match number {
        0 => prefix16(b"\0\0\x0bexample.com"),
        10 => prefix16(&codes(&[0x1a1a, 0x001d])),
        13 => prefix16(&codes(schemes)),
        16 => prefix16(b"\x02h2\x08http/1.1"),
        43 => prefix8(&codes(&[0x2a2a, 0x0304, 0x0303])),
        51 => prefix16(b"\0\x1d\0\x01\x09"),
        _ => Vec::new(),
    }
}

fn hello(suites: &[u16], extensions: &[u16], schemes: &[u16]) -> ClientHello {
    let extension = |number: &u16| extension(*number, &extension_body(*number, schemes));
    let block: Vec<u8> = extensions.iter().flat_map(extension).collect();
    ClientHello::parse(&body(suites, &prefix16(&block))).expect("well-formed")
}

#[test]
fn the_specification_s_example() {
    let ja4 = hello(&SUITES, &EXTENSIONS, &SCHEMES).ja4();
    assert_eq!(ja4, "t13d1516h2_8daaf6152771_e5627efa2ab1");
}

/// Chrome since 2023 sends encrypted_client_hello (fe0d) in place of padding (0015); FoxIO's mapping of known clients
/// (`ja4plus-mapping.csv`) has it as "Chromium Browser".
#[test]
fn chrome_without_padding() {
    let extensions = EXTENSIONS.map(|number| if number == 0x0015 { 0xfe0d } else { number });
    let ja4 = hello(&SUITES, &extensions, &SCHEMES).ja4();
    assert_eq!(ja4, "t13d1516h2_8daaf6152771_02713d6af862");
}

#[test]
fn order_and_grease_make_no_difference() {
    let mut suites = [&[0x3a3a][..], &SUITES].concat();
    let mut extensions = [&[0x4a4a][..], &EXTENSIONS, &[0x5a5a]].concat();
    suites.reverse();
    extensions.reverse();
    let schemes = [&[0x6a6a][..], &SCHEMES].concat();
    let ja4 = hello(&suites, &extensions, &schemes).ja4();
    assert_eq!(ja4, "t13d1516h2_8daaf6152771_e5627efa2ab1");
}

#[test]
fn without_schemes_no_underscore_is_hashed() {
    let mut hello = hello(&SUITES, &EXTENSIONS, &SCHEMES);
    hello.signature_schemes.clear();
    assert_eq!(hello.ja4(), "t13d1516h2_8daaf6152771_6d807ffa2a79");
}

#[test]
fn nothing_has_no_hash() {
    let bare = ClientHello::parse(&body_for(0x0301, &[0x0a0a], b"")).expect("well-formed");
    assert_eq!(bare.ja4(), "t10i000000_000000000000_000000000000");
    let addressed = hello(&SUITES, &[0, 16], &[]);
    assert_eq!(addressed.ja4(), "t12d1502h2_8daaf6152771_000000000000");
}

#[test]
fn counts_stop_at_ninety_nine() {
    let suites: Vec<u16> = (0xc000..0xc064).collect();
    let hello = hello(&suites, &(0x4000..0x4064).collect::<Vec<u16>>(), &[]);
    assert!(hello.ja4().starts_with("t12i999900_"), "{}", hello.ja4());
}

#[test]
fn versions_have_two_characters() {
    for (version, characters) in [
        (0x0304, "13"),
        (0x0303, "12"),
        (0x0302, "11"),
        (0x0301, "10"),
        (0x0300, "s3"),
        (0x0002, "s2"),
        (0x7f1c, "00"),
    ] {
        let hello = ClientHello::parse(&body_for(version, &[0xc02f], b"")).expect("well-formed");
        assert_eq!(&hello.ja4()[1..3], characters);
    }
}

/// The table of the specification.
#[test]
fn protocols_that_are_no_letters_are_shown_in_hexadecimal() {
    for (protocol, characters) in [
        (&b"h2"[..], "h2"),
        (b"http/1.1", "h1"),
        (b"h", "hh"),
        (b"\xab", "ab"),
        (b"\x20", "20"),
        (b"\xab\xcd", "ad"),
        (b"\x20\x61", "21"),
        (b"\x30\xab", "3b"),
        (b"\x61\x20", "60"),
        (b"\x30\x31\xab\xcd", "3d"),
        (b"\x30\xab\xcd\x31", "01"),
    ] {
        let alpn = extension(16, &prefix16(&prefix8(protocol)));
        let hello = ClientHello::parse(&body_with(&alpn)).expect("well-formed");
        assert_eq!(&hello.ja4()[8..10], characters, "{protocol:02x?}");
    }
}

/// Its first two parts are those of every Chrome since 2023.
#[test]
fn chromium() {
    let hello = read(&bytes(CHROMIUM), usize::MAX).expect("a real hello");
    assert!(
        hello.ja4().starts_with("t13d1517h2_8daaf6152771_"),
        "{}",
        hello.ja4()
    );
}
