//! Reads JSON texts (RFC 8259). Its own reader, for a policy carries it: it is a fifth as large as one for every type, and has no
//! recursion, for a policy has a small stack.

mod number;
mod reader;
mod text;

#[cfg(test)]
mod tests;

use std::{borrow::Cow, fmt};

use super::document::{DEPTH_MAX, Value};
use reader::Reader;

/// Why a text is not JSON, and where.
#[derive(Debug)]
pub(super) struct Wrong<'a> {
    what: &'static str,
    before: &'a str,
}

/// Lines and columns count from 1, columns in bytes.
impl fmt::Display for Wrong<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, before } = self;
        let breaks = before.bytes().filter(|byte| *byte == b'\n').count();
        let column = before.bytes().rev().position(|byte| byte == b'\n');
        let (line, column) = (breaks + 1, column.unwrap_or(before.len()) + 1);
        write!(formatter, "{what} at line {line} column {column}")
    }
}

/// An array or object that is not closed yet.
enum Open<'a> {
    Array(Vec<Value<'a>>),
    /// With the key of the value that comes next.
    Object(Vec<(Cow<'a, str>, Value<'a>)>, Cow<'a, str>),
}

/// Reads a text that is one value. What lies too deep is only checked.
pub(super) fn read(text: &str) -> Result<Value<'_>, Wrong<'_>> {
    let mut reader = Reader::new(text);
    let value = value(&mut reader).and_then(|value| match reader.peek() {
        None => Ok(value),
        Some(_) => Err("trailing characters"),
    });
    value.map_err(|what| Wrong {
        what: reader.or_end(what),
        before: reader.before(),
    })
}

fn value<'a>(reader: &mut Reader<'a>) -> Result<Value<'a>, &'static str> {
    let mut open = Vec::new();
    // What closes the arrays and objects that lie too deep.
    let mut deep = Vec::new();
    loop {
        let mut value = match reader.peek() {
            Some(b'[') => {
                reader.skip();
                if !reader.eats(b']') {
                    begin(Open::Array(Vec::new()), b']', &mut open, &mut deep);
                    continue;
                }
                closed(Value::Array(Vec::new()), &open)
            }
            Some(b'{') => {
                reader.skip();
                if !reader.eats(b'}') {
                    let key = reader.key()?;
                    begin(Open::Object(Vec::new(), key), b'}', &mut open, &mut deep);
                    continue;
                }
                closed(Value::Object(Vec::new()), &open)
            }
            _ => reader.scalar()?,
        };
        // What ends with this value.
        loop {
            if let Some(&close) = deep.last() {
                if reader.eats(b',') {
                    if close == b'}' {
                        reader.key()?;
                    }
                    break;
                }
                reader.close(close)?;
                deep.pop();
                value = Value::TooDeep;
                continue;
            }
            value = match open.pop() {
                None => return Ok(value),
                Some(Open::Array(mut items)) => {
                    items.push(value);
                    if reader.eats(b',') {
                        open.push(Open::Array(items));
                        break;
                    }
                    reader.close(b']')?;
                    Value::Array(items)
                }
                Some(Open::Object(mut entries, key)) => {
                    entries.push((key, value));
                    if reader.eats(b',') {
                        let key = reader.key()?;
                        open.push(Open::Object(entries, key));
                        break;
                    }
                    reader.close(b'}')?;
                    Value::Object(entries)
                }
            };
        }
    }
}

fn begin<'a>(new: Open<'a>, close: u8, open: &mut Vec<Open<'a>>, deep: &mut Vec<u8>) {
    if open.len() < DEPTH_MAX {
        open.push(new);
    } else {
        deep.push(close);
    }
}

/// An empty array or object, unless it lies too deep.
fn closed<'a>(empty: Value<'a>, open: &[Open<'a>]) -> Value<'a> {
    if open.len() < DEPTH_MAX {
        empty
    } else {
        Value::TooDeep
    }
}
