//! Where compiled policies are kept from one start to the next.

use std::{env, ffi::OsString, path::PathBuf};

use countersign::policy::{CacheError, CodeCache, Engine, Limits};

use crate::{args::CacheArgs, error::StartError, report};

/// The directory in that of all caches.
const NAME: &str = "countersign";

/// An engine that keeps what it compiles where the arguments say.
pub(crate) fn engine(limits: Limits, args: &CacheArgs) -> Result<Engine, StartError> {
    let cache = open(args)?;
    let engine = Engine::new(limits)?;
    Ok(match cache {
        Some(cache) => engine.with_cache(cache),
        None => engine,
    })
}

/// A directory that was asked for must be usable; the default need not.
fn open(args: &CacheArgs) -> Result<Option<CodeCache>, StartError> {
    match &args.cache {
        _ if args.no_cache => Ok(None),
        Some(dir) => Ok(Some(CodeCache::open(dir)?)),
        None => Ok(open_default()),
    }
}

fn open_default() -> Option<CodeCache> {
    let dir = default_dir(env::var_os("XDG_CACHE_HOME"), env::var_os("HOME"))?;
    match CodeCache::open(dir) {
        Ok(cache) => Some(cache),
        // Nothing about the directory is at fault, and no other would do.
        Err(CacheError::Unsupported { .. }) => None,
        Err(error) => {
            report::note(&format!(
                "compiled policies are not kept: {error} (--cache names another directory, --no-cache none)"
            ));
            None
        }
    }
}

/// As the XDG Base Directory Specification has it: a relative path counts as none.
fn default_dir(cache_home: Option<OsString>, home: Option<OsString>) -> Option<PathBuf> {
    let absolute =
        |path: Option<OsString>| path.map(PathBuf::from).filter(|path| path.is_absolute());
    let of_home = || absolute(home).map(|home| home.join(".cache"));
    let caches = absolute(cache_home).or_else(of_home)?;
    Some(caches.join(NAME))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn dir(cache_home: Option<&str>, home: Option<&str>) -> Option<String> {
        let dir = default_dir(cache_home.map(Into::into), home.map(Into::into));
        dir.map(|dir| dir.display().to_string())
    }

    #[test]
    fn the_default_is_where_caches_are() {
        let in_home = Some("/somewhere/.cache/countersign".to_owned());
        assert_eq!(dir(None, Some("/somewhere")), in_home);
        assert_eq!(dir(Some(""), Some("/somewhere")), in_home);
        assert_eq!(dir(Some("relative"), Some("/somewhere")), in_home);
        let named = Some("/var/caches/countersign".to_owned());
        assert_eq!(dir(Some("/var/caches"), Some("/somewhere")), named);
        assert_eq!(dir(Some("/var/caches"), None), named);
    }

    #[test]
    fn without_a_home_there_is_none() {
        assert_eq!(dir(None, None), None);
        assert_eq!(dir(None, Some("")), None);
        assert_eq!(dir(Some("relative"), Some("home")), None);
    }
}
