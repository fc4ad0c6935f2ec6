//! Why nothing could be started: arguments, files, policy, settings and cache that cannot be used.

use std::{
    io,
    path::{Path, PathBuf},
};

use countersign::policy::{CacheError, EngineError, LoadError};

use crate::{
    input::Input,
    policy,
    settings::{self, Language, Mistake, Origin, Settings},
};

/// Something is wrong with what was asked for. Nothing was connected to.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    /// A file cannot be read.
    #[error("{input} {}: cannot be read: {error}{}", path.display(), hint(*input))]
    Unreadable {
        input: Input,
        path: PathBuf,
        error: io::Error,
    },
    /// A file is larger than it may be.
    #[error("{input} {}: larger than the {bytes_max} bytes allowed", path.display())]
    TooLarge {
        input: Input,
        path: PathBuf,
        bytes_max: usize,
    },
    /// Settings that are not text.
    #[error("settings file {}: not UTF-8 at byte {at}: settings are a {language} text", path.display())]
    NotUtf8 {
        path: PathBuf,
        language: Language,
        at: usize,
    },
    /// A mark of UTF-8 that JSON does not have.
    #[error("settings file {}: it begins with a byte order mark, which is not JSON: remove it", path.display())]
    ByteOrderMark { path: PathBuf },
    /// No settings where some were announced.
    #[error(
        "--settings is empty: write the settings, beginning with `{{`, name a JSON or TOML file, or leave it out"
    )]
    EmptySettings,
    /// Settings that break the rules of the language they are written in.
    #[error("settings {origin}: not {language} that can be read{}{}", other(origin, *language), list(std::slice::from_ref(mistake), origin))]
    Malformed {
        origin: Origin,
        language: Language,
        mistake: Mistake,
    },
    /// Settings in TOML with values that no JSON has.
    #[error("settings {origin}: policies take JSON, which does not have all that is in there{}", list(.mistakes, origin))]
    NotInJson {
        origin: Origin,
        mistakes: Vec<Mistake>,
    },
    /// Settings in TOML that grow too large.
    #[error("settings file {}: as JSON it is larger than the {bytes_max} bytes allowed", path.display())]
    TooLargeAsJson { path: PathBuf, bytes_max: usize },
    /// A policy that cannot be used.
    #[error("policy {policy}: {error}")]
    Policy { policy: String, error: LoadError },
    /// A policy without the schema that was asked for.
    #[error("policy {policy}: it has no schema of its settings")]
    NoSchema { policy: String },
    /// Settings that the policy does not take, or cannot.
    #[error("settings {origin}: {error}")]
    Settings { origin: Origin, error: LoadError },
    /// Settings that the policy refuses, each with its reason.
    #[error("settings {origin}: the policy does not accept them{}", list(.mistakes, origin))]
    Refused {
        origin: Origin,
        mistakes: Vec<Mistake>,
    },
    /// A session that is not JSON, or not in UTF-8.
    #[error(
        "session {origin}: not JSON that can be read{}",
        list(std::slice::from_ref(mistake), origin)
    )]
    SessionSyntax { origin: Origin, mistake: Mistake },
    /// A session that says too little, or what cannot be.
    #[error("session {origin}: it cannot be explained{}", list(.mistakes, origin))]
    Session {
        origin: Origin,
        mistakes: Vec<Mistake>,
    },
    /// A file without what it was named for.
    #[error("{input} {}: {problem}", path.display())]
    Pem {
        input: Input,
        path: PathBuf,
        problem: PemProblem,
    },
    /// A key that is not the certificate's.
    #[error("client key {}: it does not belong to the certificate in {}", key.display(), certificate.display())]
    KeyMismatch { key: PathBuf, certificate: PathBuf },
    /// The environment names roots that are not there.
    #[error(
        "{variable}: no certificate could be read from where it points to: correct it, unset it, or use --ca"
    )]
    NoRootsInEnvironment { variable: &'static str },
    /// The roots cannot be used.
    #[error("root certificates: {0}")]
    Roots(String),
    /// Compiled policies cannot be kept where they should be.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// The machine cannot run policies.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The machine cannot make connections.
    #[error("the runtime cannot be started: {0}")]
    Runtime(io::Error),
}

