//! Rewinding: one instance that is put back to its snapshot after each call, instead of a new instance for each.
//!
//! # Why no state survives
//!
//! What an instance can remember is listed here; there is nothing else in it. Its parts are those of the core
//! specification ("Runtime Structure": a module instance has functions, tables, memories, globals, element and data segments)
//! and of the component model (an instance has core instances, a table of handles and flags of the calls under way).
//!
//! - *Memories*: every byte of every memory that a module defines is set to what the snapshot holds, from segments that lie
//!   outside of the guest's reach. A memory that grew cannot shrink: the code that puts back traps, and the instance is thrown
//!   away.
//! - *Mutable globals*: each is set to its constant. Those that hold references refuse the component.
//! - *Tables*: no instruction that writes to a table may occur in any module, so they stay what the active segments made of them
//!   when the instance was made.
//! - *Segments*: no instruction that drops one may occur.
//! - *Handles*: the indices of later ones can tell of earlier ones. They cannot if each one was closed while it was the
//!   youngest; the host sees every one that is opened and closed, and throws the instance away otherwise. Functions that make handles
//!   of a component's own refuse the component.
//! - *Calls under way*: there are none after a call that returned. An instance whose call ended in any other way is thrown away.
//!   Functions of the component model beyond lifting, lowering and dropping handles (tasks, streams, contexts) refuse the
//!   component, and so do inner components with functions of their own.
//! - *Features that the engine does not have* (threads, garbage collection, exceptions, stack switching) do not validate.
//! - *What is outside*: host functions hand out facts of the connection being judged and keep nothing; limits and budgets are
//!   set anew for every call; there is no clock, and time is not in the guest's sight.
//!
//! The code that puts back is added here, after the component was read and checked, to the modules that define state; the guest's own code
//! cannot change code. Should a guest call it, it rewinds itself, which harms nobody else.

mod patch;
mod survey;

use wasm_encoder::{
    Alias, CanonicalFunctionSection, ComponentAliasSection, ComponentExportKind,
    ComponentExportSection, ComponentSectionId, ComponentTypeSection, ComponentValType, ExportKind,
    RawSection,
};

use super::{
    super::engine::{SMALL_MEMORIES_MAX, SMALL_MEMORY_BYTES},
    sections::sections,
};
use survey::{Survey, survey};

/// What the added exports are called, in modules and, with a number behind it, in the component.
const NAME: &str = "countersign-rewind";

/// Of all memories together. Beyond, a new instance costs less than putting back an old one.
const MEMORY_BYTES_MAX: usize = SMALL_MEMORY_BYTES;

/// The section of a component that holds a module (component model, "Binary format").
const MODULE_SECTION: u8 = ComponentSectionId::CoreModule as u8;

/// A component that can put its instances back.
pub(super) struct Rewinding {
    pub(super) bytes: Vec<u8>,
    /// How many functions have to be called to do so.
    pub(super) functions: u32,
}

/// The name of one of these functions.
pub(in crate::policy) fn export_name(number: u32) -> String {
    format!("{NAME}-{number}")
}

/// Adds to a component, which is a snapshot, what puts its instances back to it; or says what stands against that.
pub(super) fn add(snapshot: &[u8]) -> Result<Rewinding, String> {
    let survey = survey(snapshot)?;
    if survey.memory_bytes() > MEMORY_BYTES_MAX {
        let kib = MEMORY_BYTES_MAX / 1024;
        return Err(format!("it has more than {kib} KiB of memory"));
    }
    if survey.memories() > SMALL_MEMORIES_MAX as usize {
        return Err(format!("it has more than {SMALL_MEMORIES_MAX} memories"));
    }
    let mut component = wasm_encoder::Component::new();
    let mut modules = 0;
    for section in sections(snapshot) {
        let module = (section.id == MODULE_SECTION).then(|| survey.state_of(modules));
        modules += u32::from(section.id == MODULE_SECTION);
        let patched;
        let data = match module.flatten() {
            Some(state) => {
                patched = patch::module(section.body, state);
                patched.as_slice()
            }
            None => section.body,
        };
        let id = section.id;
        component.section(&RawSection { id, data });
    }
    let functions = lift(&mut component, &survey);
    let bytes = component.finish();
    Ok(Rewinding { bytes, functions })
}

/// Makes the functions that were added to modules functions of the component.
fn lift(component: &mut wasm_encoder::Component, survey: &Survey) -> u32 {
    let mut types = ComponentTypeSection::new();
    types
        .function()
        .params([] as [(&str, ComponentValType); 0])
        .result(None);
    component.section(&types);
    let mut aliases = ComponentAliasSection::new();
    let mut lifted = CanonicalFunctionSection::new();
    let mut exports = ComponentExportSection::new();
    let mut count = 0;
    for state in &survey.states {
        aliases.alias(Alias::CoreInstanceExport {
            instance: state.core_instance,
            kind: ExportKind::Func,
            name: NAME,
        });
        lifted.lift(survey.core_functions + count, survey.types, []);
        let function = survey.functions + count;
        exports.export(
            export_name(count),
            ComponentExportKind::Func,
            function,
            None,
        );
        count += 1;
    }
    component.section(&aliases);
    component.section(&lifted);
    component.section(&exports);
    count
}
