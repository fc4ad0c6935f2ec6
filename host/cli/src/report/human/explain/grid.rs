//! Rows of three: a label, what holds, and where it comes from.

use super::{INDENT, LABEL, Page, text};

/// The columns that labels get here.
pub(super) const LABEL_COLUMNS: usize = 12;

/// The columns of what holds: the longest cipher suite fits.
pub(super) const VALUE_COLUMNS: usize = 47;

impl Page {
    /// What holds, broken where it is long, and where it comes from.
    pub(super) fn origin_row(&mut self, label: &str, value: &str, from: &str) {
        let lines = text::wrapped(&text::line(value), VALUE_COLUMNS);
        for (at, line) in lines.iter().enumerate() {
            let (label, from) = match at {
                0 => (label, from),
                _ => ("", ""),
            };
            self.three(label, line, from);
        }
    }

    /// Several values, and where they come from, told once for all that follow each other.
    pub(super) fn origin_list(&mut self, label: &str, values: &[(String, String)]) {
        let mut before = "";
        for (at, (value, from)) in values.iter().enumerate() {
            let label = if at == 0 { label } else { "" };
            let shown = if before == from { "" } else { from };
            self.origin_row(label, value, shown);
            before = from;
        }
    }

    /// A text that takes the whole width.
    pub(super) fn wide_row(&mut self, label: &str, value: &str) {
        let columns = super::super::LIST_COLUMNS - INDENT.len() - LABEL_COLUMNS - 2;
        let lines = text::wrapped(&text::line(value), columns);
        for (at, line) in lines.iter().enumerate() {
            self.three(if at == 0 { label } else { "" }, line, "");
        }
    }

    fn three(&mut self, label: &str, value: &str, from: &str) {
        let from = text::line(from);
        let label = format!("{LABEL}{label:LABEL_COLUMNS$}{LABEL:#}");
        match from.is_empty() {
            true => self.line(format!("{INDENT}{label}  {value}").trim_end()),
            false => self.line(&format!(
                "{INDENT}{label}  {value:VALUE_COLUMNS$}  {LABEL}{from}{LABEL:#}"
            )),
        }
    }
}
