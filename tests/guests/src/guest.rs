//! Components from parts: `base.wat`, with some of its parts replaced by those of a hostile guest.

use std::{fmt::Write as _, fs, path::PathBuf};

use wit_component::StringEncoding;

use crate::{
    Place,
    encode::{self, CONTRACT, WORLD},
};

/// Where one of the parts begins.
const PART: &str = ";; part: ";

/// A guest in the making.
#[derive(Clone)]
pub struct Guest {
    parts: Vec<(String, String)>,
    contract: String,
    world: String,
    encoding: StringEncoding,
}

impl Guest {
    /// The good policy that all others are made from.
    pub fn good() -> Self {
        Self {
            parts: parts(&file("base")),
            contract: CONTRACT.to_owned(),
            world: WORLD.to_owned(),
            encoding: StringEncoding::UTF8,
        }
    }

    /// The good policy with the parts of `wat/{name}.wat`.
    pub fn named(name: &str) -> Self {
        let mut guest = Self::good();
        for (part, text) in parts(&file(name)) {
            guest.set(&part, text);
        }
        guest
    }

    /// Puts a part in the place of the one of the same name, or adds it.
    #[must_use]
    pub fn part(mut self, name: &str, text: impl Into<String>) -> Self {
        self.set(name, text.into());
        self
    }

    /// Lets the guest's `$act` run at one of the places where guest code can run.
    #[must_use]
    pub fn acting_in(self, place: Place) -> Self {
        match place {
            Place::Start => self.part("start", "(start $act)"),
            Place::PostReturn(function) => self.part(
                "post-return",
                format!(r#"(func (export "cabi_post_{function}") (param i32) (call $act))"#),
            ),
            Place::In(function) => {
                let hook = format!("before-{function}");
                let name = hook.replace('-', "_");
                self.part(&hook, format!("(func ${name} (call $act))"))
            }
            Place::Lowering(function) => self
                .with_parts_of("count-reallocs")
                .put("when", reallocs_of(function)),
        }
    }

    /// Puts a number or text in the place of `{name}`.
    #[must_use]
    pub fn put(mut self, name: &str, value: impl ToString) -> Self {
        let (hole, value) = (format!("{{{name}}}"), value.to_string());
        for (_, text) in &mut self.parts {
            *text = text.replace(&hole, &value);
        }
        self
    }

    /// Puts bytes in the place of `{name}`, and their number in that of `{name.len}`.
    #[must_use]
    pub fn bytes(self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let len = bytes.as_ref().len();
        self.put(name, escaped(bytes.as_ref()))
            .put(&format!("{name}.len"), len)
    }

    /// Puts 16-bit numbers in the place of `{name}`, and their number in that of `{name.count}`.
    #[must_use]
    pub fn numbers(self, name: &str, numbers: &[u16]) -> Self {
        let bytes: Vec<u8> = numbers
            .iter()
            .flat_map(|number| number.to_le_bytes())
            .collect();
        self.bytes(name, bytes)
            .put(&format!("{name}.count"), numbers.len())
    }

    /// Lets these bytes stand in the guest's memory from the beginning.
    #[must_use]
    pub fn holding(self, at: u32, bytes: &[u8]) -> Self {
        let name = format!("bytes at {at}");
        self.part(
            &name,
            format!("(data (i32.const {at}) \"{}\")\n", escaped(bytes)),
        )
    }

    /// Changes the contract that the guest is made for.
    #[must_use]
    pub fn with_contract(mut self, from: &str, to: &str) -> Self {
        assert!(self.contract.contains(from), "the contract has no `{from}`");
        self.contract = self.contract.replace(from, to);
        self.world = self.world.replace(from, to);
        self
    }

    /// Gives the guest a world of its own.
    #[must_use]
    pub fn with_world(mut self, world: &str) -> Self {
        self.world = world.to_owned();
        self
    }

    /// Changes the encoding of its strings.
    #[must_use]
    pub fn with_strings(mut self, encoding: StringEncoding) -> Self {
        self.encoding = encoding;
        self
    }

    /// The core module.
    pub fn module(&self) -> Vec<u8> {
        let parts: String = self.parts.iter().map(|(_, text)| text.as_str()).collect();
        encode::module(&format!("(module\n{parts})"))
    }

    /// The component.
    pub fn component(&self) -> Vec<u8> {
        encode::encode(self.module(), &self.contract, &self.world, self.encoding)
    }

    fn with_parts_of(mut self, name: &str) -> Self {
        for (part, text) in parts(&file(name)) {
            self.set(&part, text);
        }
        self
    }

    fn set(&mut self, name: &str, text: String) {
        match self.parts.iter_mut().find(|(part, _)| part == name) {
            Some((_, old)) => *old = text,
            None => self.parts.push((name.to_owned(), text)),
        }
    }
}

/// How a call of `realloc` can be told to be for this function: `$count` is its number, from 1, `$align` the alignment.
///
/// Every instance but the one that describes itself first gets the settings, one text, and then the empty name of the listener of
/// the rehearsal. Then come the name of the listener and, in the fourth place, 16-bit versions (`constrain`) or the bytes of a
/// protocol (`judge-*`).
fn reallocs_of(function: &str) -> &'static str {
    match function {
        "configure" => "(i32.eq (global.get $count) (i32.const 1))",
        "constrain" => "(i32.eq (local.get $align) (i32.const 2))",
        "judge-parameters" => {
            "(i32.and (i32.eq (global.get $count) (i32.const 4)) (i32.eq (local.get $align) (i32.const 1)))"
        }
        other => panic!("`{other}` has no arguments to tell it by"),
    }
}

/// The names of all guests in files.
pub fn names() -> Vec<String> {
    fs::read_dir(folder())
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be read").path())
        .filter(|path| path.extension().is_some_and(|found| found == "wat"))
        .map(|path| {
            let name = path.file_stem().expect("it has a name");
            name.to_string_lossy().into_owned()
        })
        .collect()
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("wat")
}

fn file(name: &str) -> String {
    let path = folder().join(format!("{name}.wat"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Bytes in a string of the text format.
fn escaped(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "\\{byte:02x}").expect("strings take everything");
        text
    })
}

/// What stands before the first part is for the reader.
fn parts(text: &str) -> Vec<(String, String)> {
    text.split(PART)
        .skip(1)
        .map(|part| {
            let (name, text) = part.split_once('\n').unwrap_or((part, ""));
            (name.trim().to_owned(), format!("{text}\n"))
        })
        .collect()
}
