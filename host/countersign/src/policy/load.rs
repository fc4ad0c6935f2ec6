//! From bytes to a policy that is ready to judge: compile, check imports, describe, configure.

use wasmtime::component::{Component, HasSelf, Linker, types::ComponentItem};

use super::{
    CONTRACT_VERSION, Description, Engine, LoadError,
    bindings::{self, PolicyPre},
    convert::{Checked, quoted},
    imports::HostState,
    instance::{Template, one_line},
    nesting,
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

/// Compiles a component and proves that it is a policy that can see nothing but facts.
pub(super) fn compile(engine: &Engine, bytes: &[u8]) -> Result<(Template, Vec<String>), LoadError> {
    sniff(bytes)?;
    nesting::check(bytes)?;
    let component = Component::new(engine.wasmtime(), bytes)
        .map_err(|error| LoadError::Invalid(one_line(&error)))?;
    let imports = imported_facts(engine, &component)?;
    check_exports(&component)?;
    let mut linker = Linker::new(engine.wasmtime());
    let wrong_types = |error: wasmtime::Error| LoadError::WrongTypes(one_line(&error));
    bindings::Policy::add_to_linker::<_, HasSelf<HostState>>(&mut linker, |state| state)
        .map_err(wrong_types)?;
    let pre = linker.instantiate_pre(&component).map_err(wrong_types)?;
    let pre = PolicyPre::new(pre).map_err(wrong_types)?;
    let template = Template {
        engine: engine.clone(),
        pre,
    };
    Ok((template, imports))
}

/// Tells the usual mistakes apart by the first eight bytes: the magic number, the version and the layer.
fn sniff(bytes: &[u8]) -> Result<(), LoadError> {
    match bytes {
        [0, b'a', b's', b'm', _, _, 1, 0, ..] => Ok(()),
        [0, b'a', b's', b'm', 1, 0, 0, 0, ..] => Err(LoadError::CoreModule),
        [0, b'a', b's', b'm', ..] => Err(LoadError::Invalid("its header is cut or unknown".into())),
        _ => Err(LoadError::NotWasm),
    }
}

/// The getters that the component imports, by their names in the contract. Anything else is refused.
fn imported_facts(engine: &Engine, component: &Component) -> Result<Vec<String>, LoadError> {
    let mut facts = Vec::new();
    for (name, item) in component.component_type().imports(engine.wasmtime()) {
        check_import(name)?;
        let ComponentItem::ComponentInstance(interface) = item.ty else {
            continue;
        };
        for (name, item) in interface.exports(engine.wasmtime()) {
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

/// Asks the policy what it is.
pub(super) fn describe(template: &Template) -> Result<Description, LoadError> {
    let limits = template.engine.limits();
    template
        .call(limits.load_deadline_ms, |policy, store| {
            policy.call_describe(store)
        })
        .and_then(|raw| Ok(Checked(limits).description(raw)?))
        .result
        .map_err(LoadError::Describe)
}

/// Lets the policy check its settings.
pub(super) fn check_settings(template: &Template, settings: &str) -> Result<(), LoadError> {
    let limits = template.engine.limits();
    if settings.len() > limits.settings_bytes_max {
        return Err(LoadError::SettingsTooLarge {
            bytes_max: limits.settings_bytes_max,
        });
    }
    let answer = template
        .call(limits.load_deadline_ms, |policy, store| {
            policy.call_configure(store, settings)
        })
        .result
        .map_err(LoadError::Configure)?;
    let Err(raw) = answer else { return Ok(()) };
    let errors = Checked(limits).settings_errors(raw);
    let errors = errors.map_err(|error| LoadError::Configure(error.into()))?;
    Err(LoadError::Settings(errors))
}
