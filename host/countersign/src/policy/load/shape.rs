//! How large a component becomes when it is put together, and what its compiler has to bear.
//!
//! A few kilobytes can stand for 2^40 instances, or keep those who read them from ever returning: the validator takes stack for each type
//! within a type and memory for each component within a component, and the compiler lays out all instances before any limit on
//! them counts. So this is looked at first, in one pass that takes neither.

mod bodies;
mod totals;
mod types;

use wasmparser::{
    ComponentAlias, ComponentExternalKind, ComponentOuterAliasKind, Encoding, Parser, Payload,
};

use super::super::{
    Limits, LoadError,
    engine::{BOOKKEEPING_BYTES_MAX, CORE_INSTANCES_MAX, MEMORIES_MAX, TABLES_MAX},
};
pub(super) use bodies::check as check_bodies;
use totals::{Scope, Totals};

/// Components within components, and types within types. Those of the languages tried have up to 4 and 1. A level of types
/// takes about 3 KiB of stack in an optimised build, of the 2 MiB that a thread has.
const NESTING_MAX: usize = 32;

/// Components that stand in one component, wherever. The validator takes time with the square of their number. Those of the languages tried have up to 24.
const COMPONENTS_MAX: u64 = 500;

/// Instances of components, inner ones included, that one component may be made of. Those of the languages tried have up to 23.
const INSTANCES_MAX: u64 = 2_000;

/// Refuses what cannot be compiled, or be an instance, within bounds. Whether it is well-formed is the compiler's to say.
pub(super) fn check(bytes: &[u8], limits: &Limits) -> Result<(), LoadError> {
    check_structure(bytes, limits).map_err(LoadError::Invalid)
}

/// Looks at all sections, up to the first that is malformed. The compiler stops there, too.
fn check_structure(bytes: &[u8], limits: &Limits) -> Result<(), String> {
    let mut shape = Shape::default();
    for payload in Parser::new(0).parse_all(bytes).map_while(Result::ok) {
        match payload {
            Payload::Version { encoding, .. } => shape.open(encoding)?,
            Payload::End(_) => shape.close()?,
            Payload::ComponentTypeSection(section) => {
                let nesting = types::nesting(bytes.get(section.range()).unwrap_or_default());
                refuse_above("types around one", nesting as u64, NESTING_MAX as u64)?;
                shape.take(&Payload::ComponentTypeSection(section))?;
            }
            Payload::CodeSectionEntry(body) => check_size(body.range().len(), limits)?,
            // The pools have room for no more.
            Payload::MemorySection(section) if section.count() > 1 => {
                let memories = section.count();
                return Err(format!(
                    "one of its modules defines {memories} memories, more than the one allowed"
                ));
            }
            payload => shape.take(&payload)?,
        }
    }
    Ok(())
}

fn check_size(bytes: usize, limits: &Limits) -> Result<(), String> {
    let bytes_max = limits.function_bytes_max;
    match bytes > bytes_max {
        true => Err(format!(
            "one of its functions has {bytes} bytes, more than the {bytes_max} allowed"
        )),
        false => Ok(()),
    }
}

fn refuse_above(what: &str, count: u64, max: u64) -> Result<(), String> {
    match count > max {
        true => Err(format!(
            "it has {count} {what}, more than the {max} allowed"
        )),
        false => Ok(()),
    }
}

/// What has been read.
#[derive(Default)]
struct Shape {
    components: u64,
    /// What stands open around the payload at hand: components, and perhaps a module within the innermost.
    open: Vec<Scope>,
}

impl Shape {
    fn open(&mut self, encoding: Encoding) -> Result<(), String> {
        self.open.push(Scope::new(encoding));
        self.components += u64::from(encoding == Encoding::Component);
        let around = self.open.len() as u64 - 1;
        if encoding == Encoding::Component {
            refuse_above("components around one", around, NESTING_MAX as u64)?;
        }
        refuse_above("components", self.components, COMPONENTS_MAX)
    }

    /// What is complete now is one more that the component around it can be made of; or all that there is.
    fn close(&mut self) -> Result<(), String> {
        let Some(closed) = self.open.pop() else {
            return Ok(());
        };
        match self.open.last_mut() {
            Some(around) => around.define(&closed),
            None => check_totals(&closed.totals),
        }
    }

    fn take(&mut self, payload: &Payload<'_>) -> Result<(), String> {
        let Payload::ComponentAliasSection(section) = payload else {
            refuse_handing_on(payload)?;
            let innermost = self.open.last_mut();
            return innermost.map_or(Ok(()), |scope| scope.take(payload));
        };
        for alias in section.clone().into_iter().map_while(Result::ok) {
            self.take_alias(&alias)?;
        }
        Ok(())
    }

    fn take_alias(&mut self, alias: &ComponentAlias<'_>) -> Result<(), String> {
        match *alias {
            ComponentAlias::InstanceExport { kind, .. } => refuse_as_value(kind),
            ComponentAlias::Outer { kind, count, index } => {
                let place = self.open.len().checked_sub(1 + count as usize);
                let outer = place.and_then(|place| self.open.get(place));
                let is_module = match kind {
                    ComponentOuterAliasKind::CoreModule => true,
                    ComponentOuterAliasKind::Component => false,
                    ComponentOuterAliasKind::CoreType | ComponentOuterAliasKind::Type => {
                        return Ok(());
                    }
                };
                let totals = outer.map(|outer| outer.defined(is_module, index));
                match self.open.last_mut() {
                    Some(scope) => scope.name(is_module, totals.unwrap_or_default()),
                    None => Ok(()),
                }
            }
            ComponentAlias::CoreInstanceExport { .. } => Ok(()),
        }
    }
}

/// A component that is imported, or taken from an instance, is known only once everything is put together; and components that are
/// given to components can make more of each other than anyone can count.
fn refuse_handing_on(payload: &Payload<'_>) -> Result<(), String> {
    let Payload::ComponentImportSection(section) = payload else {
        return Ok(());
    };
    let mut imports = section.clone().into_iter().map_while(Result::ok);
    imports.try_for_each(|import| refuse_as_value(import.ty.kind()))
}

fn refuse_as_value(kind: ComponentExternalKind) -> Result<(), String> {
    match kind {
        ComponentExternalKind::Component | ComponentExternalKind::Module => {
            Err("it passes modules or components from one component to another".to_owned())
        }
        _ => Ok(()),
    }
}

/// The same counts as in the pools of instances, so that an engine without pools takes what one with pools does.
fn check_totals(totals: &Totals) -> Result<(), String> {
    refuse_above("instances of components", totals.instances, INSTANCES_MAX)?;
    let core_instances_max = u64::from(CORE_INSTANCES_MAX);
    refuse_above(
        "instances of modules",
        totals.core_instances,
        core_instances_max,
    )?;
    refuse_above("tables", totals.tables, u64::from(TABLES_MAX))?;
    refuse_above("memories", totals.memories, u64::from(MEMORIES_MAX))?;
    refuse_above(
        "bytes to keep account of its parts",
        totals.bookkeeping_bytes,
        BOOKKEEPING_BYTES_MAX,
    )
}

#[cfg(test)]
mod tests;
