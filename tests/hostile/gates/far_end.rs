//! The other end of a gate's connection: an honest TLS peer that writes down all it hears.

use std::io::{Read, Write};

use countersign::rustls::{self, Connection};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

/// What a pipe holds: more than a handshake.
pub(super) const PIPE_BYTES: usize = 64 * 1024;

/// What an approved connection carries.
pub(super) const PING: &[u8] = b"ping";

/// What the peer heard.
pub(super) struct Heard {
    /// Every byte.
    pub(super) bytes: Vec<u8>,
    /// Application data.
    pub(super) data: Vec<u8>,
    /// The other end finished its handshake.
    pub(super) is_finished: bool,
    /// The other end showed a certificate.
    pub(super) has_certificate: bool,
    /// Why it gave up, if it did: an alert, say.
    pub(super) error: Option<rustls::Error>,
}

/// Talks TLS until the other end closes, with data of its own as soon as the protocol allows it.
pub(super) async fn talk(mut io: DuplexStream, mut tls: Connection) -> Heard {
    let mut heard = Heard {
        bytes: Vec::new(),
        data: Vec::new(),
        is_finished: false,
        has_certificate: false,
        error: None,
    };
    tls.writer()
        .write_all(PING)
        .expect("it is kept back until it may leave");
    let mut buffer = vec![0; PIPE_BYTES];
    loop {
        // The gate may be gone; what it said is still there to be read.
        let _ = io.write_all(&outgoing(&mut tls)).await;
        let count = io.read(&mut buffer).await.unwrap_or(0);
        if count == 0 {
            break;
        }
        heard.bytes.extend(&buffer[..count]);
        heard.take(&mut tls, &buffer[..count]);
    }
    heard.is_finished = !tls.is_handshaking();
    heard.has_certificate = tls.peer_certificates().is_some();
    heard
}

impl Heard {
    fn take(&mut self, tls: &mut Connection, mut bytes: &[u8]) {
        while !bytes.is_empty() && self.error.is_none() {
            if tls.read_tls(&mut bytes).is_err() {
                break;
            }
            match tls.process_new_packets() {
                Ok(state) if state.peer_has_closed() => tls.send_close_notify(),
                Ok(_) => {}
                Err(error) => self.error = Some(error),
            }
            // Ends with an error where there is no more to read for now.
            let _ = tls.reader().read_to_end(&mut self.data);
        }
    }
}

fn outgoing(tls: &mut Connection) -> Vec<u8> {
    let mut bytes = Vec::new();
    while tls.wants_write() {
        tls.write_tls(&mut bytes).expect("a vector takes all");
    }
    bytes
}
