//! ClientHellos, from the structures of the RFCs.

use std::sync::Arc;

use countersign::hello::{ClientHello, HelloLimits, HelloReader};

/// Bytes of the header of a record (RFC 8446, section 5.1), and of a handshake message (section 4).
const RECORD_HEADER: usize = 5;
const MESSAGE_HEADER: usize = 4;
/// The longest fragment of a record (RFC 8446, section 5.1).
const FRAGMENT_BYTES_MAX: usize = 1 << 14;

fn vector8(body: &[u8]) -> Vec<u8> {
    let len = u8::try_from(body.len()).expect("it fits");
    [&[len], body].concat()
}

fn vector16(body: &[u8]) -> Vec<u8> {
    let len = u16::try_from(body.len()).expect("it fits");
    [&len.to_be_bytes(), body].concat()
}

fn codes(codes: &[u16]) -> Vec<u8> {
    codes.iter().flat_map(|code| code.to_be_bytes()).collect()
}

fn extension(number: u16, body: &[u8]) -> Vec<u8> {
    [&number.to_be_bytes()[..], &vector16(body)].concat()
}

/// The body of a ClientHello (RFC 8446, section 4.1.2). No extensions is not the same as an empty block of them.
fn body(suites: &[u16], extensions: &[Vec<u8>]) -> Vec<u8> {
    let fixed = [
        &[0x03, 0x03][..],
        &[0x5a; 32],
        &vector8(&[0xa5; 32]),
        &vector16(&codes(suites)),
        &vector8(&[0]),
    ];
    let mut body = fixed.concat();
    if !extensions.is_empty() {
        body.extend(vector16(&extensions.concat()));
    }
    body
}

/// Reads a hello as a server gets it: in records.
fn received(body: &[u8]) -> Arc<ClientHello> {
    let [.., high, middle, low] = body.len().to_be_bytes();
    let message = [&[1, high, middle, low], body].concat();
    let record = |fragment: &[u8]| [&[22, 3, 1][..], &vector16(fragment)].concat();
    let stream: Vec<u8> = message
        .chunks(FRAGMENT_BYTES_MAX)
        .flat_map(record)
        .collect();
    let hello = HelloReader::new(HelloLimits::default()).feed(&stream);
    Arc::new(hello.expect("it is well-formed").expect("it is whole"))
}

/// A hello with something in everything that a getter reads, and with GREASE (RFC 8701) wherever it can stand.
pub(crate) fn rich() -> Arc<ClientHello> {
    let share = |group: u16, key: &[u8]| [codes(&[group]), vector16(key)].concat();
    let name = [&[0][..], &vector16(b"WWW.Example.COM")].concat();
    let alpn = [&[0x2a, 0x2a][..], b"h2", &[0xff, 0x00], b"http/1.1"].map(vector8);
    let shares = [share(0x3a3a, &[0]), share(0x001d, &[0x11; 32])];
    let extensions = [
        extension(0x4a4a, &[]),
        extension(0, &vector16(&name)),
        extension(10, &vector16(&codes(&[0x5a5a, 0x11ec, 0x001d]))),
        extension(13, &vector16(&codes(&[0x6a6a, 0x0804, 0x0403]))),
        extension(16, &vector16(&alpn.concat())),
        extension(43, &vector8(&codes(&[0x7a7a, 0x0304, 0x0303]))),
        extension(51, &vector16(&shares.concat())),
        extension(0x8a8a, &[0]),
    ];
    received(&body(
        &[0x9a9a, 0x1302, 0x1301, 0xc02f, 0x00ff],
        &extensions,
    ))
}

/// A hello that asks for a server by this name, and says nothing else.
pub(crate) fn named(name: &str) -> Arc<ClientHello> {
    let name = [&[0][..], &vector16(name.as_bytes())].concat();
    received(&body(&[0x1301], &[extension(0, &vector16(&name))]))
}

/// A hello without extensions.
pub(crate) fn plain() -> Arc<ClientHello> {
    received(&body(&[0xc02f], &[]))
}

/// What the limit on a hello leaves for a message's body, in as few records as there can be.
fn longest_body() -> usize {
    const RECORDS: usize = 4;
    HelloLimits::default().bytes_max - RECORDS * RECORD_HEADER - MESSAGE_HEADER
}

/// The hello with the most cipher suites, and their number: each takes two bytes.
pub(crate) fn most_suites() -> (Arc<ClientHello>, usize) {
    let count = (longest_body() - body(&[], &[]).len()) / 2;
    (received(&body(&vec![0x1301; count], &[])), count)
}

/// The longest hello with as many protocols as a client may offer, and their number.
pub(crate) fn most_protocols() -> (Arc<ClientHello>, usize) {
    const COUNT: usize = 256;
    let with = |name_bytes| {
        let name = vector8(&vec![b'x'; name_bytes]);
        body(&[0x1301], &[extension(16, &vector16(&name.repeat(COUNT)))])
    };
    let name_bytes = (longest_body() - with(0).len()) / COUNT;
    (received(&with(name_bytes)), COUNT)
}
