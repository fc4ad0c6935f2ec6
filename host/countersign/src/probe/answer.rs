//! The server's answer to one hello, read as far as it names what the server chose. No I/O: bytes in, an end out.

use super::hello::Hello;
use super::key_exchange::KeyExchange;
use super::record::{ANSWER_BYTES_MAX, Record, Records};
use super::server_hello::ServerHello;
use super::{AnswerError, Observed, Protocol};
use crate::verdict::Alert;
use countersign_names::Version;
use tls_parser::{TlsAlertSeverity, TlsMessage, TlsRecordType, parse_tls_message_alert};

/// Handshake types of RFC 8446 section 4 and RFC 5246 section 7.4.
mod handshake {
    pub(super) const HELLO_REQUEST: u8 = 0;
    pub(super) const SERVER_HELLO: u8 = 2;
    pub(super) const CERTIFICATE: u8 = 11;
    pub(super) const SERVER_KEY_EXCHANGE: u8 = 12;
    pub(super) const CERTIFICATE_REQUEST: u8 = 13;
    pub(super) const SERVER_HELLO_DONE: u8 = 14;
    pub(super) const CERTIFICATE_STATUS: u8 = 22;
    pub(super) const SUPPLEMENTAL_DATA: u8 = 23;
}

/// The alert that is none (RFC 8446 section 6.1).
const CLOSE_NOTIFY: u8 = 0;

/// How an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The server has named everything it is going to.
    Named,
    /// It sent a fatal alert, or closed: then with the last warning that it gave.
    Refused(Option<Alert>),
    /// It does not speak TLS.
    NotTls(Protocol),
}

/// An answer that is still arriving.
#[derive(Debug)]
pub(super) struct Answer<'a> {
    asked: &'a Hello,
    records: Records,
    /// Handshake bytes that do not make a whole message yet.
    handshake: Vec<u8>,
    hello: Option<ServerHello>,
    exchange: KeyExchange,
    warning: Option<Alert>,
}

impl<'a> Answer<'a> {
    /// The answer to this hello, of which nothing has arrived.
    pub(super) fn to(asked: &'a Hello) -> Self {
        Self {
            asked,
            records: Records::default(),
            handshake: Vec::new(),
            hello: None,
            exchange: KeyExchange::default(),
            warning: None,
        }
    }

    /// Takes in what the socket gave; none while the answer goes on.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Result<Option<End>, AnswerError> {
        self.records.push(bytes)?;
        if let Some(start) = self.records.plain() {
            return Ok(Protocol::of(start).map(End::NotTls));
        }
        while let Some(record) = self.records.next()? {
            if let Some(end) = self.take_record(&record)? {
                return Ok(Some(end));
            }
        }
        Ok(None)
    }

    /// The stream ended, orderly or not.
    pub(super) fn close(&self) -> Result<End, AnswerError> {
        if self.records.plain().is_some() {
            Ok(End::NotTls(Protocol::Unknown))
        } else if self.records.is_broken_off() || !self.handshake.is_empty() {
            Err(AnswerError::Truncated)
        } else {
            Ok(End::Refused(self.warning))
        }
    }

    /// What the server chose, as far as it said so. Its hello binds it, whatever went wrong after that.
    pub(super) fn observed(&self, complete: bool) -> Option<Observed> {
        let hello = self.hello.clone()?;
        Some(Observed {
            version: hello.version,
            cipher_suite: hello.cipher_suite,
            group: hello.group.or(self.exchange.group),
            dhe_bits: self.exchange.dhe_bits,
            alpn: hello.alpn,
            extended_master_secret: hello.extended_master_secret,
            can_do_better: hello.can_do_better,
            complete,
        })
    }

    fn take_record(&mut self, record: &Record) -> Result<Option<End>, AnswerError> {
        match record.kind {
            TlsRecordType::Alert => self.take_alert(&record.payload),
            TlsRecordType::Handshake => {
                self.handshake.extend_from_slice(&record.payload);
                self.take_messages()
            }
            other => Err(AnswerError::UnexpectedRecord(other.0)),
        }
    }

    /// A warning (112 unrecognized_name, often) does not end the handshake; a fatal alert does.
    fn take_alert(&mut self, payload: &[u8]) -> Result<Option<End>, AnswerError> {
        let Ok(([], TlsMessage::Alert(alert))) = parse_tls_message_alert(payload) else {
            return Err(AnswerError::Alert);
        };
        let named = Alert::from_tls(alert.code.0);
        match alert.severity {
            // An orderly close: it gives no reason.
            TlsAlertSeverity::Warning if alert.code.0 == CLOSE_NOTIFY => {
                return Ok(Some(End::Refused(self.warning)));
            }
            TlsAlertSeverity::Warning => self.warning = Some(named),
            TlsAlertSeverity::Fatal => return Ok(Some(End::Refused(Some(named)))),
            _ => return Err(AnswerError::Alert),
        }
        Ok(None)
    }

    fn take_messages(&mut self) -> Result<Option<End>, AnswerError> {
        while let Some((kind, body)) = self.next_message()? {
            if self.take_message(kind, &body)? {
                return Ok(Some(End::Named));
            }
        }
        Ok(None)
    }

    fn next_message(&mut self) -> Result<Option<(u8, Vec<u8>)>, AnswerError> {
        let [kind, high, middle, low, rest @ ..] = &self.handshake[..] else {
            return Ok(None);
        };
        let body_bytes = u32::from_be_bytes([0, *high, *middle, *low]) as usize;
        // Known to be hopeless already, so not worth waiting for.
        if body_bytes > ANSWER_BYTES_MAX {
            return Err(AnswerError::TooManyBytes);
        }
        let Some(body) = rest.get(..body_bytes) else {
            return Ok(None);
        };
        let message = (*kind, body.to_vec());
        self.handshake.drain(..4 + body_bytes);
        Ok(Some(message))
    }

    /// Reads one message; true if it is the last that matters.
    fn take_message(&mut self, kind: u8, body: &[u8]) -> Result<bool, AnswerError> {
        use handshake::*;
        match (kind, &self.hello) {
            // To be ignored during a handshake (RFC 5246 section 7.4.1.1).
            (HELLO_REQUEST, _) if body.is_empty() => Ok(false),
            (SERVER_HELLO, None) => self.take_hello(ServerHello::parse(body)?),
            (
                CERTIFICATE | CERTIFICATE_STATUS | CERTIFICATE_REQUEST | SUPPLEMENTAL_DATA,
                Some(_),
            ) => Ok(false),
            (SERVER_KEY_EXCHANGE, Some(hello)) => {
                self.exchange = KeyExchange::parse(hello, body)?;
                Ok(true)
            }
            (SERVER_HELLO_DONE, Some(_)) if body.is_empty() => Ok(true),
            _ => Err(AnswerError::UnexpectedMessage(kind)),
        }
    }

    /// In TLS 1.3 the hello says it all, and what follows is encrypted.
    fn take_hello(&mut self, hello: ServerHello) -> Result<bool, AnswerError> {
        let (version, cipher_suite) = (hello.version, hello.cipher_suite);
        if !self.asked.admits(version, cipher_suite) {
            return Err(AnswerError::NotOffered {
                version,
                cipher_suite,
            });
        }
        self.hello = Some(hello);
        Ok(version == Version::TLS_1_3)
    }
}

#[cfg(test)]
mod tests;
