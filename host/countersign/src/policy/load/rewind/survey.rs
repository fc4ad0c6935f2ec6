//! What a component consists of, as far as its state goes; and whether all of that can be put back.

use std::collections::HashMap;

use wasmparser::{
    CanonicalFunction, CanonicalOption, ComponentAlias, ComponentExternalKind,
    ComponentOuterAliasKind, ConstExpr, DataKind, Encoding, ExternalKind, Instance, Operator,
    Parser, Payload, TypeRef,
};

/// Of a module. Each is set by an instruction of its own.
const GLOBALS_MAX: usize = 1_000;

/// Bytes of a page of memory (core specification, "Memory Instances").
const PAGE_BYTES: usize = 65_536;

/// The whole component.
#[derive(Default)]
pub(super) struct Survey {
    /// The modules that define state, in order.
    pub(super) states: Vec<State>,
    /// How many there are of these, each in an index space of its own.
    pub(super) types: u32,
    pub(super) functions: u32,
    pub(super) core_functions: u32,
    core_instances: u32,
    modules: u32,
    /// Modules by number, and the core instances that are made of them.
    instantiated: HashMap<u32, u32>,
}

/// The state that a module defines.
#[derive(Default)]
pub(super) struct State {
    module: u32,
    pub(super) core_instance: u32,
    pub(super) memories: Vec<Memory>,
    /// Mutable ones, by index.
    pub(super) globals: Vec<(u32, Value)>,
    pub(super) counts: Counts,
}

/// A memory as it is after instantiation.
pub(super) struct Memory {
    pub(super) index: u32,
    pub(super) image: Vec<u8>,
}

impl Memory {
    pub(super) fn pages(&self) -> usize {
        self.image.len() / PAGE_BYTES
    }
}

/// What a global holds.
#[derive(Clone, Copy)]
pub(super) enum Value {
    I32(i32),
    I64(i64),
    F32(u32),
    F64(u64),
}

/// How many there are in a module's index spaces, where something is added.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) types: u32,
    pub(super) functions: u32,
    pub(super) segments: u32,
    memories: u32,
    globals: u32,
}

impl Survey {
    /// The state that a module defines, if any.
    pub(super) fn state_of(&self, module: u32) -> Option<&State> {
        self.states.iter().find(|state| state.module == module)
    }

    pub(super) fn memories(&self) -> usize {
        self.states.iter().map(|state| state.memories.len()).sum()
    }

    pub(super) fn memory_bytes(&self) -> usize {
        let memories = self.states.iter().flat_map(|state| &state.memories);
        memories.map(|memory| memory.image.len()).sum()
    }
}

/// Looks at all of a component. The error is what cannot be put back.
pub(super) fn survey(component: &[u8]) -> Result<Survey, String> {
    let mut survey = Survey::default();
    // What stands open around the payload at hand: components, and the module within the innermost.
    let mut components = 0;
    let mut module: Option<State> = None;
    for payload in Parser::new(0).parse_all(component) {
        let payload = payload.map_err(said)?;
        match payload {
            Payload::Version {
                encoding: Encoding::Component,
                ..
            } => components += 1,
            Payload::Version {
                encoding: Encoding::Module,
                ..
            } if components == 1 => module = Some(State::default()),
            Payload::Version { .. } => return Err("it has modules in inner components".to_owned()),
            Payload::End(_) => match module.take() {
                Some(state) => survey.end_module(state),
                None => components -= 1,
            },
            payload => match &mut module {
                Some(state) => state.take(payload)?,
                None if components == 1 => survey.take(payload)?,
                None => check_inner(&payload)?,
            },
        }
    }
    survey.find_instances();
    Ok(survey)
}

impl Survey {
    /// A section of the component itself.
    fn take(&mut self, payload: Payload<'_>) -> Result<(), String> {
        match payload {
            Payload::InstanceSection(section) => {
                for instance in section {
                    let number = self.core_instances;
                    self.core_instances += 1;
                    let Instance::Instantiate { module_index, .. } = instance.map_err(said)? else {
                        continue;
                    };
                    if self.instantiated.insert(module_index, number).is_some() {
                        return Err("it makes several instances of one module".to_owned());
                    }
                }
            }
            Payload::ComponentTypeSection(section) => self.types += section.count(),
            Payload::ComponentAliasSection(section) => {
                for alias in section {
                    self.count_alias(&alias.map_err(said)?)?;
                }
            }
            Payload::ComponentCanonicalSection(section) => {
                for function in section {
                    self.count_function(&function.map_err(said)?)?;
                }
            }
            Payload::ComponentImportSection(section) => {
                for import in section {
                    self.count(import.map_err(said)?.ty.kind())?;
                }
            }
            Payload::ComponentExportSection(section) => {
                for export in section {
                    self.count(export.map_err(said)?.kind)?;
                }
            }
            Payload::ModuleSection { .. }
            | Payload::ComponentSection { .. }
            | Payload::ComponentInstanceSection(_)
            | Payload::CoreTypeSection(_)
            | Payload::CustomSection(_) => {}
            _ => return Err("it has sections of an unknown kind".to_owned()),
        }
        Ok(())
    }

