//! Compiled code: from the compiler or from the cache on disk.

use std::{
    hash::{Hash, Hasher},
    path::PathBuf,
};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use wasmtime::component::Component;

use super::{Execution, PolicyOptions, Told, component::compiled};
use crate::policy::{CONTRACT_VERSION, Digest, Engine, LoadError, instance::one_line};

/// What is kept beside the code of a policy.
#[derive(Serialize, Deserialize)]
pub(super) struct Stored {
    pub(super) told: Told,
    pub(super) execution: Execution,
    /// How many functions of the component put an instance back.
    pub(super) rewind_functions: u32,
}

/// Code that this program has compiled.
pub(super) enum Code {
    /// Just now.
    Bytes(Vec<u8>),
    /// It is in the cache.
    File(PathBuf),
}

impl Code {
    /// Compiles a component for all sandboxes of an engine.
    pub(super) fn compile(engine: &Engine, component: &[u8]) -> Result<Self, String> {
        let sandbox = engine.any_sandbox();
        compiled(|| sandbox.precompile_component(component)).map(Self::Bytes)
    }

    /// Loads it into a sandbox.
    pub(super) fn open(&self, sandbox: &wasmtime::Engine) -> Result<Component, LoadError> {
        // The one call here that is not safe: what is loaded is run as it is. Bytes come from the compiler, a few lines above. A
        // file comes from the cache, which only hands out what this user's own processes put there: its documentation has the argument.
        #[expect(unsafe_code, reason = "compiled code has no other way in")]
        let component = unsafe {
            match self {
                Self::Bytes(bytes) => Component::deserialize(sandbox, bytes),
                Self::File(path) => Component::deserialize_file(sandbox, path),
            }
        };
        component.map_err(|error| LoadError::Invalid(one_line(&error)))
    }
}

/// What a compiled policy depends on: its component and settings, and everything here that has a part in what comes of them.
pub(super) fn key(engine: &Engine, component: &Digest, options: &PolicyOptions) -> Digest {
    key_of(env!("COUNTERSIGN_LOADER"), engine, component, options)
}

/// The same for a loader with other sources.
fn key_of(loader: &str, engine: &Engine, component: &Digest, options: &PolicyOptions) -> Digest {
    let mut hasher = Fingerprint(Sha256::new());
    // The version alone would not do: between two of them the loader may change, and nobody has to remember that this is here.
    loader.hash(&mut hasher);
    component.as_bytes().hash(&mut hasher);
    options.settings.hash(&mut hasher);
    options.way.hash(&mut hasher);
    // The version of the compiler, its flags and the features of this CPU.
    let compiler = engine.any_sandbox();
    compiler.precompile_compatibility_hash().hash(&mut hasher);
    format!("{:?}", engine.limits()).hash(&mut hasher);
    (env!("CARGO_PKG_VERSION"), CONTRACT_VERSION).hash(&mut hasher);
    Digest::from_bytes(hasher.0.finalize().into())
}

/// SHA-256 of all that is hashed.
struct Fingerprint(Sha256);

impl Hasher for Fingerprint {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest is read as a whole.
    fn finish(&self) -> u64 {
        0
    }
}

/// What the cache has under a key.
pub(super) fn get(engine: &Engine, key: &Digest) -> Option<(Stored, Code)> {
    let cache = engine.cache()?;
    let cached = cache.get(key)?;
    match serde_json::from_slice(&cached.meta) {
        Ok(stored) => Some((stored, Code::File(cached.code))),
        Err(error) => {
            tracing::debug!(%error, "an entry of the cache cannot be read");
            cache.remove(key);
            None
        }
    }
}

/// Puts code into the cache, where there is one, and gives back the file.
pub(super) fn put(engine: &Engine, key: &Digest, stored: &Stored, code: &Code) -> Option<Code> {
    let (Some(cache), Code::Bytes(bytes)) = (engine.cache(), code) else {
        return None;
    };
    let kept = serde_json::to_vec(stored)
        .map_err(std::io::Error::other)
        .and_then(|meta| cache.put(key, &meta, bytes));
    if let Err(error) = kept {
        tracing::warn!(%error, dir = %cache.dir().display(), "a compiled policy could not be kept");
        return None;
    }
    cache.get(key).map(|cached| Code::File(cached.code))
}

pub(super) fn remove(engine: &Engine, key: &Digest) {
    if let Some(cache) = engine.cache() {
        cache.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Limits;

    #[test]
    fn what_another_loader_made_is_not_found() {
        let engine = Engine::on_demand(Limits::default()).expect("an engine");
        let (component, options) = (Digest::of(b"a component"), PolicyOptions::new());
        let key_of = |loader| key_of(loader, &engine, &component, &options);
        let this = env!("COUNTERSIGN_LOADER");
        assert_eq!(key(&engine, &component, &options), key_of(this));
        assert_ne!(key_of(this), key_of("another"));
    }
}
