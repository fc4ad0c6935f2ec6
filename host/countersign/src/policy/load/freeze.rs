//! The snapshot: an instance's state, as a component that starts in it.

use std::{
    collections::HashMap,
    pin::pin,
    task::{Context, Poll, Waker},
};

use wasmparser::{Parser, Payload, TypeRef};
use wasmtime::{
    Store,
    component::{Instance, Lift, WasmList},
};
use wasmtime_wizer::{ComponentContext, ComponentInstanceState, Wizer};

use super::{
    super::{convert::quoted, imports::HostState},
    component::unless_it_panics,
};

/// A component whose instances can be looked into.
pub(super) struct Instrumented<'a> {
    wizer: Wizer,
    context: ComponentContext<'a>,
    /// The component to run. Beyond the original it has exports for the snapshot, and nothing else.
    pub(super) bytes: Vec<u8>,
}

/// Makes instances of a component readable, or says why that cannot be.
pub(super) fn instrument(bytes: &[u8]) -> Result<Instrumented<'_>, String> {
    check_modules(bytes)?;
    let mut wizer = Wizer::new();
    // Every function stays: a component from a snapshot has the exports of the original.
    wizer.keep_init_func(true);
    let made = unless_it_panics(|| wizer.instrument_component(bytes)).ok_or_else(unknown)?;
    let (context, bytes) = made.map_err(|error| quoted(&error.root_cause().to_string()))?;
    Ok(Instrumented {
        wizer,
        context,
        bytes,
    })
}

impl Instrumented<'_> {
    /// A component whose instances start as this one is now.
    pub(super) fn snapshot(
        &self,
        store: &mut Store<HostState>,
        instance: Instance,
    ) -> Result<Vec<u8>, String> {
        // What is read here is not the guest's answer, and what it takes is not the guest's memory.
        store.set_hostcall_fuel(usize::MAX);
        store.data_mut().memory.lift();
        let mut access = Access {
            store,
            instance,
            memories: HashMap::new(),
            failure: None,
        };
        let made = unless_it_panics(|| {
            let snapshot = self.wizer.snapshot_component(&self.context, &mut access);
            // Nothing in there waits: it is a future only because the library's own access is one.
            match pin!(snapshot).poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(made) => made.map_err(|error| error.to_string()),
                Poll::Pending => Err("it did not end".to_owned()),
            }
        });
        let made = made.ok_or_else(unknown)?;
        match access.failure {
            Some(failure) => Err(failure),
            None => made,
        }
    }
}

/// Why there is nothing where the library stopped at an assertion.
fn unknown() -> String {
    "the snapshot does not cover what it is made of".to_owned()
}

/// State in a module without exports is not found by the library, which then stops at an assertion; and so it does at imports that no
/// component for this engine has.
fn check_modules(bytes: &[u8]) -> Result<(), String> {
    let unknown = || "one of its modules has parts that the engine does not know".to_owned();
    let (mut state, mut exports) = (false, false);
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.map_err(|error| error.to_string())? {
            Payload::Version { .. } => (state, exports) = (false, false),
            Payload::MemorySection(_) | Payload::GlobalSection(_) => state = true,
            Payload::ExportSection(_) => exports = true,
            Payload::TagSection(_) => return Err(unknown()),
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import.map_err(|error| error.to_string())?;
                    if matches!(import.ty, TypeRef::Tag(_) | TypeRef::FuncExact(_)) {
                        return Err(unknown());
                    }
                }
            }
            Payload::End(_) if state && !exports => {
                return Err("one of its modules has state and no exports".to_owned());
            }
            _ => {}
        }
    }
    Ok(())
}

/// An instance that is read through the exports that were added to it.
struct Access<'a> {
    store: &'a mut Store<HostState>,
    instance: Instance,
    /// Those that were read, by the function that reads them. Each is asked for twice, and reading makes it grow.
    memories: HashMap<String, Vec<u8>>,
    /// What could not be read, if anything. What was made of the rest is of no use then.
    failure: Option<String>,
}

impl Access<'_> {
    /// What a function returns, or a stand-in: the library cannot be told of failures.
    fn read<R: Lift + 'static, T: Default>(
        &mut self,
        interface: &str,
        function: &str,
        take: impl FnOnce(&Store<HostState>, R) -> T,
    ) -> T {
        match self.call(interface, function) {
            Ok(value) => take(self.store, value),
            Err(error) => {
                self.failure = Some(quoted(&error.root_cause().to_string()));
                T::default()
            }
        }
    }

    /// On its way out through the canonical ABI a NaN may become another one.
    fn refuse_nan(&mut self, is_nan: bool) {
        if is_nan {
            self.failure = Some("one of its globals is not a number".to_owned());
        }
    }

    fn call<R: Lift + 'static>(&mut self, interface: &str, function: &str) -> wasmtime::Result<R> {
        let missing = || wasmtime::Error::msg("an export of the snapshot is missing");
        let store = &mut *self.store;
        let interface = self.instance.get_export(&mut *store, None, interface);
        let (_, interface) = interface.ok_or_else(missing)?;
        let function = self
            .instance
            .get_export(&mut *store, Some(&interface), function);
        let (_, function) = function.ok_or_else(missing)?;
        let function = self
            .instance
            .get_typed_func::<(), (R,)>(&mut *store, function)?;
        Ok(function.call(store, ())?.0)
    }
}

impl ComponentInstanceState for Access<'_> {
    async fn call_func_ret_list_u8(
        &mut self,
        interface: &str,
        function: &str,
        contents: impl FnOnce(&[u8]) + Send,
    ) {
        let memory = match self.memories.remove(function) {
            Some(memory) => memory,
            None => self.read(interface, function, |store, list: WasmList<u8>| {
                list.as_le_slice(store).to_vec()
            }),
        };
        contents(&memory);
        self.memories.insert(function.to_owned(), memory);
    }

    async fn call_func_ret_s32(&mut self, interface: &str, function: &str) -> i32 {
        self.read(interface, function, |_, value| value)
    }

    async fn call_func_ret_s64(&mut self, interface: &str, function: &str) -> i64 {
        self.read(interface, function, |_, value| value)
    }

    async fn call_func_ret_f32(&mut self, interface: &str, function: &str) -> u32 {
        let value: f32 = self.read(interface, function, |_, value| value);
        self.refuse_nan(value.is_nan());
        value.to_bits()
    }

    async fn call_func_ret_f64(&mut self, interface: &str, function: &str) -> u64 {
        let value: f64 = self.read(interface, function, |_, value| value);
        self.refuse_nan(value.is_nan());
        value.to_bits()
    }
}
