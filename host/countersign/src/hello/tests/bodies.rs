//! Bodies of ClientHellos, well-formed and not.

use crate::hello::samples::*;
use crate::hello::{ClientHello, MalformedHello};
use countersign_names::Version;

fn parse(extensions: &[u8]) -> Result<ClientHello, MalformedHello> {
    ClientHello::parse(&body_with(extensions))
}

fn server_name(body: &[u8]) -> Result<Option<String>, MalformedHello> {
    parse(&extension(0, body)).map(|hello| hello.server_name)
}

fn host_name(name: &[u8]) -> Result<Option<String>, MalformedHello> {
    server_name(&prefix16(&[&[0], &prefix16(name)[..]].concat()))
}

/// SSLv3 and the early TLS had no extensions; some clients of SSLv3 send them all the same (RFC 5746, section 3.4).
#[test]
fn old_hellos_are_read() {
    for version in [0x0300, 0x0301, 0x0302] {
        for tail in [&b""[..], b"\0\0", b"\0\x05\xff\x01\0\x01\0"] {
            let hello = ClientHello::parse(&body_for(version, &[0x0005, 0x000a], tail));
            let hello = hello.expect("well-formed");
            assert_eq!(hello.versions, [Version::new(version)]);
            assert_eq!(hello.cipher_suites.len(), 2);
        }
    }
}

#[test]
fn bodies_that_do_not_decode_refuse_the_hello() {
    for (number, body) in [
        (0, &b""[..]),
        (0, b"\0\0"),                      // no name
        (0, b"\0\x03\0\0\0"),              // an empty name
        (0, b"\0\x05\0\0\x02a"),           // a name cut short
        (0, b"\0\x04\0\0\x01ab"),          // more behind the list
        (0, b"\0\x08\0\0\x01a\0\0\x01b"),  // two host names
        (10, b"\0\0"),                     // no group
        (10, b"\0\x01\x1d"),               // half a group
        (10, b"\0\x02\0\x1d\0"),           // more behind the list
        (10, b"\0\x04\0\x1d"),             // a list cut short
        (13, b"\0\0"),                     // no scheme
        (13, b"\0\x03\x04\x03\x08"),       // half a scheme
        (16, b"\0\0"),                     // no protocol
        (16, b"\0\x01\0"),                 // an empty protocol
        (16, b"\0\x02\x02h"),              // a protocol cut short
        (16, b"\0\x03\x02h2\0"),           // more behind the list
        (42, b"\0"),                       // early data with a body
        (43, b"\0"),                       // no version
        (43, b"\x03\x03\x04\x03"),         // half a version
        (43, b"\x02\x03\x04\0"),           // more behind the list
        (43, b"\0\x02\x03\x04"),           // two bytes of length
        (51, b""),                         // no list
        (51, b"\0\x04\0\x1d\0\0"),         // an empty share
        (51, b"\0\x05\0\x1d\0\x02\x09"),   // a share cut short
        (51, b"\0\x05\0\x1d\0\x01\x09\0"), // more behind the list
    ] {
        let expected = Err(MalformedHello::Extension(number));
        assert_eq!(
            parse(&extension(number, body)),
            expected,
            "{number} {body:02x?}"
        );
    }
}

#[test]
fn bodies_of_other_extensions_are_not_looked_at() {
    let extensions = [
        extension(5, b"\xff"),
        extension(0x2a2a, b""),
        extension(0x4242, b"x"),
    ];
    let hello = parse(&extensions.concat()).expect("well-formed");
    assert_eq!(hello.extensions, [5, 0x4242]);
}

#[test]
fn every_extension_comes_once() {
    for number in [0x0005, 0x002b, 0x0a0a] {
        let twice = extension(number, b"\x02\x03\x04").repeat(2);
        assert_eq!(
            parse(&twice),
            Err(MalformedHello::DuplicateExtension(number))
        );
    }
}

#[test]
fn nothing_follows_pre_shared_key() {
    let (psk, early_data) = (extension(41, b"\0"), extension(42, b""));
    let hello = parse(&[early_data.clone(), psk.clone()].concat()).expect("well-formed");
    assert!(hello.psk && hello.early_data);
    let reversed = parse(&[psk, early_data].concat());
    assert_eq!(reversed, Err(MalformedHello::PskNotLast));
}

