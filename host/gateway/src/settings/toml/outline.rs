//! Where the values of a TOML text are.

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    super::outline::{Inside, Part},
    DEPTH_MAX,
};

/// Where the values of a TOML text are. A table is where its header names it.
pub(in crate::settings) fn outline(text: &str) -> Option<Part> {
    let table = DeTable::parse(text).ok()?;
    Some(of_table(table.get_ref(), 0))
}

/// Where the values of a table are that begins at this byte.
pub(in crate::settings) fn of_table(table: &DeTable<'_>, at: usize) -> Part {
    Part {
        at,
        inside: members(table, DEPTH_MAX),
    }
}

fn members(table: &DeTable<'_>, depth: usize) -> Inside {
    let members = table.iter().map(|(key, value)| {
        let part = Part {
            at: key.span().start,
            inside: inside(value, depth),
        };
        (key.get_ref().clone().into_owned(), part)
    });
    Inside::Members(members.collect())
}

fn items(items: &[Spanned<DeValue<'_>>], depth: usize) -> Inside {
    let item = |value: &Spanned<DeValue<'_>>| Part {
        at: value.span().start,
        inside: inside(value, depth),
    };
    Inside::Items(items.iter().map(item).collect())
}

fn inside(value: &Spanned<DeValue<'_>>, depth: usize) -> Inside {
    match (value.get_ref(), depth.checked_sub(1)) {
        (DeValue::Table(table), Some(depth)) => members(table, depth),
        (DeValue::Array(array), Some(depth)) => items(array, depth),
        _ => Inside::Nothing,
    }
}
