//! What rustls shows of the same hello.

use countersign::hello::{ClientHello, HelloError, MalformedHello};
use rustls::{
    Error, PeerMisbehaved,
    server::{Accepted, Acceptor},
};

use super::{
    meaning::{is_grease, is_grease_protocol},
    reading::Read,
};

/// status_request, ec_point_formats, both certificate types, extended_master_secret, compress_certificate, session_ticket,
/// pre_shared_key, cookie, psk_key_exchange_modes, certificate_authorities, ticket_request, ech_outer_extensions,
/// encrypted_client_hello, renegotiation_info.
const DECODED_THERE_ALONE: [u16; 15] = [
    5, 11, 19, 20, 23, 27, 35, 41, 44, 45, 47, 58, 0xfd00, 0xfe0d, 0xff01,
];

/// What both show, in numbers.
#[derive(Debug, PartialEq, Eq)]
struct View {
    server_name: Option<String>,
    cipher_suites: Vec<u16>,
    groups: Vec<u16>,
    signature_schemes: Vec<u16>,
    alpn: Vec<Vec<u8>>,
}

/// Where both take a hello, they show the same; where one alone does, it is for a known reason.
///
/// # Panics
///
/// If it is not so.
pub fn check(stream: &[u8], read: &Read) {
    // What stands behind a hello is nobody's business here.
    let stream = match read.answer {
        Ok(_) => &stream[..read.bytes],
        Err(_) => stream,
    };
    match (&read.answer, accepted(stream)) {
        (Ok(ours), Ok(theirs)) => assert_eq!(View::of(ours), View::of_rustls(&theirs)),
        (Ok(ours), Err(Some(error))) => {
            assert!(is_refused_there_alone(ours, &error), "{error}: {ours:?}");
        }
        (Ok(ours), Err(None)) => panic!("rustls waits for more: {ours:?}"),
        (Err(error), Ok(_)) => assert!(is_refused_here_alone(error), "{error}"),
        (Err(_), Err(_)) => {}
    }
}

/// What rustls takes and the reader refuses.
fn is_refused_here_alone(error: &HelloError) -> bool {
    match error {
        // After a host name, rustls passes over everything from the first name of another type to the end of the list. Names of
        // other types have a length, as RFC 6066 says.
        HelloError::Malformed(MalformedHello::Extension(0)) => true,
        // rustls has limits of its own.
        HelloError::TooManyBytes { .. } | HelloError::TooManyRecords { .. } => true,
        _ => false,
    }
}

/// What the reader takes and rustls refuses: hellos that it has no answer to, and bodies of extensions that are not looked at
/// here.
fn is_refused_there_alone(hello: &ClientHello, error: &Error) -> bool {
    let is_decoded = |number: &u16| DECODED_THERE_ALONE.contains(number);
    match error {
        Error::PeerIncompatible(_) => true,
        Error::InvalidMessage(_) => hello.extensions.iter().any(is_decoded),
        // The first name is of another type than host_name.
        Error::PeerMisbehaved(PeerMisbehaved::ServerNameMustContainOneHostName) => true,
        _ => false,
    }
}

/// None as an error: rustls waits for more.
fn accepted(mut stream: &[u8]) -> Result<Accepted, Option<Error>> {
    let mut acceptor = Acceptor::default();
    while !stream.is_empty() {
        // Fails only where rustls has no room for more.
        if acceptor.read_tls(&mut stream).is_err() {
            break;
        }
        match acceptor.accept() {
            Ok(Some(accepted)) => return Ok(accepted),
            Ok(None) => {}
            Err((error, _)) => return Err(Some(error)),
        }
    }
    Err(None)
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

    /// Without GREASE, and without the final dot of the name, which rustls keeps.
    fn of_rustls(accepted: &Accepted) -> Self {
        let hello = accepted.client_hello();
        let name = hello.server_name();
        let alpn = hello.alpn().into_iter().flatten();
        Self {
            server_name: name.map(|name| name.strip_suffix('.').unwrap_or(name).to_owned()),
            cipher_suites: meant(hello.cipher_suites()),
            groups: meant(hello.named_groups().unwrap_or_default()),
            signature_schemes: meant(hello.signature_schemes()),
            alpn: alpn
                .filter(|name| !is_grease_protocol(name))
                .map(<[u8]>::to_vec)
                .collect(),
        }
    }
}

fn meant<T: Copy + Into<u16>>(codes: &[T]) -> Vec<u16> {
    let codes = codes.iter().map(|code| (*code).into());
    codes
        .filter(|code: &u16| !is_grease(code.to_be_bytes()))
        .collect()
}
