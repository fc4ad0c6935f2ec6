//! The tables of one kind of code point, and how they are searched.

/// The columns of one registry. The first three are of one length and in the order of the code points; they
/// are apart so that a program which never asks for names links none. An empty text is "no name".
#[derive(Clone, Copy)]
pub(crate) struct Registry {
    pub(crate) codes: &'static [u16],
    pub(crate) iana: &'static [&'static str],
    pub(crate) openssl: &'static [&'static str],
    /// Further spellings that are understood and never written.
    pub(crate) aliases: &'static [(u16, &'static str)],
}

impl Registry {
    pub(crate) fn iana_name(&self, code: u16) -> Option<&'static str> {
        name_at(self.iana, row(self.codes, code)?)
    }

    pub(crate) fn openssl_name(&self, code: u16) -> Option<&'static str> {
        name_at(self.openssl, row(self.codes, code)?)
    }

    /// The code point of the first name that `same` accepts. Goes through them all: text comes from people
    /// and configuration files, never from the wire, and an index by name would be as big as the names.
    pub(crate) fn find(&self, same: impl Fn(&str) -> bool) -> Option<u16> {
        self.names()
            .find(|(_, name)| same(name))
            .map(|(code, _)| code)
    }

    /// Every name of every code point.
    pub(crate) fn names(&self) -> impl Iterator<Item = (u16, &'static str)> {
        let column = |names: &'static [&'static str]| {
            let rows = self.codes.iter().copied().zip(names.iter().copied());
            rows.filter(|(_, name)| !name.is_empty())
        };
        column(self.iana)
            .chain(column(self.openssl))
            .chain(self.aliases.iter().copied())
    }
}

/// The row of a code point, if it is registered.
pub(crate) fn row(codes: &[u16], code: u16) -> Option<usize> {
    codes.binary_search(&code).ok()
}

fn name_at(column: &'static [&'static str], row: usize) -> Option<&'static str> {
    column.get(row).copied().filter(|name| !name.is_empty())
}
