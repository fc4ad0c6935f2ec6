//! Components from parts: `base.wat`, with some of its parts replaced by those of a hostile guest.

use std::{fmt::Write as _, fs, path::PathBuf};

use countersign::policy::{Engine, LoadError, Policy, PolicySource};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// The contract, as the host has it.
const CONTRACT: &str = include_str!("../../../../wit/policy.wit");

/// A world that adds nothing to the contract's.
const WORLD: &str =
    "package hostile:guest; world guest { include countersign:policy/policy@0.1.0; }";

/// Where one of the parts begins.
const PART: &str = ";; part: ";

/// A guest in the making.
#[derive(Clone)]
pub(crate) struct Guest {
    parts: Vec<(String, String)>,
    contract: String,
    world: String,
    encoding: StringEncoding,
}

impl Guest {
    /// The good policy that all others are made from.
    pub(crate) fn good() -> Self {
        Self {
            parts: parts(&file("base")),
            contract: CONTRACT.to_owned(),
            world: WORLD.to_owned(),
            encoding: StringEncoding::UTF8,
        }
    }

    /// The good policy with the parts of `guests/{name}.wat`.
    pub(crate) fn named(name: &str) -> Self {
        let mut guest = Self::good();
        for (part, text) in parts(&file(name)) {
            guest.set(&part, text);
        }
        guest
    }

    /// Lets the guest's `$act` run at one of the places where guest code can run.
    pub(crate) fn acting_in(mut self, place: Place) -> Self {
        match place {
            Place::Start => self.set("start", "(start $act)".to_owned()),
            Place::PostReturn => self.set(
                "post-return",
                r#"(func (export "cabi_post_judge-peer") (param i32) (call $act))"#.to_owned(),
            ),
            Place::In(function) => {
                let hook = format!("before-{function}");
                let name = hook.replace('-', "_");
                self.set(&hook, format!("(func ${name} (call $act))"));
            }
        }
        self
    }

    /// Puts a number or text in the place of `{name}`.
    pub(crate) fn put(mut self, name: &str, value: impl ToString) -> Self {
        let (hole, value) = (format!("{{{name}}}"), value.to_string());
        for (_, text) in &mut self.parts {
            *text = text.replace(&hole, &value);
        }
        self
    }

    /// Puts bytes in the place of `{name}`, and their number in that of `{name.len}`.
    pub(crate) fn bytes(self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let mut escaped = String::new();
        for byte in bytes.as_ref() {
            write!(escaped, "\\{byte:02x}").expect("strings take everything");
        }
        let len = bytes.as_ref().len();
        self.put(name, escaped).put(&format!("{name}.len"), len)
    }

    /// Puts 16-bit numbers in the place of `{name}`, and their number in that of `{name.count}`.
    pub(crate) fn numbers(self, name: &str, numbers: &[u16]) -> Self {
        let bytes: Vec<u8> = numbers
            .iter()
            .flat_map(|number| number.to_le_bytes())
            .collect();
        self.bytes(name, bytes)
            .put(&format!("{name}.count"), numbers.len())
    }

    /// Changes the contract that the guest is made for.
    pub(crate) fn with_contract(mut self, from: &str, to: &str) -> Self {
        assert!(self.contract.contains(from), "the contract has no `{from}`");
        self.contract = self.contract.replace(from, to);
        self.world = self.world.replace(from, to);
        self
    }

    /// Gives the guest a world of its own.
    pub(crate) fn with_world(mut self, world: &str) -> Self {
        self.world = world.to_owned();
        self
    }

    /// Changes the encoding of its strings.
    pub(crate) fn with_strings(mut self, encoding: StringEncoding) -> Self {
        self.encoding = encoding;
        self
    }

    /// The core module.
    pub(crate) fn module(&self) -> Vec<u8> {
        let mut text = String::from("(module\n");
        for (_, part) in &self.parts {
            text.push_str(part);
        }
        text.push(')');
        wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
    }

    /// The component.
    pub(crate) fn component(&self) -> Vec<u8> {
        let mut module = self.module();
        let mut resolve = Resolve::default();
        resolve
            .push_str("policy.wit", &self.contract)
            .expect("the contract is valid");
        let package = resolve
            .push_str("world.wit", &self.world)
            .expect("the world is valid");
        let world = resolve
            .select_world(&[package], Some("guest"))
            .expect("the world is called `guest`");
        embed_component_metadata(&mut module, &resolve, world, self.encoding)
            .expect("metadata can be embedded");
        ComponentEncoder::default()
            .validate(false)
            .module(&module)
            .and_then(|mut encoder| encoder.encode())
            .unwrap_or_else(|error| panic!("{error:#}"))
    }

    /// Loads it with the settings `{}`.
    pub(crate) fn load(&self, engine: &Engine) -> Result<Policy, LoadError> {
        load(engine, self.component())
    }

    fn set(&mut self, name: &str, text: String) {
        match self.parts.iter_mut().find(|(part, _)| part == name) {
            Some((_, old)) => *old = text,
            None => self.parts.push((name.to_owned(), text)),
        }
    }
}

/// A place where guest code runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The start function of the module.
    Start,
    /// A function of the contract, or `realloc`.
    In(&'static str),
    /// What the host calls when it has read an answer.
    PostReturn,
}

impl Place {
    /// All of them.
    pub(crate) const ALL: [Self; 8] = [
        Self::Start,
        Self::In("describe"),
        Self::In("realloc"),
        Self::In("configure"),
        Self::In("constrain"),
        Self::In("judge-parameters"),
        Self::In("judge-peer"),
        Self::PostReturn,
    ];
}

/// Loads a component with the settings `{}`.
pub(crate) fn load(engine: &Engine, component: Vec<u8>) -> Result<Policy, LoadError> {
    Policy::load(engine, &PolicySource::Bytes(component), "{}")
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests")
}

fn file(name: &str) -> String {
    let path = folder().join("guests").join(format!("{name}.wat"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
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

#[test]
fn every_guest_is_used_by_a_test() {
    let names = |folder: PathBuf, extension: &str| -> Vec<PathBuf> {
        fs::read_dir(folder)
            .expect("the folder is there")
            .map(|entry| entry.expect("it can be read").path())
            .filter(|path| path.extension().is_some_and(|found| found == extension))
            .collect()
    };
    let tests: String = names(folder().join("policy_engine"), "rs")
        .iter()
        .map(|path| fs::read_to_string(path).expect("it can be read"))
        .collect();
    for guest in names(folder().join("guests"), "wat") {
        let name = guest.file_stem().expect("it has a name").to_string_lossy();
        assert!(
            tests.contains(&format!("\"{name}\"")),
            "no test uses {name}.wat"
        );
    }
}
