//! What an instance of a component is made of, however many components within it that takes.

use wasmparser::{
    ComponentExternalKind, ComponentInstance, Encoding, Instance, Payload, SectionLimited,
};

/// Modules or components that one component may number. The validator allows no more.
const NUMBERED_MAX: usize = 1_000;

/// What the host keeps in memory for each part of an instance (`VMContext` and `VMComponentContext` of the runtime), rounded up.
/// A function that is taken from another component comes with a module of the runtime's own, that imports all it needs to convert values.
mod bytes {
    pub(super) const INSTANCE: u64 = 64;
    pub(super) const CORE_INSTANCE: u64 = 1_024;
    pub(super) const CANONICAL_FUNCTION: u64 = 2_048;
    pub(super) const COMPONENT_TYPE: u64 = 16;
    pub(super) const IMPORT: u64 = 80;
    pub(super) const DEFINITION: u64 = 32;
    pub(super) const SEGMENT: u64 = 16;
}

/// Of one instance of a module or component, with all within it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Totals {
    pub(super) instances: u64,
    pub(super) core_instances: u64,
    pub(super) tables: u64,
    pub(super) memories: u64,
    pub(super) bookkeeping_bytes: u64,
}

impl Totals {
    fn add(&mut self, more: Self) {
        let sum = |own: &mut u64, more| *own = own.saturating_add(more);
        sum(&mut self.instances, more.instances);
        sum(&mut self.core_instances, more.core_instances);
        sum(&mut self.tables, more.tables);
        sum(&mut self.memories, more.memories);
        sum(&mut self.bookkeeping_bytes, more.bookkeeping_bytes);
    }

    /// Counts what is there once in each instance.
    fn keep_account(&mut self, count: u32, bytes: u64) {
        self.bookkeeping_bytes = self
            .bookkeeping_bytes
            .saturating_add(u64::from(count) * bytes);
    }
}

/// A module or component that is being read.
pub(super) struct Scope {
    is_module: bool,
    pub(super) totals: Totals,
    /// What it can make instances of, by number.
    modules: Vec<Totals>,
    components: Vec<Totals>,
}

impl Scope {
    pub(super) fn new(encoding: Encoding) -> Self {
        Self {
            is_module: encoding == Encoding::Module,
            totals: Totals::default(),
            modules: Vec::new(),
            components: Vec::new(),
        }
    }

    /// A module or component that stands here has been read.
    pub(super) fn define(&mut self, inner: &Self) -> Result<(), String> {
        self.name(inner.is_module, inner.totals)
    }

    /// Something gets the next number.
    pub(super) fn name(&mut self, is_module: bool, totals: Totals) -> Result<(), String> {
        let numbered = match is_module {
            true => &mut self.modules,
            false => &mut self.components,
        };
        if numbered.len() == NUMBERED_MAX {
            return Err(format!(
                "one of its components numbers more than {NUMBERED_MAX} modules or components"
            ));
        }
        numbered.push(totals);
        Ok(())
    }

    /// What has a number. Nothing if there is none: the validator refuses that.
    pub(super) fn defined(&self, is_module: bool, number: u32) -> Totals {
        let numbered = match is_module {
            true => &self.modules,
            false => &self.components,
        };
        let found = numbered.get(number as usize);
        found.copied().unwrap_or_default()
    }

    pub(super) fn take(&mut self, payload: &Payload<'_>) -> Result<(), String> {
        match payload {
            Payload::InstanceSection(section) => {
                for instance in items(section) {
                    if let Instance::Instantiate { module_index, .. } = instance {
                        self.totals.core_instances = self.totals.core_instances.saturating_add(1);
                        self.totals.keep_account(1, bytes::CORE_INSTANCE);
                        self.totals.add(self.defined(true, module_index));
                    }
                }
            }
            Payload::ComponentInstanceSection(section) => {
                for instance in items(section) {
                    if let ComponentInstance::Instantiate {
                        component_index, ..
                    } = instance
                    {
                        self.totals.instances = self.totals.instances.saturating_add(1);
                        self.totals.keep_account(1, bytes::INSTANCE);
                        self.totals.add(self.defined(false, component_index));
                    }
                }
            }
            Payload::ComponentExportSection(section) => {
                for export in items(section) {
                    // What is exported gets a number once more.
                    match export.kind {
                        ComponentExternalKind::Module => {
                            self.name(true, self.defined(true, export.index))?;
                        }
                        ComponentExternalKind::Component => {
                            self.name(false, self.defined(false, export.index))?;
                        }
                        _ => {}
                    }
                }
            }
            payload => self.keep_account(payload),
        }
        Ok(())
    }

    fn keep_account(&mut self, payload: &Payload<'_>) {
        let totals = &mut self.totals;
        match payload {
            Payload::ComponentCanonicalSection(section) => {
                totals.keep_account(section.count(), bytes::CANONICAL_FUNCTION);
            }
            Payload::ComponentTypeSection(section) => {
                totals.keep_account(section.count(), bytes::COMPONENT_TYPE);
            }
            Payload::ImportSection(section) => {
                let imports = section.clone().into_imports().map_while(Result::ok);
                let count = u32::try_from(imports.count()).unwrap_or(u32::MAX);
                totals.keep_account(count, bytes::IMPORT);
            }
            Payload::TableSection(section) => {
                totals.tables = totals.tables.saturating_add(section.count().into());
                totals.keep_account(section.count(), bytes::DEFINITION);
            }
            Payload::MemorySection(section) => {
                totals.memories = totals.memories.saturating_add(section.count().into());
                totals.keep_account(section.count(), bytes::DEFINITION);
            }
            Payload::FunctionSection(section) => {
                totals.keep_account(section.count(), bytes::DEFINITION);
            }
            Payload::GlobalSection(section) => {
                totals.keep_account(section.count(), bytes::DEFINITION);
            }
            Payload::ElementSection(section) => {
                totals.keep_account(section.count(), bytes::SEGMENT);
            }
            Payload::DataSection(section) => totals.keep_account(section.count(), bytes::SEGMENT),
            _ => {}
        }
    }
}

/// Up to the first that is malformed.
fn items<'a, T: wasmparser::FromReader<'a> + Clone>(
    section: &SectionLimited<'a, T>,
) -> impl Iterator<Item = T> {
    section.clone().into_iter().map_while(Result::ok)
}