#[test]
fn extension_blocks_divide_without_remainder() {
    for block in [&b"\0"[..], b"\0\x17\0", b"\0\x17\0\x01", b"\0\x17\0\0\xff"] {
        assert_eq!(
            parse(block),
            Err(MalformedHello::ExtensionBlock),
            "{block:02x?}"
        );
    }
}

#[test]
fn fixed_fields_are_demanded() {
    let well_formed = body(&[0xc02f], b"");
    let mut long_session_id = well_formed.clone();
    long_session_id.splice(34..35, prefix8(&[7; 33]));
    let mut half_a_suite = well_formed.clone();
    half_a_suite.splice(35..39, prefix16(b"\xc0\x2f\0"));
    let mut no_compression = well_formed.clone();
    no_compression.splice(39..41, prefix8(b""));
    for body in [
        body(&[], b""),
        body(&[0xc02f], b"\0"),
        body(&[0xc02f], b"\0\x01"),
        body(&[0xc02f], b"\0\0\0"),
        long_session_id,
        half_a_suite,
        no_compression,
    ] {
        assert_eq!(
            ClientHello::parse(&body),
            Err(MalformedHello::Fields),
            "{body:02x?}"
        );
    }
}

#[test]
fn host_names_are_dns_names() {
    let name = |name: &str| Ok(Some(name.to_owned()));
    assert_eq!(host_name(b"Www.Example.COM"), name("www.example.com"));
    assert_eq!(host_name(b"example.com."), name("example.com"));
    assert_eq!(
        host_name(b"xn--bcher-kva.example"),
        name("xn--bcher-kva.example")
    );
    for address in [&b"192.0.2.1"[..], b"2001:db8::1"] {
        assert_eq!(host_name(address), Ok(None), "{address:?}");
    }
    for other in [
        &b"a b"[..],
        b"example..com",
        b".",
        b"b\xc3\xbccher.example",
        b"example.com\0.invalid",
        b"\xff",
        &[b'a'; 64],
    ] {
        assert_eq!(
            host_name(other),
            Err(MalformedHello::ServerName),
            "{other:?}"
        );
    }
}

/// Names of types to come begin with their length, as host names do (RFC 6066, section 3).
#[test]
fn names_of_other_types_are_passed_over() {
    let name = Ok(Some("a.example".to_owned()));
    let both = b"\0\x10\x01\0\x01x\0\0\x09a.example";
    assert_eq!(server_name(both), name);
    assert_eq!(server_name(b"\0\x04\x01\0\x01x"), Ok(None));
}

#[test]
fn grease_is_removed_and_what_is_left_may_be_nothing() {
    let extensions = [
        extension(10, b"\0\x02\x0a\x0a"),
        extension(13, b"\0\x02\x1a\x1a"),
        extension(16, b"\0\x03\x02\x2a\x2a"),
        extension(43, b"\x02\x3a\x3a"),
        extension(51, b"\0\x05\x4a\x4a\0\x01\0"),
    ];
    let hello = ClientHello::parse(&body(&[0x5a5a], &prefix16(&extensions.concat())));
    let hello = hello.expect("well-formed");
    assert!(hello.cipher_suites.is_empty() && hello.groups.is_empty());
    assert!(hello.signature_schemes.is_empty() && hello.alpn.is_empty());
    assert!(hello.versions.is_empty() && hello.key_shares.is_empty());
    assert_eq!(hello.extensions, [10, 13, 16, 43, 51]);
}

/// A client that offers nothing but draft and future versions is not taken for one of TLS 1.2.
#[test]
fn supported_versions_stand_in_place_of_the_legacy_version() {
    let hello = parse(&extension(43, b"\x04\x7f\x1c\x03\x04")).expect("well-formed");
    assert_eq!(hello.legacy_version, Version::TLS_1_2);
    assert_eq!(hello.versions, [Version::new(0x7f1c), Version::TLS_1_3]);
}

#[test]
fn an_empty_key_share_asks_for_a_group() {
    let hello = parse(&extension(51, b"\0\0")).expect("well-formed");
    assert!(hello.key_shares.is_empty());
    assert_eq!(hello.extensions, [51]);
}

#[test]
fn the_number_of_protocols_obeys_its_limit() {
    let protocols = |count: usize| parse(&extension(16, &prefix16(&b"\x01a".repeat(count))));
    let most = protocols(256).expect("within the limit");
    assert_eq!(most.alpn.len(), 256);
    assert_eq!(protocols(257), Err(MalformedHello::Extension(16)));
}
