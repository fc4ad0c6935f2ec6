//! What a server gate does with a ClientHello before it asks anybody.

use std::sync::Arc;

use countersign::hello::{ClientHello, HelloLimits, HelloReader};
use rustls::{ALL_VERSIONS, ClientConnection};

use crate::{
    callgrind::{counted, end_of_section},
    plain::{self, server_name},
    table::Column,
};

/// The records of a plain client's hello.
pub(crate) fn bytes() -> Vec<u8> {
    let config = plain::client(ALL_VERSIONS).with_no_client_auth();
    let client = ClientConnection::new(Arc::new(config), server_name());
    let mut bytes = Vec::new();
    let written = client.expect("a client").write_tls(&mut bytes);
    written.expect("room");
    bytes
}

/// Counts the reader on a hello that comes in whole.
pub(crate) fn count_reading(bytes: &[u8]) -> ClientHello {
    let read = counted(|| HelloReader::new(HelloLimits::default()).feed(bytes));
    end_of_section("hello reader", Column::Alone);
    read.expect("a well-formed hello").expect("a whole hello")
}

/// Counts the fingerprint of a hello.
pub(crate) fn count_ja4(hello: &ClientHello) {
    let fingerprint = counted(|| hello.ja4());
    end_of_section("JA4", Column::Alone);
    assert_eq!(fingerprint.len(), 36);
}
