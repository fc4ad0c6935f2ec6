//! A ClientHello out of a stream of bytes.

use super::framing::{ALERT, Fragment, Framing};
use super::opening::Opening;
use super::ssl2::{self, Ssl2Hello};
use super::{ClientHello, HelloError, HelloLimits};
use std::cmp::Ordering;

/// Bytes of type and length in front of the body.
const MESSAGE_HEADER: usize = 4;

/// The handshake type (RFC 8446, section 4).
const CLIENT_HELLO: u8 = 1;

/// Reads the first ClientHello of a stream, whatever pieces it comes in: of the transport, and of the record layer.
///
/// A reader answers once, with a hello or with an error. A second hello, after a HelloRetryRequest, takes a second
/// reader, and the ChangeCipherSpec that may come before it (RFC 8446, appendix D.4) is not for that reader.
#[derive(Debug)]
pub struct HelloReader {
    limits: HelloLimits,
    state: State,
    outline: Option<ClientHello>,
}

#[derive(Debug)]
enum State {
    /// The first bytes, which do not tell yet what this is.
    Opening(Vec<u8>),
    /// Records, and what they held of the handshake message.
    Records(Framing, Vec<u8>),
    /// A part of a hello in the format of SSL 2.0.
    Ssl2(Vec<u8>),
    /// The answer was given after this many bytes.
    Over(usize),
}

impl HelloReader {
    /// A reader at the start of a stream.
    pub fn new(limits: HelloLimits) -> Self {
        Self {
            limits,
            state: State::Opening(Vec::new()),
            outline: None,
        }
    }

    /// Takes in what the transport gave. `None` while more bytes are needed.
    ///
    /// Bytes beyond the hello's last record are left alone; [`Self::bytes`] then says where they begin.
    ///
    /// # Errors
    ///
    /// [`HelloError`] says what came instead of a hello; [`HelloError::Over`] on every call after the answer.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<Option<ClientHello>, HelloError> {
        let answer = self.advance(bytes);
        if let (Err(HelloError::Malformed(_)), State::Records(_, message)) = (&answer, &self.state)
        {
            self.outline = message.get(MESSAGE_HEADER..).and_then(ClientHello::outline);
        }
        if !matches!(answer, Ok(None)) {
            self.state = State::Over(self.bytes());
        }
        answer
    }

    /// What could be read of a hello that is malformed: so that a record can name it, and for nothing else.
    pub fn outline(&self) -> Option<&ClientHello> {
        self.outline.as_ref()
    }

    /// Says why there is no hello, though the stream has ended or no time is left.
    pub fn ended(&self) -> HelloError {
        match &self.state {
            State::Opening(start) if start.is_empty() => HelloError::Nothing,
            State::Opening(_) | State::Records(..) => HelloError::Truncated,
            State::Ssl2(_) => HelloError::Ssl2(None),
            State::Over(_) => HelloError::Over,
        }
    }

    /// How many bytes of the stream were taken: once there is a hello, all up to the end of its last record.
    pub fn bytes(&self) -> usize {
        match &self.state {
            State::Opening(start) | State::Ssl2(start) => start.len(),
            State::Records(framing, _) => framing.bytes(),
            State::Over(bytes) => *bytes,
        }
    }

    fn advance(&mut self, mut input: &[u8]) -> Result<Option<ClientHello>, HelloError> {
        self.open(&mut input)?;
        match &mut self.state {
            State::Opening(_) => Ok(None),
            State::Records(framing, message) => read_records(self.limits, framing, message, input),
            State::Ssl2(hello) => read_ssl2(self.limits, hello, input).map(|()| None),
            State::Over(_) => Err(HelloError::Over),
        }
    }

    /// Takes the first bytes one by one, until they say what follows.
    fn open(&mut self, input: &mut &[u8]) -> Result<(), HelloError> {
        while let State::Opening(start) = &mut self.state {
            let Some((byte, rest)) = input.split_first() else {
                break;
            };
            start.push(*byte);
            *input = rest;
            self.state = match Opening::of(start) {
                None => continue,
                Some(Opening::Records) => {
                    let mut framing = Framing::new(self.limits);
                    framing.next(&mut &start[..])?;
                    State::Records(framing, Vec::new())
                }
                Some(Opening::Ssl2) => State::Ssl2(std::mem::take(start)),
                Some(Opening::Foreign(protocol)) => return Err(HelloError::NotTls(protocol)),
            };
        }
        Ok(())
    }
}

fn read_records(
    limits: HelloLimits,
    framing: &mut Framing,
    message: &mut Vec<u8>,
    mut input: &[u8],
) -> Result<Option<ClientHello>, HelloError> {
    while let Some(fragment) = framing.next(&mut input)? {
        if fragment.kind == ALERT {
            read_alert(&fragment)?;
            continue;
        }
        message.extend_from_slice(fragment.payload);
        let hello = read_message(limits, message)?;
        match (hello, fragment.ends_record) {
            (Some(body), true) => return Ok(Some(ClientHello::parse(body)?)),
            (Some(_), false) => return Err(HelloError::TrailingBytes),
            (None, _) => {}
        }
    }
    Ok(None)
}

/// An alert is an end in any case: its second byte says which.
fn read_alert(fragment: &Fragment<'_>) -> Result<(), HelloError> {
    match fragment.payload {
        [.., description] if fragment.ends_record => Err(HelloError::AlertReceived(*description)),
        _ => Ok(()),
    }
}

/// The body of the hello, once it is there (RFC 8446, section 4).
fn read_message(limits: HelloLimits, message: &[u8]) -> Result<Option<&[u8]>, HelloError> {
    let (length, body) = match message {
        [CLIENT_HELLO, high, middle, low, body @ ..] => ([0, *high, *middle, *low], body),
        [] | [CLIENT_HELLO, ..] => return Ok(None),
        [other, ..] => return Err(HelloError::UnexpectedMessage(*other)),
    };
    let length = u32::from_be_bytes(length) as usize;
    // Known to be hopeless already, so not worth waiting for.
    limits.check_bytes(length)?;
    match body.len().cmp(&length) {
        Ordering::Less => Ok(None),
        Ordering::Equal => Ok(Some(body)),
        Ordering::Greater => Err(HelloError::TrailingBytes),
    }
}

/// Never gives a hello: at the end of the message stands the error that describes it.
fn read_ssl2(limits: HelloLimits, hello: &mut Vec<u8>, input: &[u8]) -> Result<(), HelloError> {
    let length = ssl2::length(hello).unwrap_or(usize::MAX);
    limits.check_bytes(length)?;
    let missing = length.saturating_sub(hello.len()).min(input.len());
    hello.extend_from_slice(&input[..missing]);
    if hello.len() < length {
        return Ok(());
    }
    Err(HelloError::Ssl2(Ssl2Hello::parse(hello)))
}
