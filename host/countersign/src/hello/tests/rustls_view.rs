//! What this module reads against what rustls reads of the same bytes: where both take a hello, they agree on all that
//! both show; what rustls takes and this module refuses is listed, with the reason.

use super::mutations::Random;
use crate::hello::samples::*;
use crate::hello::{ClientHello, HelloError, MalformedHello};
use countersign_names::CipherSuite;
use rustls::server::{Accepted, Acceptor};

const ROUNDS: usize = 30_000;

/// What both show, in numbers.
#[derive(Debug, PartialEq, Eq)]
struct View {
    server_name: Option<String>,
    cipher_suites: Vec<u16>,
    groups: Vec<u16>,
    signature_schemes: Vec<u16>,
    alpn: Vec<Vec<u8>>,
}

impl View {
    fn of(hello: &ClientHello) -> Self {
        Self {
            server_name: hello.server_name.clone(),
            cipher_suites: hello
                .cipher_suites
                .iter()
                .map(|suite| suite.code())
                .collect(),
            groups: hello.groups.iter().map(|group| group.code()).collect(),
            signature_schemes: hello
                .signature_schemes
                .iter()
                .map(|scheme| scheme.code())
                .collect(),
            alpn: hello.alpn.clone(),
        }
    }

    /// GREASE removed, and the final dot of the name, which rustls keeps.
    fn of_rustls(accepted: &Accepted) -> Self {
        let hello = accepted.client_hello();
        let name = hello
            .server_name()
            .map(|name| name.strip_suffix('.').unwrap_or(name));
        let alpn = hello.alpn().into_iter().flatten().map(<[u8]>::to_vec);
        let is_grease = |name: &Vec<u8>| matches!(name[..], [a, b] if a == b && a & 15 == 10);
        Self {
            server_name: name.map(str::to_owned),
            cipher_suites: meant(hello.cipher_suites()),
            groups: meant(hello.named_groups().unwrap_or_default()),
            signature_schemes: meant(hello.signature_schemes()),
            alpn: alpn.filter(|name| !is_grease(name)).collect(),
        }
    }
}

fn meant<T: Copy>(codes: &[T]) -> Vec<u16>
where
    u16: From<T>,
{
    let codes = codes.iter().map(|code| u16::from(*code));
    codes
        .filter(|code| !CipherSuite::new(*code).is_grease())
        .collect()
}

fn accepted(mut stream: &[u8]) -> Option<Accepted> {
    let mut acceptor = Acceptor::default();
    while !stream.is_empty() {
        acceptor.read_tls(&mut stream).ok()?;
        if let Some(accepted) = acceptor.accept().ok()? {
            return Some(accepted);
        }
    }
    None
}

/// A hello taken apart.
struct Parts {
    fixed: Vec<u8>,
    extensions: Vec<(u16, Vec<u8>)>,
}

impl Parts {
    fn of(sample: &str) -> Self {
        let body = sample_body(sample);
        let number = |at: usize| usize::from(u16::from_be_bytes([body[at], body[at + 1]]));
        let suites_at = 35 + usize::from(body[34]);
        let mut at = suites_at + 2 + number(suites_at) + 2;
        let fixed = body[..at].to_vec();
        let mut extensions = Vec::new();
        at += 2;
        while at < body.len() {
            let (kind, end) = (number(at), at + 4 + number(at + 2));
            let kind = u16::try_from(kind).expect("two bytes");
            extensions.push((kind, body[at + 4..end].to_vec()));
            at = end;
        }
        Self { fixed, extensions }
    }

    fn record(&self) -> Vec<u8> {
        let extensions = self
            .extensions
            .iter()
            .map(|(kind, body)| extension(*kind, body));
        let block: Vec<u8> = extensions.flatten().collect();
        let body = [&self.fixed[..], &prefix16(&block)].concat();
        records(22, &message(1, &body), 1 << 14)
    }

