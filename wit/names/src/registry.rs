//! The tables of one kind of code point, and how they are searched.

/// The columns of one registry. The codes are in order, and a row of the first two columns belongs to each. The columns are apart
/// so that a program which never asks for names links none.
pub(crate) struct Registry {
    pub(crate) codes: &'static [u16],
    pub(crate) iana: Column,
    pub(crate) openssl: Column,
    /// Further spellings that are understood and never written, and whose they are.
    pub(crate) alias_codes: &'static [u16],
    pub(crate) aliases: Column,
}

/// Names, all in one text, in which a name that is a part of another is not repeated: less than half as large as a table of
/// references.
pub(crate) struct Column {
    pub(crate) text: &'static str,
    pub(crate) places: &'static [Place],
}

/// Where a name begins in the text (the lower byte first), and its length. Without a length there is no name.
pub(crate) type Place = [u8; 3];

/// Every name of a registry, with its code point.
pub(crate) struct Names {
    columns: [(&'static [u16], &'static Column); 3],
    column: usize,
    row: usize,
}

impl Registry {
    pub(crate) fn iana_name(&self, code: u16) -> Option<&'static str> {
        self.iana.name(row(self.codes, code)?)
    }

    pub(crate) fn openssl_name(&self, code: u16) -> Option<&'static str> {
        self.openssl.name(row(self.codes, code)?)
    }

    /// The code point of the first name that `same` accepts. Goes through them all: text comes from people
    /// and configuration files, never from the wire, and an index by name would be as big as the names.
    pub(crate) fn find(&'static self, same: &dyn Fn(&str) -> bool) -> Option<u16> {
        self.names()
            .find(|(_, name)| same(name))
            .map(|(code, _)| code)
    }

    /// Every name of every code point.
    pub(crate) const fn names(&'static self) -> Names {
        Names {
            columns: [
                (self.codes, &self.iana),
                (self.codes, &self.openssl),
                (self.alias_codes, &self.aliases),
            ],
            row: 0,
            column: 0,
        }
    }
}

impl Column {
    fn name(&self, row: usize) -> Option<&'static str> {
        let &[low, high, length] = self.places.get(row)?;
        let start = usize::from(u16::from_le_bytes([low, high]));
        let name = self.text.get(start..start + usize::from(length))?;
        (!name.is_empty()).then_some(name)
    }
}

impl Iterator for Names {
    type Item = (u16, &'static str);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (codes, column) = self.columns.get(self.column)?;
            let Some(code) = codes.get(self.row) else {
                (self.column, self.row) = (self.column + 1, 0);
                continue;
            };
            self.row += 1;
            if let Some(name) = column.name(self.row - 1) {
                return Some((*code, name));
            }
        }
    }
}

/// The row of a code point, if it is registered.
pub(crate) fn row(codes: &[u16], code: u16) -> Option<usize> {
    codes.binary_search(&code).ok()
}
