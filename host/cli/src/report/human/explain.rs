//! What settings come to, and why sessions are judged as they are, for people.

mod grid;
mod overview;
mod rules;
mod session;
mod values;

pub(in crate::report) use self::{
    overview::explained_settings,
    session::{explained_connection, explained_session},
};
use super::{OK, Page, TITLE, VETO, WARNING, page::INDENT, page::LABEL, text};
use crate::explain::Basis;

impl Page {
    /// The title of a part, with what it is about.
    fn part(&mut self, title: &str, about: &str) {
        self.line("");
        let about = text::line(about);
        self.line(format!("{TITLE}{title}{TITLE:#}  {about}").trim_end());
    }

    fn warnings(&mut self, basis: &Basis) {
        let warnings = basis.warnings();
        if warnings.is_empty() {
            return;
        }
        self.part("WARNINGS", "");
        for warning in warnings {
            let path = text::line(&warning.path);
            self.line(&format!("{INDENT}{WARNING}{path}{WARNING:#}"));
            self.note(&warning.message);
        }
    }

    /// A paragraph below a line.
    fn note(&mut self, sentence: &str) {
        let columns = super::LIST_COLUMNS - 2 * INDENT.len();
        for line in text::wrapped(&text::line(sentence), columns) {
            self.line(&format!("{INDENT}{INDENT}{line}"));
        }
    }
}
