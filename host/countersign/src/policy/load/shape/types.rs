//! How deep types of components and instances stand within one another.

use wasmparser::{BinaryReader, ComponentAlias, ComponentImport, ComponentType, CoreType};

use super::NESTING_MAX;

/// Binary format of the component model, "Type Definitions": what begins a type that contains declarations, and the declarations.
const COMPONENT_TYPE: u8 = 0x41;
const INSTANCE_TYPE: u8 = 0x42;
const CORE_TYPE: u8 = 0;
const TYPE: u8 = 1;
const ALIAS: u8 = 2;
const IMPORT: u8 = 3;
const EXPORT: u8 = 4;

/// The most of them around each other in a section of types, up to one too many or to what is malformed.
///
/// The library that reads types calls itself for each of them, so nothing may read a section before this has looked. It reads the same
/// bytes in the same order, and with the same functions all that contains no declarations: wherever this stops, the library does.
pub(super) fn nesting(section: &[u8]) -> usize {
    let mut deepest = 0;
    // Beyond what is malformed nobody reads.
    let _ = scan(&mut BinaryReader::new(section, 0), &mut deepest);
    deepest
}

fn scan(reader: &mut BinaryReader<'_>, deepest: &mut usize) -> Option<()> {
    // How many items are to come, in the section and in each type that is open.
    let mut open = vec![reader.read_var_u32().ok()?];
    while let Some(left) = open.last_mut() {
        let Some(others) = left.checked_sub(1) else {
            open.pop();
            continue;
        };
        *left = others;
        let is_type = open.len() == 1 || is_type(reader)?;
        if is_type && let Some(declarations) = declarations(reader)? {
            *deepest = open.len().max(*deepest);
            if *deepest > NESTING_MAX {
                return None;
            }
            open.push(declarations);
        }
    }
    Some(())
}

/// Reads a declaration, unless it is of a type: what that is comes next. None if it is malformed.
fn is_type(reader: &mut BinaryReader<'_>) -> Option<bool> {
    match reader.read_u8().ok()? {
        TYPE => Some(true),
        CORE_TYPE => reader.read::<CoreType<'_>>().ok().map(|_| false),
        ALIAS => reader.read::<ComponentAlias<'_>>().ok().map(|_| false),
        // Both are a name and a type.
        IMPORT | EXPORT => reader.read::<ComponentImport<'_>>().ok().map(|_| false),
        _ => None,
    }
}

/// Reads a type, or only how many declarations follow if it has some. None if it is malformed.
fn declarations(reader: &mut BinaryReader<'_>) -> Option<Option<u32>> {
    match reader.clone().read_u8().ok()? {
        COMPONENT_TYPE | INSTANCE_TYPE => {
            reader.read_u8().ok()?;
            reader.read_var_u32().ok().map(Some)
        }
        _ => reader.read::<ComponentType<'_>>().ok().map(|_| None),
    }
}
