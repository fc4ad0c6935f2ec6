//! What a client said.

use super::{ALERT, CHANGE_CIPHER_SPEC};
use crate::gate::damage::split;

const CLIENT_HELLO: u8 = 1;

/// What a client said.
#[derive(Debug, Default)]
pub struct Spoken {
    hellos: usize,
    /// What came of a hello that is not whole.
    message: Vec<u8>,
    has_changed_cipher: bool,
    /// The alert at the end.
    pub alert: Option<u8>,
}

impl Spoken {
    /// Reads all that a client may say without an approval: a ClientHello, perhaps a second one after an optional
    /// ChangeCipherSpec, perhaps a fatal alert in clear at the end, and nothing else. The last record may be cut short if
    /// writing `broke`.
    ///
    /// # Panics
    ///
    /// If there is anything else.
    pub fn read(written: &[u8], broke: bool) -> Self {
        let mut spoken = Self::default();
        let (whole, rest) = split(written);
        for record in whole {
            spoken.take(record);
        }
        assert!(rest.is_empty() || broke, "{rest:02x?}");
        spoken.check_start(rest);
        assert!(!spoken.is_in_hello() || broke, "{written:02x?}");
        spoken
    }

    fn take(&mut self, record: &[u8]) {
        assert_eq!(self.alert, None, "after the alert: {record:02x?}");
        match record {
            [22, 3, 1 | 3, _, _, body @ ..] => self.take_handshake(body),
            [21, 3, 3, 0, 2, 2, alert] if !self.is_in_hello() => self.alert = Some(*alert),
            _ if record == CHANGE_CIPHER_SPEC => {
                let is_first = !std::mem::replace(&mut self.has_changed_cipher, true);
                assert!(is_first && self.hellos == 1 && self.message.is_empty());
            }
            other => panic!("{self:?}, then {other:02x?}"),
        }
    }

    fn take_handshake(&mut self, body: &[u8]) {
        assert!(self.hellos < 2, "a third message: {body:02x?}");
        self.message.extend_from_slice(body);
        match &self.message[..] {
            [] | [CLIENT_HELLO] | [CLIENT_HELLO, _] | [CLIENT_HELLO, _, _] => {}
            [CLIENT_HELLO, a, b, c, body @ ..] => {
                let length = u32::from_be_bytes([0, *a, *b, *c]) as usize;
                assert!(body.len() <= length, "something behind a hello");
                if body.len() == length {
                    self.hellos += 1;
                    self.message.clear();
                }
            }
            other => panic!("{other:02x?}"),
        }
    }

    /// The start of a record that may come next.
    fn check_start(&mut self, start: &[u8]) {
        match start {
            [22, 3, _, _, _, body @ ..] => self.take_handshake(body),
            [22, ..] | [] => {}
            _ => {
                let is_alert = ALERT.starts_with(start);
                assert!(
                    is_alert || CHANGE_CIPHER_SPEC.starts_with(start),
                    "{start:02x?}"
                );
            }
        }
    }

    fn is_in_hello(&self) -> bool {
        // The ChangeCipherSpec stands for nothing without a second hello.
        !self.message.is_empty() || (self.has_changed_cipher && self.hellos < 2)
    }
}
