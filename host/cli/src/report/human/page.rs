//! The form of reports: a first line, then rows with labels.

use std::fmt::Write;

use anstyle::Style;

use super::text;

pub(super) const LABEL: Style = Style::new().dimmed();

/// Before each line but the first.
pub(super) const INDENT: &str = "     ";

/// The columns that labels get.
pub(super) const LABEL_COLUMNS: usize = 11;

/// Where lists are broken.
pub(super) const LIST_COLUMNS: usize = 100;

/// Lines of text; what comes from strangers is made safe on its way in.
#[derive(Default)]
pub(super) struct Page(String);

impl Page {
    pub(super) fn row(&mut self, label: &str, text: &str) {
        self.styled_row(LABEL, label, text);
    }

    pub(super) fn styled_row(&mut self, style: Style, label: &str, text: &str) {
        let text = text::line(text);
        self.line(&format!(
            "{INDENT}{style}{label:LABEL_COLUMNS$}{style:#}  {text}"
        ));
    }

    pub(super) fn list(&mut self, label: &str, text: &str) {
        let columns = LIST_COLUMNS - INDENT.len() - LABEL_COLUMNS - 2;
        for (at, part) in text::wrapped(text, columns).iter().enumerate() {
            self.row(if at == 0 { label } else { "" }, part);
        }
    }

    /// A line that is safe already.
    pub(super) fn line(&mut self, line: &str) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.0, "{line}");
    }

    pub(super) fn done(self) -> String {
        self.0
    }
}
