//! From bytes to a compiled component that can see nothing but facts.

use std::panic::{AssertUnwindSafe, catch_unwind};

use wasmtime::component::{Component, HasSelf, InstancePre, Linker, types::ComponentItem};

use super::super::{
    CONTRACT_VERSION, LoadError,
    bindings::{self, PolicyIndices},
    convert::quoted,
    imports::HostState,
    instance::one_line,
};

const CONTRACT: &str = "countersign:policy/";

/// The functions of the contract's world.
const EXPORTS: [&str; 5] = [
    "describe",
    "configure",
    "constrain",
    "judge-parameters",
    "judge-peer",
];

/// A component that keeps to the contract.
pub(super) struct Linked {
    pub(super) component: Component,
    pub(super) pre: InstancePre<HostState>,
    pub(super) indices: PolicyIndices,
    /// The getters that it imports.
    pub(super) imports: Vec<String>,
}

/// Compiles a component.
pub(super) fn compile(engine: &wasmtime::Engine, bytes: &[u8]) -> Result<Component, LoadError> {
    compiled(|| Component::new(engine, bytes)).map_err(LoadError::Invalid)
}

/// What a compiler made, or what it says.
pub(super) fn compiled<T>(compile: impl FnOnce() -> wasmtime::Result<T>) -> Result<T, String> {
    let unknown = || "the compiler does not know what it is made of".to_owned();
    let made = unless_it_panics(compile).ok_or_else(unknown)?;
    made.map_err(|error| one_line(&error))
}

/// The libraries that check, compile and freeze components assert what is not so for every component: the validator, that types which
/// refer to each other are less than 128 deep. A policy must not end its host with that.
pub(super) fn unless_it_panics<T>(make: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(make)).ok()
}

/// Proves that a component is a policy that can see nothing but facts.
pub(super) fn link(component: Component) -> Result<Linked, LoadError> {
    let imports = imported_facts(&component)?;
    check_exports(&component)?;
    let mut linker = Linker::new(component.engine());
    let wrong_types = |error: wasmtime::Error| LoadError::WrongTypes(one_line(&error));
    bindings::Policy::add_to_linker::<_, HasSelf<HostState>>(&mut linker, |state| state)
        .map_err(wrong_types)?;
    let pre = linker.instantiate_pre(&component).map_err(wrong_types)?;
    let indices = PolicyIndices::new(&pre).map_err(wrong_types)?;
    Ok(Linked {
        component,
        pre,
        indices,
        imports,
    })
}

/// Tells the usual mistakes apart by the first eight bytes: the magic number, the version and the layer.
pub(super) fn sniff(bytes: &[u8]) -> Result<(), LoadError> {
    match bytes {
        [0, b'a', b's', b'm', _, _, 1, 0, ..] => Ok(()),
        [0, b'a', b's', b'm', 1, 0, 0, 0, ..] => Err(LoadError::CoreModule),
        [0, b'a', b's', b'm', ..] => Err(LoadError::Invalid("its header is cut or unknown".into())),
        _ => Err(LoadError::NotWasm),
    }
}

/// The getters that the component imports, by their names in the contract. Anything else is refused.
fn imported_facts(component: &Component) -> Result<Vec<String>, LoadError> {
    let engine = component.engine();
    let mut facts = Vec::new();
    for (name, item) in component.component_type().imports(engine) {
        check_import(name)?;
        let ComponentItem::ComponentInstance(interface) = item.ty else {
            continue;
        };
        for (name, item) in interface.exports(engine) {
            if matches!(item.ty, ComponentItem::ComponentFunc(_)) {
                facts.push(name.trim_start_matches("[method]").to_owned());
            }
        }
    }
    Ok(facts)
}

fn check_import(import: &str) -> Result<(), LoadError> {
    let forbidden = || LoadError::ForbiddenImport {
        import: quoted(import),
    };
    let interface = import.strip_prefix(CONTRACT).ok_or_else(forbidden)?;
    let (interface, version) = interface.split_once('@').ok_or_else(forbidden)?;
    if version != CONTRACT_VERSION {
        return Err(LoadError::OtherContract {
            found: quoted(import),
        });
    }
    match interface {
        "types" | "facts" => Ok(()),
        _ => Err(forbidden()),
    }
}

fn check_exports(component: &Component) -> Result<(), LoadError> {
    let missing = |name: &&str| component.get_export_index(None, name).is_none();
    match EXPORTS.into_iter().find(missing) {
        Some(missing) => Err(LoadError::WrongWorld { missing }),
        None => Ok(()),
    }
}