    fn count_alias(&mut self, alias: &ComponentAlias<'_>) -> Result<(), String> {
        match alias {
            ComponentAlias::CoreInstanceExport { kind, .. } => {
                // The second is another way to say the first.
                let is_function = matches!(kind, ExternalKind::Func | ExternalKind::FuncExact);
                self.core_functions += u32::from(is_function);
            }
            ComponentAlias::InstanceExport { kind, .. } => self.count(*kind)?,
            ComponentAlias::Outer { kind, .. } => match kind {
                ComponentOuterAliasKind::Type => self.types += 1,
                ComponentOuterAliasKind::CoreType => {}
                // They have a number more than they are counted here.
                ComponentOuterAliasKind::CoreModule | ComponentOuterAliasKind::Component => {
                    return Err("it has modules or components by two names".to_owned());
                }
            },
        }
        Ok(())
    }

    fn count_function(&mut self, function: &CanonicalFunction) -> Result<(), String> {
        match function {
            CanonicalFunction::Lift { options, .. } => {
                check_options(options)?;
                self.functions += 1;
            }
            CanonicalFunction::Lower { options, .. } => {
                check_options(options)?;
                self.core_functions += 1;
            }
            CanonicalFunction::ResourceDrop { .. } => self.core_functions += 1,
            CanonicalFunction::ResourceNew { .. } | CanonicalFunction::ResourceRep { .. } => {
                return Err("it has resources of its own".to_owned());
            }
            _ => return Err("it uses functions of the component model that keep state".to_owned()),
        }
        Ok(())
    }

    fn count(&mut self, kind: ComponentExternalKind) -> Result<(), String> {
        match kind {
            ComponentExternalKind::Func => self.functions += 1,
            ComponentExternalKind::Type => self.types += 1,
            ComponentExternalKind::Instance => {}
            ComponentExternalKind::Module
            | ComponentExternalKind::Component
            | ComponentExternalKind::Value => {
                return Err("it passes modules, components or values around".to_owned());
            }
        }
        Ok(())
    }

    fn end_module(&mut self, state: State) {
        let module = self.modules;
        self.modules += 1;
        if !state.memories.is_empty() || !state.globals.is_empty() {
            self.states.push(State { module, ..state });
        }
    }

    /// A module that is never instantiated has no state.
    fn find_instances(&mut self) {
        let instantiated = &self.instantiated;
        self.states
            .retain_mut(|state| match instantiated.get(&state.module) {
                Some(instance) => {
                    state.core_instance = *instance;
                    true
                }
                None => false,
            });
    }
}

/// Those that say where values lie, and no more.
fn check_options(options: &[CanonicalOption]) -> Result<(), String> {
    let is_known = |option: &CanonicalOption| {
        matches!(
            option,
            CanonicalOption::UTF8
                | CanonicalOption::UTF16
                | CanonicalOption::CompactUTF16
                | CanonicalOption::Memory(_)
                | CanonicalOption::Realloc(_)
                | CanonicalOption::PostReturn(_)
        )
    };
    match options.iter().all(is_known) {
        true => Ok(()),
        false => Err("it has functions that do not simply return".to_owned()),
    }
}

/// A component within: those without functions only rename what passes through them.
fn check_inner(payload: &Payload<'_>) -> Result<(), String> {
    match payload {
        Payload::ComponentTypeSection(_)
        | Payload::ComponentImportSection(_)
        | Payload::ComponentExportSection(_)
        | Payload::ComponentAliasSection(_)
        | Payload::ComponentInstanceSection(_)
        | Payload::ComponentSection { .. }
        | Payload::CustomSection(_) => Ok(()),
        _ => Err("it has inner components with functions of their own".to_owned()),
    }
}

