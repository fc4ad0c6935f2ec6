//! From bytes to a policy that is ready to judge.
//!
//! `check → instrument → compile → check imports → describe → configure → rehearse → snapshot → rewinding → compile`. What
//! comes of it is kept on disk where there is a cache, and then none of that is done again.

mod component;
mod freeze;
mod options;
pub(super) mod rewind;
mod sections;
mod shape;
mod stored;
mod told;

use super::{
    Description, Digest, Engine, LoadError, SettingsError,
    convert::Checked,
    deadline::Deadline,
    instance::{Preparation, Running, Template},
};
use component::{Linked, link};
pub use options::{Execution, PolicyOptions, Way};
use stored::{Code, Stored};
use told::Told;

/// A policy that can judge.
pub(super) struct Ready {
    pub(super) template: Template,
    pub(super) description: Description,
    pub(super) imports: Vec<String>,
    pub(super) execution: Execution,
}

/// Makes a policy of a component, of which `digest` is the digest.
pub(super) fn load(
    engine: &Engine,
    bytes: &[u8],
    digest: &Digest,
    options: &PolicyOptions,
) -> Result<Ready, LoadError> {
    let limits = engine.limits();
    component::sniff(bytes)?;
    shape::check(bytes, limits)?;
    if options.settings.len() > limits.settings_bytes_max {
        return Err(LoadError::SettingsTooLarge {
            bytes_max: limits.settings_bytes_max,
        });
    }
    let key = stored::key(engine, digest, options);
    if let Some(ready) = find(engine, &key, options) {
        return ready;
    }
    let (meta, code) = make(engine, bytes, options)?;
    let sandbox = sandbox(engine, &meta.execution);
    // From the file where there is one: it shares its memory with other processes. They may also have removed it again.
    let kept = stored::put(engine, &key, &meta, &code);
    let kept = kept.and_then(|kept| kept.open(sandbox).ok());
    let component = kept.map_or_else(|| code.open(sandbox), Ok)?;
    finish(engine, meta, link(component)?, options)
}

fn sandbox<'a>(engine: &'a Engine, execution: &Execution) -> &'a wasmtime::Engine {
    match execution.way {
        // Its memories were counted: there is room for those that are kept.
        Way::Rewound => engine.sandbox(0, 0),
        Way::Snapshot | Way::Configured => {
            engine.sandbox(execution.memories, execution.memory_bytes)
        }
    }
}

/// What was made before. None if there is nothing usable.
fn find(
    engine: &Engine,
    key: &Digest,
    options: &PolicyOptions,
) -> Option<Result<Ready, LoadError>> {
    let (mut meta, code) = stored::get(engine, key)?;
    meta.execution.cached = true;
    let made = code
        .open(sandbox(engine, &meta.execution))
        .and_then(|component| finish(engine, meta, link(component)?, options));
    match made {
        Err(LoadError::ForbiddenFact { .. }) | Ok(_) => Some(made),
        Err(error) => {
            tracing::warn!(%error, "a compiled policy could not be used, compiling it again");
            stored::remove(engine, key);
            None
        }
    }
}

/// The last steps, which are the same for a new policy and for one from disk.
fn finish(
    engine: &Engine,
    meta: Stored,
    linked: Linked,
    options: &PolicyOptions,
) -> Result<Ready, LoadError> {
    check_forbidden(&linked, options)?;
    let limits = engine.limits();
    let description = Checked(limits).description(meta.told.into());
    let rewind = (0..meta.rewind_functions).map(|number| {
        let name = rewind::export_name(number);
        let export = linked.component.get_export_index(None, &name);
        export.ok_or_else(|| LoadError::Invalid("it cannot be rewound".to_owned()))
    });
    let rewind = rewind.collect::<Result<Box<[_]>, _>>()?;
    let preparation = match meta.execution.way {
        Way::Rewound | Way::Snapshot => Preparation::None,
        Way::Configured => Preparation::Each {
            settings: options.settings.as_str().into(),
            rehearsed: meta.execution.rehearsed,
        },
    };
    let template = Template {
        engine: engine.clone(),
        pre: linked.pre,
        indices: linked.indices,
        preparation,
        rewind: (meta.execution.way == Way::Rewound).then_some(rewind),
    };
    Ok(Ready {
        template,
        description: description.map_err(|error| LoadError::Describe(error.into()))?,
        imports: linked.imports,
        execution: meta.execution,
    })
}

/// The operator may keep facts from a policy: one that could read them is not loaded.
fn check_forbidden(linked: &Linked, options: &PolicyOptions) -> Result<(), LoadError> {
    let forbidden = |fact: &&String| options.forbidden.contains(*fact);
    match linked.imports.iter().find(forbidden) {
        Some(fact) => Err(LoadError::ForbiddenFact { fact: fact.clone() }),
        None => Ok(()),
    }
}

