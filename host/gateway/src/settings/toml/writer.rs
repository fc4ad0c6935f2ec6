//! From TOML to JSON.

use countersign::policy::SettingsError;
use serde_json::json;
use toml::{
    Spanned,
    de::{DeFloat, DeInteger, DeTable, DeValue},
};

use super::{super::path::to_member, DEPTH_MAX};

/// How many mistakes are listed before the rest is counted.
const MISTAKES_MAX: usize = 64;

/// The JSON of a table, or everything in it that JSON does not have.
pub(super) fn write(table: &DeTable<'_>, text: &str) -> Result<String, Vec<SettingsError>> {
    let mut writer = Writer {
        text,
        json: String::with_capacity(text.len()),
        path: "$".into(),
        depth: DEPTH_MAX,
        wrong: Vec::new(),
        more: 0,
    };
    writer.table(table);
    writer.end()
}

struct Writer<'a> {
    text: &'a str,
    json: String,
    /// Where it is.
    path: String,
    /// How much deeper it may go.
    depth: usize,
    wrong: Vec<SettingsError>,
    /// What is wrong besides.
    more: usize,
}

impl Writer<'_> {
    fn table(&mut self, table: &DeTable<'_>) {
        let mut members: Vec<_> = table.iter().collect();
        members.sort_by_key(|(key, _)| key.span().start);
        self.json.push('{');
        for (nth, (key, value)) in members.into_iter().enumerate() {
            self.separate(nth);
            self.string(key.get_ref());
            self.json.push(':');
            self.below(&to_member(key.get_ref()), value);
        }
        self.json.push('}');
    }

    fn array(&mut self, items: &[Spanned<DeValue<'_>>]) {
        self.json.push('[');
        for (nth, item) in items.iter().enumerate() {
            self.separate(nth);
            self.below(&format!("[{nth}]"), item);
        }
        self.json.push(']');
    }

    fn separate(&mut self, nth: usize) {
        if nth > 0 {
            self.json.push(',');
        }
    }

    fn below(&mut self, step: &str, value: &Spanned<DeValue<'_>>) {
        let here = self.path.len();
        self.path.push_str(step);
        match self.depth.checked_sub(1) {
            Some(below) => {
                let depth = std::mem::replace(&mut self.depth, below);
                self.value(value);
                self.depth = depth;
            }
            None => self.refuse("this is nested too deep".into()),
        }
        self.path.truncate(here);
    }

    fn value(&mut self, value: &Spanned<DeValue<'_>>) {
        match value.get_ref() {
            DeValue::Table(table) => self.table(table),
            DeValue::Array(items) => self.array(items),
            DeValue::String(text) => self.string(text),
            DeValue::Boolean(value) => self.json.push_str(&value.to_string()),
            DeValue::Integer(number) => self.integer(number),
            DeValue::Float(number) => self.float(number),
            DeValue::Datetime(_) => {
                let written = self.text.get(value.span()).unwrap_or_default();
                self.refuse(format!(
                    "JSON has no dates and times: write it as a string, in quotes: \"{written}\""
                ));
            }
        }
    }

    fn string(&mut self, text: &str) {
        self.json.push_str(&json!(text).to_string());
    }

    fn integer(&mut self, number: &DeInteger<'_>) {
        match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => self.json.push_str(&number.to_string()),
            Err(_) => self.refuse(format!(
                "this number is too large: write a whole number between {} and {}",
                i64::MIN,
                i64::MAX
            )),
        }
    }

    /// Its digits stay as they are.
    fn float(&mut self, number: &DeFloat<'_>) {
        let digits = number.as_str().trim_start_matches('+');
        match digits.parse::<f64>() {
            Ok(number) if number.is_finite() => self.json.push_str(digits),
            _ if digits.ends_with(|c: char| c.is_ascii_digit()) => {
                self.refuse("this number is too large: write one below 1.7e308".into());
            }
            _ => self.refuse(
                "JSON has neither `nan` nor `inf`: write a number, or leave the key out".into(),
            ),
        }
    }

    fn refuse(&mut self, message: String) {
        let path = self.path.clone();
        match self.wrong.len() < MISTAKES_MAX {
            true => self.wrong.push(SettingsError { path, message }),
            false => self.more += 1,
        }
    }

    fn end(mut self) -> Result<String, Vec<SettingsError>> {
        if self.more > 0 {
            self.wrong.push(SettingsError {
                path: "$".into(),
                message: format!("and {} more mistakes", self.more),
            });
        }
        match self.wrong.is_empty() {
            true => Ok(self.json),
            false => Err(self.wrong),
        }
    }
}