impl State {
    /// A section of a module.
    fn take(&mut self, payload: Payload<'_>) -> Result<(), String> {
        match payload {
            Payload::TypeSection(section) => {
                for group in section {
                    let types = group.map_err(said)?.into_types().count();
                    self.counts.types += u32::try_from(types).map_err(said)?;
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    self.count_import(import.map_err(said)?.ty)?;
                }
            }
            Payload::FunctionSection(section) => self.counts.functions += section.count(),
            Payload::MemorySection(section) => {
                for memory in section {
                    let memory = memory.map_err(said)?;
                    self.add_memory(memory.initial)?;
                }
            }
            Payload::GlobalSection(section) => {
                for global in section {
                    let global = global.map_err(said)?;
                    self.add_global(global.ty.mutable, &global.init_expr)?;
                }
            }
            Payload::DataSection(section) => {
                for data in section {
                    let data = data.map_err(said)?;
                    self.counts.segments += 1;
                    if let DataKind::Active {
                        memory_index,
                        offset_expr,
                    } = &data.kind
                    {
                        self.write(*memory_index, offset_expr, data.data)?;
                    }
                }
            }
            Payload::CodeSectionEntry(body) => {
                for operator in body.get_operators_reader().map_err(said)? {
                    check_operator(&operator.map_err(said)?)?;
                }
            }
            Payload::StartSection { .. } => return Err("it runs code when it starts".to_owned()),
            _ => {}
        }
        Ok(())
    }

    fn count_import(&mut self, import: TypeRef) -> Result<(), String> {
        match import {
            TypeRef::Func(_) => self.counts.functions += 1,
            TypeRef::Memory(_) => self.counts.memories += 1,
            TypeRef::Global(_) => self.counts.globals += 1,
            TypeRef::Table(_) => {}
            _ => {
                return Err(
                    "it imports what is neither function, memory, global nor table".to_owned(),
                );
            }
        }
        Ok(())
    }

    fn add_memory(&mut self, pages: u64) -> Result<(), String> {
        let bytes = usize::try_from(pages)
            .ok()
            .and_then(|pages| pages.checked_mul(PAGE_BYTES))
            .filter(|&bytes| bytes <= super::MEMORY_BYTES_MAX);
        let bytes = bytes.ok_or_else(|| {
            let kib = super::MEMORY_BYTES_MAX / 1024;
            format!("it has more than {kib} KiB of memory")
        })?;
        self.memories.push(Memory {
            index: self.counts.memories,
            image: vec![0; bytes],
        });
        self.counts.memories += 1;
        Ok(())
    }

    fn add_global(&mut self, mutable: bool, value: &ConstExpr<'_>) -> Result<(), String> {
        let index = self.counts.globals;
        self.counts.globals += 1;
        if !mutable {
            return Ok(());
        }
        if self.globals.len() == GLOBALS_MAX {
            return Err(format!("it has more than {GLOBALS_MAX} globals"));
        }
        self.globals.push((index, constant(value)?));
        Ok(())
    }

    /// An active segment: what the snapshot put into a memory.
    fn write(&mut self, memory: u32, at: &ConstExpr<'_>, bytes: &[u8]) -> Result<(), String> {
        let Value::I32(at) = constant(at)? else {
            return Err("it has segments at unknown places".to_owned());
        };
        let memory = self.memories.iter_mut().find(|own| own.index == memory);
        let place = memory.and_then(|memory| {
            let end = (at.cast_unsigned() as usize).checked_add(bytes.len())?;
            memory.image.get_mut(at.cast_unsigned() as usize..end)
        });
        let place = place.ok_or("it writes to memories that are not its own when it starts")?;
        place.copy_from_slice(bytes);
        Ok(())
    }
}

/// Those that change what cannot be put back.
fn check_operator(operator: &Operator<'_>) -> Result<(), String> {
    match operator {
        Operator::TableSet { .. }
        | Operator::TableGrow { .. }
        | Operator::TableFill { .. }
        | Operator::TableCopy { .. }
        | Operator::TableInit { .. } => Err("it writes to tables".to_owned()),
        Operator::ElemDrop { .. } | Operator::DataDrop { .. } => {
            Err("it drops segments".to_owned())
        }
        _ => Ok(()),
    }
}

/// The value of an expression that is one constant, as all are in a snapshot.
fn constant(expression: &ConstExpr<'_>) -> Result<Value, String> {
    let mut operators = expression.get_operators_reader();
    let value = match operators.read().map_err(said)? {
        Operator::I32Const { value } => Value::I32(value),
        Operator::I64Const { value } => Value::I64(value),
        Operator::F32Const { value } => Value::F32(value.bits()),
        Operator::F64Const { value } => Value::F64(value.bits()),
        _ => return Err("it has a global whose value is no number".to_owned()),
    };
    match operators.read().map_err(said)? {
        Operator::End => Ok(value),
        _ => Err("it has a global whose value is computed".to_owned()),
    }
}

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

#[cfg(test)]
mod tests;
