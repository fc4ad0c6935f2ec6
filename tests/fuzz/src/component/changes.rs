//! Changes of a component that keep most of it readable: lengths around what is changed fit afterwards.

use arbitrary::Arbitrary;

use super::sections::{CODE, CORE_INSTANCE, MODULE, Section, bodies, code, join, split};
use crate::edit::Edit;

/// One change.
#[derive(Arbitrary, Debug)]
pub enum Change {
    /// Of a function in the first module.
    Function(u8, Edit),
    /// Of a section in the first module.
    ModuleSection(u8, Edit),
    /// Of a section.
    Section(u8, Edit),
    /// Of the order of sections.
    Sections(Order),
    ModuleSections(Order),
    /// Of anything, lengths included.
    Bytes(Edit),
    /// Another module, that nothing else has to do with.
    AddModule(Bystander),
}

/// A module with state: which, whether it is exported, and whether there is any of it.
#[derive(Arbitrary, Debug)]
pub struct Bystander {
    has_memory: bool,
    has_number: bool,
    has_vector: bool,
    has_exports: bool,
    has_data: bool,
    is_instance: bool,
}

/// What becomes of whole sections.
#[derive(Arbitrary, Debug)]
pub enum Order {
    Remove(u8),
    Repeat(u8, u8),
    Swap(u8, u8),
}

impl Change {
    /// Makes the change, where there is something to be changed.
    pub fn apply(&self, component: &mut Vec<u8>) {
        if let Self::Bytes(edit) = self {
            edit.apply(component);
            return;
        }
        let Some((header, mut sections)) = split(component) else {
            return;
        };
        match self {
            Self::Section(number, edit) => edit_section(&mut sections, *number, edit),
            Self::Sections(order) => order.apply(&mut sections),
            Self::AddModule(bystander) => bystander.add_to(&mut sections),
            _ => {
                let mut all = sections.iter_mut();
                if let Some((_, module)) = all.find(|(id, _)| *id == MODULE) {
                    self.apply_to_module(module);
                }
            }
        }
        *component = join(&header, &sections);
    }

    fn apply_to_module(&self, module: &mut Vec<u8>) {
        let Some((header, mut sections)) = split(module) else {
            return;
        };
        match self {
            Self::ModuleSection(number, edit) => edit_section(&mut sections, *number, edit),
            Self::ModuleSections(order) => order.apply(&mut sections),
            Self::Function(number, edit) => {
                let mut all = sections.iter_mut();
                if let Some((_, section)) = all.find(|(id, _)| *id == CODE) {
                    edit_function(section, *number, edit);
                }
            }
            _ => {}
        }
        *module = join(&header, &sections);
    }
}

fn edit_section(sections: &mut [Section], number: u8, edit: &Edit) {
    let count = sections.len().max(1);
    if let Some((_, body)) = sections.get_mut(usize::from(number) % count) {
        edit.apply(body);
    }
}

fn edit_function(section: &mut Vec<u8>, number: u8, edit: &Edit) {
    let Some(mut bodies) = bodies(section) else {
        return;
    };
    let count = bodies.len().max(1);
    if let Some(body) = bodies.get_mut(usize::from(number) % count) {
        edit.apply(body);
    }
    *section = code(&bodies);
}

impl Bystander {
    fn add_to(&self, sections: &mut Vec<Section>) {
        let before = sections.iter().filter(|(id, _)| *id == MODULE).count();
        sections.push((MODULE, self.module()));
        if self.is_instance {
            // One, of the module of this number, without arguments.
            sections.push((CORE_INSTANCE, vec![1, 0, before as u8, 0]));
        }
    }

    /// Core specification, "Modules".
    fn module(&self) -> Vec<u8> {
        const HEADER: &[u8] = b"\0asm\x01\0\0\0";
        const NUMBER: &[u8] = &[0x7f, 1, 0x41, 0, 0x0b];
        const VECTOR: &[u8] = &[
            0x7b, 1, 0xfd, 0x0c, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x0b,
        ];
        let of = |has: bool, item: &'static [u8]| if has { vec![item] } else { Vec::new() };
        let globals = [of(self.has_number, NUMBER), of(self.has_vector, VECTOR)].concat();
        let memory_exports = of(self.has_exports && self.has_memory, &[1, b'm', 2, 0]);
        let global_exports = of(self.has_exports && !globals.is_empty(), &[1, b'g', 3, 0]);
        let all = [
            (5, of(self.has_memory, &[0, 1])),
            (6, globals),
            (7, [memory_exports, global_exports].concat()),
            (
                11,
                of(
                    self.has_data && self.has_memory,
                    &[0, 0x41, 0, 0x0b, 1, b'x'],
                ),
            ),
        ];
        let sections = all.into_iter().filter(|(_, items)| !items.is_empty());
        let section = |(id, items): (u8, Vec<&[u8]>)| {
            (id, [&[items.len() as u8][..], &items.concat()].concat())
        };
        join(HEADER, &sections.map(section).collect::<Vec<_>>())
    }
}

impl Order {
    fn apply(&self, sections: &mut Vec<Section>) {
        let count = sections.len();
        if count == 0 {
            return;
        }
        let place = |number: &u8| usize::from(*number) % count;
        match self {
            Self::Remove(number) => drop(sections.remove(place(number))),
            Self::Repeat(number, before) => {
                let section = sections[place(number)].clone();
                sections.insert(place(before), section);
            }
            Self::Swap(one, other) => sections.swap(place(one), place(other)),
        }
    }
}