/// Runs a component for the first time, and makes of it what calls will run.
fn make(
    engine: &Engine,
    bytes: &[u8],
    options: &PolicyOptions,
) -> Result<(Stored, Code), LoadError> {
    shape::check_bodies(bytes)?;
    let Base {
        template,
        instrumented,
    } = base(engine, bytes, options)?;
    let told = describe(&template)?;
    let (mut running, rehearsed) = prepare(&template, &options.settings)?;
    // Looking into it will take memory, too.
    let (memories, memory_bytes) = (running.memories(), running.memory_bytes());
    let frozen = instrumented.and_then(|instrumented| {
        let (store, instance) = running.parts();
        instrumented.snapshot(store, instance)
    });
    drop(running);
    let compiled = frozen.and_then(|snapshot| compile_snapshot(engine, &snapshot, options));
    let compiled = compiled.or_else(|why| Compiled::slower(engine, Way::Configured, why, bytes));
    let compiled = compiled.map_err(LoadError::Invalid)?;
    let execution = Execution {
        way: compiled.way,
        because: compiled.because,
        rehearsed,
        memory_bytes,
        memories,
        cached: false,
    };
    let meta = Stored {
        told,
        execution,
        rewind_functions: compiled.rewind_functions,
    };
    Ok((meta, compiled.code))
}

/// What is run to learn of the policy.
struct Base<'a> {
    template: Template,
    /// What is needed to make a snapshot, or why none can be made.
    instrumented: Result<freeze::Instrumented<'a>, String>,
}

fn base<'a>(
    engine: &Engine,
    bytes: &'a [u8],
    options: &PolicyOptions,
) -> Result<Base<'a>, LoadError> {
    let sandbox = engine.any_sandbox();
    let instrumented = match options.way {
        Way::Configured => Err("it was asked for".to_owned()),
        Way::Rewound | Way::Snapshot => freeze::instrument(bytes),
    };
    let compiled = instrumented.and_then(|instrumented| {
        let component = component::compile(sandbox, &instrumented.bytes);
        let component = component.map_err(|error| error.to_string())?;
        Ok((instrumented, component))
    });
    let (component, instrumented) = match compiled {
        Ok((instrumented, component)) => (component, Ok(instrumented)),
        Err(why) => (component::compile(sandbox, bytes)?, Err(why)),
    };
    let linked = link(component)?;
    check_forbidden(&linked, options)?;
    let template = Template {
        engine: engine.clone(),
        pre: linked.pre,
        indices: linked.indices,
        preparation: Preparation::None,
        rewind: None,
    };
    Ok(Base {
        template,
        instrumented,
    })
}

/// Asks the policy what it is.
fn describe(template: &Template) -> Result<Told, LoadError> {
    let limits = template.engine.limits();
    let raw = template
        .start(Deadline::within(limits.load_deadline_ms))
        .and_then(|mut running| running.describe())
        .map_err(LoadError::Describe)?;
    Ok(raw.into())
}

/// An instance as calls find it, and whether it could be rehearsed. Where that fails, calls are the first thing it is asked.
fn prepare(template: &Template, settings: &str) -> Result<(Running, bool), LoadError> {
    let mut running = configured(template, settings)?;
    let deadline = Deadline::within(template.engine.limits().deadline_ms);
    template.rearm(&mut running, deadline);
    let Err(error) = running.rehearse() else {
        return Ok((running, true));
    };
    tracing::debug!(%error, "a policy failed in its rehearsal");
    // It is no longer of use, and takes the place of another.
    drop(running);
    Ok((configured(template, settings)?, false))
}

/// Lets the policy check its settings.
fn configured(template: &Template, settings: &str) -> Result<Running, LoadError> {
    let limits = template.engine.limits();
    let mut running = template
        .start(Deadline::within(limits.load_deadline_ms))
        .map_err(LoadError::Configure)?;
    match running.configure(settings).map_err(LoadError::Configure)? {
        Ok(()) => Ok(running),
        Err(raw) => {
            let errors: Result<Vec<SettingsError>, _> = Checked(limits).settings_errors(raw);
            let errors = errors.map_err(|error| LoadError::Configure(error.into()))?;
            Err(LoadError::Settings(errors))
        }
    }
}

/// What calls will run.
struct Compiled {
    way: Way,
    /// Why it is not a faster one.
    because: Option<String>,
    rewind_functions: u32,
    code: Code,
}

impl Compiled {
    /// A component that runs in another way than the fastest.
    fn slower(engine: &Engine, way: Way, why: String, component: &[u8]) -> Result<Self, String> {
        Ok(Self {
            way,
            because: Some(why),
            rewind_functions: 0,
            code: Code::compile(engine, component)?,
        })
    }
}

/// A snapshot, with what puts its instances back if that can be had.
fn compile_snapshot(
    engine: &Engine,
    snapshot: &[u8],
    options: &PolicyOptions,
) -> Result<Compiled, String> {
    let rewinding = match options.way {
        Way::Rewound => rewind::add(snapshot),
        Way::Snapshot | Way::Configured => Err("it was asked for".to_owned()),
    };
    let compiled = rewinding.and_then(|rewinding| {
        Ok(Compiled {
            way: Way::Rewound,
            because: None,
            rewind_functions: rewinding.functions,
            code: Code::compile(engine, &rewinding.bytes)?,
        })
    });
    compiled.or_else(|why| Compiled::slower(engine, Way::Snapshot, why, snapshot))
}