    /// One change of the kinds that reach into every decoder.
    fn damage(&mut self, random: &mut Random) {
        let (count, kind) = (self.extensions.len(), random.below(10));
        let place = random.below(count);
        let Some((number, body)) = self.extensions.get_mut(place) else {
            return;
        };
        match kind {
            0 => *number = [0, 10, 13, 16, 43, 51, 0x3a3a][random.below(7)],
            1 => drop(self.extensions.remove(place)),
            2 => self.extensions.swap(place, random.below(count)),
            3 => self.extensions.extend_from_within(place..=place),
            4 => body.push(random.byte()),
            5 => body.truncate(random.below(body.len())),
            6 => {
                let at = random.below(self.fixed.len());
                self.fixed[at] = random.byte();
            }
            _ if body.is_empty() => {}
            // The lengths stand in front.
            7 => body[0] = random.byte() & 3,
            8 => {
                let at = random.below(body.len().min(8));
                body[at] = body[at].wrapping_add(1);
            }
            _ => {
                let at = random.below(body.len().min(32));
                body[at] = random.byte();
            }
        }
    }
}

#[test]
fn real_hellos() {
    for sample in REAL {
        let hello = read(&bytes(sample), usize::MAX).expect("a real hello");
        match accepted(&bytes(sample)) {
            Some(accepted) => assert_eq!(View::of(&hello), View::of_rustls(&accepted)),
            None => assert_eq!(sample, OPENSSL_TLS10),
        }
    }
}

/// The records of a hello, mostly as they are.
fn stream(parts: &Parts, random: &mut Random) -> Vec<u8> {
    const WARNING: &[u8] = b"\x15\x03\x01\0\x02\x01\x70";
    const CHANGE_CIPHER_SPEC: &[u8] = b"\x14\x03\x03\0\x01\x01";
    let mut stream = parts.record();
    let message = stream[RECORD_HEADER..].to_vec();
    let (first, second) = message.split_at(random.below(message.len()));
    let [first, second] = [first, second].map(|part| records(22, part, 1 << 14));
    match random.below(16) {
        0 => {
            let at = random.below(stream.len());
            stream[at] = random.byte();
            stream
        }
        1 => records(22, &message, 1 + random.below(300)),
        2 => records(22, &[&message[..], &[random.byte()]].concat(), 1 << 14),
        3 => [WARNING, &stream].concat(),
        4 => [CHANGE_CIPHER_SPEC, &stream].concat(),
        5 => [&first, WARNING, &second].concat(),
        6 => [&first, CHANGE_CIPHER_SPEC, &second].concat(),
        _ => stream,
    }
}

#[test]
fn damaged_hellos() {
    let mut random = Random::new(1);
    let mut agreed = 0;
    for round in 0..ROUNDS {
        let mut parts = Parts::of(REAL[round % REAL.len()]);
        for _ in 0..=random.below(2) {
            parts.damage(&mut random);
        }
        let stream = stream(&parts, &mut random);
        let Some(accepted) = accepted(&stream) else {
            continue;
        };
        match read(&stream, usize::MAX) {
            Ok(hello) => {
                assert_eq!(
                    View::of(&hello),
                    View::of_rustls(&accepted),
                    "{stream:02x?}"
                );
                agreed += 1;
            }
            Err(error) => assert!(refused_here_alone(&error), "{error} {stream:02x?}"),
        }
    }
    assert!(agreed > ROUNDS / 10, "{agreed}");
}

/// After a host name, rustls passes over everything from the first name of another type to the end of the list. Here names of
/// other types have a length, as the RFC says.
fn refused_here_alone(error: &HelloError) -> bool {
    *error == HelloError::Malformed(MalformedHello::Extension(0))
}

#[test]
fn garbage_behind_a_host_name_is_refused_here_alone() {
    let mut parts = Parts::of(OPENSSL);
    parts.extensions[0] = (0, prefix16(b"\0\0\x03www.example.com"));
    let accepted = accepted(&parts.record()).expect("rustls takes it");
    assert_eq!(accepted.client_hello().server_name(), Some("www"));
    let error = read(&parts.record(), usize::MAX).expect_err("malformed");
    assert!(refused_here_alone(&error), "{error}");
}
