use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use serde_json::Value;

use crate::Error;
use crate::module::module_in;

const TARGET: &str = "wasm32-unknown-unknown";

/// The stack of a policy. It lies before the data, so going over its end traps.
const STACK_BYTES: usize = 16 * 1024;

/// The profile, given to Cargo so that a crate in any workspace is built alike.
const PROFILE: [&str; 6] = [
    "profile.guest.inherits='release'",
    "profile.guest.opt-level='s'",
    "profile.guest.lto=true",
    "profile.guest.codegen-units=1",
    "profile.guest.panic='abort'",
    "profile.guest.strip=true",
];

/// The build of one policy crate.
#[derive(Debug)]
pub(crate) struct Build {
    manifest: PathBuf,
    workspace: PathBuf,
    target: PathBuf,
    package: String,
}

impl Build {
    /// Finds the crate in a folder.
    pub(crate) fn new(policy: &Path) -> Result<Self, Error> {
        let no_crate = || Error::NoCrate {
            path: policy.into(),
        };
        let asked = fs::canonicalize(policy.join("Cargo.toml")).map_err(|_| no_crate())?;
        let mut cargo = cargo();
        cargo
            .args([
                "metadata",
                "--format-version=1",
                "--no-deps",
                "--manifest-path",
            ])
            .arg(policy.join("Cargo.toml"));
        let metadata: Value =
            serde_json::from_slice(&output(cargo, "cargo metadata")?).map_err(|_| {
                Error::Understand {
                    program: "cargo metadata",
                    what: "what the workspace is",
                }
            })?;
        let text = |value: &Value| value.as_str().map(String::from);
        let (package, manifest) = metadata["packages"]
            .as_array()
            .and_then(|packages| packages.iter().find(|package| is_at(package, &asked)))
            .and_then(|package| Some((text(&package["name"])?, text(&package["manifest_path"])?)))
            .ok_or_else(no_crate)?;
        let folder = |key: &str, what| {
            text(&metadata[key])
                .map(PathBuf::from)
                .ok_or(Error::Understand {
                    program: "cargo metadata",
                    what,
                })
        };
        Ok(Self {
            workspace: folder("workspace_root", "where the workspace is")?,
            target: folder("target_directory", "where the target folder is")?,
            manifest: manifest.into(),
            package,
        })
    }

    /// The name of the component's file.
    pub(crate) fn name(&self) -> String {
        format!("{}.wasm", self.package)
    }

    /// Builds the module.
    pub(crate) fn module(&self) -> Result<Vec<u8>, Error> {
        let sysroot = sysroot()?;
        add_target(&sysroot)?;
        let mut cargo = cargo();
        cargo.args(["build", "--lib", "--target", TARGET, "--profile=guest"]);
        cargo
            .args([
                "--message-format=json-render-diagnostics",
                "--manifest-path",
            ])
            .arg(&self.manifest);
        for setting in PROFILE {
            cargo.args(["--config", setting]);
        }
        cargo
            .env_remove("RUSTFLAGS")
            .env("CARGO_ENCODED_RUSTFLAGS", self.flags(&sysroot)?);
        let messages = output(cargo, &format!("building {}", self.package))?;
        let path = module_in(&messages, &self.manifest).ok_or_else(|| Error::NoModule {
            package: self.package.clone(),
        })?;
        fs::read(&path).map_err(|source| Error::Read { path, source })
    }

    /// The compiler's flags. Paths of this machine are mapped to names, so that none gets into the module; the last
    /// one that matches holds, so the most general comes first.
    fn flags(&self, sysroot: &Path) -> Result<OsString, Error> {
        let std_source = sysroot.join("lib/rustlib/src/rust");
        let paths: [(&Path, &str); 5] = [
            (sysroot, "/rust"),
            (&std_source, "/rust/std"),
            (&cargo_home()?, "/cargo"),
            (&self.workspace, "/policy"),
            (&self.target, "/target"),
        ];
        let mut flags = OsString::from(format!("-Clink-arg=-zstack-size={STACK_BYTES}"));
        // Without it, each number that the linker filled in has five bytes, whatever it is.
        flags.push("\x1f-Clink-arg=--compress-relocations");
        for (path, name) in paths {
            flags.push("\x1f--remap-path-prefix=");
            flags.push(path);
            flags.push("=");
            flags.push(name);
        }
        Ok(flags)
    }
}

/// Whether a package's manifest is this file, whatever way leads to it.
fn is_at(package: &Value, manifest: &Path) -> bool {
    let path = package["manifest_path"]
        .as_str()
        .and_then(|path| fs::canonicalize(path).ok());
    path.is_some_and(|path| path == manifest)
}

/// Cargo, the one that runs this command if one does.
fn cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
    cargo.stderr(Stdio::inherit());
    cargo
}

/// The folder into which Cargo unpacks crates.
fn cargo_home() -> Result<PathBuf, Error> {
    let home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(env::home_dir()?.join(".cargo")));
    home.ok_or(Error::Understand {
        program: "the environment",
        what: "where Cargo's home is",
    })
}

/// The folder of the compiler.
fn sysroot() -> Result<PathBuf, Error> {
    let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or("rustc".into()));
    rustc.args(["--print", "sysroot"]).stderr(Stdio::inherit());
    let text = String::from_utf8(output(rustc, "rustc --print sysroot")?).map_err(|_| {
        Error::Understand {
            program: "rustc",
            what: "where it lies",
        }
    })?;
    Ok(text.trim_end().into())
}

/// Adds the target to the toolchain, if it is not there.
#[expect(
    clippy::print_stderr,
    reason = "this changes the toolchain, so it is said"
)]
fn add_target(sysroot: &Path) -> Result<(), Error> {
    if sysroot.join("lib/rustlib").join(TARGET).is_dir() {
        return Ok(());
    }
    eprintln!("The target {TARGET} is not installed: running `rustup target add {TARGET}`.");
    let mut rustup = Command::new("rustup");
    rustup
        .args(["target", "add", TARGET])
        .stderr(Stdio::inherit());
    output(rustup, &format!("rustup target add {TARGET}")).map(drop)
}

/// Runs a program and takes what it says.
fn output(mut command: Command, doing: &str) -> Result<Vec<u8>, Error> {
    let output = command.output().map_err(|source| Error::Start {
        program: command.get_program().display().to_string(),
        source,
    })?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(Error::Failed {
            doing: doing.into(),
        })
    }
}