/// What is wrong with a PEM file (RFC 7468).
#[derive(Debug, thiserror::Error)]
pub(crate) enum PemProblem {
    /// Binary DER.
    #[error("it is DER, not PEM: convert it with `openssl {0} -inform DER`")]
    Der(&'static str),
    /// No certificate.
    #[error("it holds no certificate: PEM with `-----BEGIN CERTIFICATE-----` is needed")]
    NoCertificate,
    /// A key where a certificate belongs.
    #[error("it holds a private key and no certificate")]
    KeyOnly,
    /// No key.
    #[error("it holds no private key: PEM with `-----BEGIN PRIVATE KEY-----` is needed")]
    NoKey,
    /// A key under a passphrase.
    #[error("the key is encrypted: decrypt it with `openssl pkey -in FILE -out FILE`")]
    Encrypted,
    /// Text that breaks the format.
    #[error("it is damaged: {0}")]
    Damaged(rustls::pki_types::pem::Error),
    /// A certificate or key that cannot be used.
    #[error("it cannot be used: {0}")]
    Unusable(rustls::Error),
}

impl StartError {
    /// A file that cannot be read.
    pub(crate) fn unreadable(input: Input, path: &Path, error: io::Error) -> Self {
        let path = path.to_owned();
        Self::Unreadable { input, path, error }
    }

    /// A stable word for programs.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Policy { .. } | Self::NoSchema { .. } => "policy",
            Self::NotUtf8 { .. }
            | Self::ByteOrderMark { .. }
            | Self::EmptySettings
            | Self::Malformed { .. }
            | Self::NotInJson { .. }
            | Self::TooLargeAsJson { .. }
            | Self::Settings { .. }
            | Self::Refused { .. } => "settings",
            Self::SessionSyntax { .. } | Self::Session { .. } => "session",
            Self::Unreadable { input, .. }
            | Self::TooLarge { input, .. }
            | Self::Pem { input, .. } => match input {
                Input::Policy => "policy",
                Input::Settings => "settings",
                Input::Session => "session",
                Input::Ca | Input::ClientCert | Input::ClientKey => "certificate",
            },
            Self::KeyMismatch { .. } | Self::NoRootsInEnvironment { .. } | Self::Roots(_) => {
                "certificate"
            }
            Self::Cache(_) => "cache",
            Self::Engine(_) | Self::Runtime(_) => "machine",
        }
    }

    /// Everything that is wrong in the settings, one by one.
    pub(crate) fn mistakes(&self) -> &[Mistake] {
        match self {
            Self::Refused { mistakes, .. }
            | Self::NotInJson { mistakes, .. }
            | Self::Session { mistakes, .. } => mistakes,
            Self::Malformed { mistake, .. } | Self::SessionSyntax { mistake, .. } => {
                std::slice::from_ref(mistake)
            }
            _ => &[],
        }
    }

    /// Sorts what loading a policy can fail with: is it the file, or are it the settings?
    pub(crate) fn of_load(error: LoadError, path: Option<&Path>, settings: &Settings) -> Self {
        let origin = settings.origin.clone();
        match error {
            LoadError::Settings(errors) => Self::Refused {
                origin,
                mistakes: settings.located(errors),
            },
            LoadError::SettingsTooLarge { .. } | LoadError::Configure(_) => {
                Self::Settings { origin, error }
            }
            LoadError::Unreadable { path, error } => Self::unreadable(Input::Policy, &path, error),
            error => Self::Policy {
                policy: policy::named(path),
                error,
            },
        }
    }
}

/// Each on a line of its own.
fn list(mistakes: &[Mistake], origin: &Origin) -> String {
    let line = |mistake: &Mistake| format!("\n  {}", settings::line(mistake, origin));
    mistakes.iter().map(line).collect()
}

/// What a file may be instead.
fn other(origin: &Origin, language: Language) -> &'static str {
    match (origin, language) {
        (Origin::File(_), Language::Json) => " (a file in TOML has a name that ends in `.toml`)",
        _ => "",
    }
}

fn hint(input: Input) -> &'static str {
    match input {
        Input::Settings => {
            ": name a JSON file, or one in TOML that ends in `.toml`, or write the settings themselves, beginning with `{`"
        }
        Input::Policy | Input::Session | Input::Ca | Input::ClientCert | Input::ClientKey => "",
    }
}
