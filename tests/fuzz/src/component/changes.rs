//! Changes of a component that keep most of it readable: lengths around what is changed fit afterwards.

use arbitrary::Arbitrary;

use super::sections::{CODE, MODULE, Section, bodies, code, join, split};
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
