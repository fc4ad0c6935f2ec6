use std::borrow::Cow;

use super::{number, text};
use crate::settings::document::Value;

/// A place in a text.
pub(super) struct Reader<'a> {
    whole: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(whole: &'a str) -> Self {
        Self { whole, at: 0 }
    }

    /// What was read.
    pub(super) fn before(&self) -> &'a str {
        self.whole.get(..self.at).unwrap_or(self.whole)
    }

    /// What is wrong here: if the text ends here, that.
    pub(super) fn or_end(&self, what: &'static str) -> &'static str {
        if self.at < self.whole.len() {
            what
        } else {
            "EOF: something is missing"
        }
    }

    /// The next byte that is no white space. It stays.
    pub(super) fn peek(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.byte() {
            self.at += 1;
        }
        self.byte()
    }

    /// The next byte. It stays.
    pub(super) fn byte(&self) -> Option<u8> {
        self.whole.as_bytes().get(self.at).copied()
    }

    /// Goes behind the next byte.
    pub(super) const fn skip(&mut self) {
        self.at += 1;
    }

    /// Goes behind this byte, if it is the next one but for white space.
    pub(super) fn eats(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    /// Goes behind the next byte, if it is one of these.
    pub(super) fn has(&mut self, bytes: &[u8]) -> bool {
        let is_next = self.byte().is_some_and(|byte| bytes.contains(&byte));
        self.at += usize::from(is_next);
        is_next
    }

    /// What stands from one place to here.
    pub(super) fn since(&self, start: usize) -> &'a str {
        self.whole.get(start..self.at).unwrap_or_default()
    }

    /// The place.
    pub(super) const fn place(&self) -> usize {
        self.at
    }

    /// Goes behind what closes an array or object.
    pub(super) fn close(&mut self, close: u8) -> Result<(), &'static str> {
        match (self.eats(close), close) {
            (true, _) => Ok(()),
            (_, b']') => Err("expected `,` or `]`"),
            _ => Err("expected `,` or `}`"),
        }
    }

    /// Reads a key and its colon.
    pub(super) fn key(&mut self) -> Result<Cow<'a, str>, &'static str> {
        if !self.eats(b'"') {
            return Err("expected a key in quotes");
        }
        let key = text::read(self)?;
        if self.eats(b':') {
            Ok(key)
        } else {
            Err("expected `:`")
        }
    }

    /// Reads what is neither an array nor an object.
    pub(super) fn scalar(&mut self) -> Result<Value<'a>, &'static str> {
        match self.peek() {
            Some(b'"') => {
                self.at += 1;
                text::read(self).map(Value::Text)
            }
            Some(b'-' | b'0'..=b'9') => number::read(self).map(Value::Number),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            _ => Err("expected a value"),
        }
    }

    fn word(&mut self, word: &str, value: Value<'a>) -> Result<Value<'a>, &'static str> {
        for byte in word.bytes() {
            if self.byte() != Some(byte) {
                return Err("expected a value");
            }
            self.at += 1;
        }
        Ok(value)
    }
}
