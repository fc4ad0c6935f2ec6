//! Certificates that `openssl` makes, of each kind that a rule can tell from another: among them those that no other maker here
//! makes, such as small RSA keys and signatures with SHA-1.
//!
//! Who signs them in the end is the authority that everybody trusts, unless it is said otherwise.

mod kind;
mod openssl;

use std::{marker::PhantomData, path::PathBuf};

use tempfile::TempDir;

pub use kind::Kind;
use kind::{By, Recipe};
use openssl::Workshop;

use crate::pki::{Identity, PKI};

/// Certificates, each made when it is first asked for, and gone with this.
#[derive(Debug)]
pub struct Chains {
    directory: TempDir,
}

/// A certificate with its key, and what stands between it and its root. Its files are there as long as its maker.
#[derive(Debug)]
pub struct Shown<'a> {
    /// The peer's own.
    pub identity: Identity,
    between: Option<PathBuf>,
    maker: PhantomData<&'a Chains>,
}

impl Default for Chains {
    fn default() -> Self {
        let directory = TempDir::new().expect("a temporary directory");
        Self { directory }
    }
}

impl Chains {
    /// A certificate of this kind. Its subject is `CN=` and the name of the kind.
    pub fn of(&self, kind: Kind) -> Shown<'_> {
        let recipe = kind.recipe();
        Shown {
            identity: self.made(&format!("{kind:?}"), &recipe),
            between: recipe.by.authority().map(|(name, authority)| {
                let identity = self.made(name, &authority);
                identity.certificate_file
            }),
            maker: PhantomData,
        }
    }

    /// The pin of that certificate's key: the SHA-256 of its SubjectPublicKeyInfo, as `openssl` counts it.
    pub fn pin(&self, kind: Kind) -> String {
        self.workshop().pin(&self.of(kind).identity.key_file)
    }

    fn made(&self, name: &str, recipe: &Recipe) -> Identity {
        let workshop = self.workshop();
        if !workshop.has(name) {
            match recipe.by.authority() {
                None if recipe.by == By::Itself => workshop.make(name, recipe, None),
                None => workshop.make(name, recipe, Some(&PKI.ca)),
                Some((issuer, authority)) => {
                    workshop.make(name, recipe, Some(&self.made(issuer, &authority)));
                }
            }
        }
        workshop.read(name)
    }

    fn workshop(&self) -> Workshop<'_> {
        Workshop(self.directory.path())
    }
}

impl Shown<'_> {
    /// What makes `openssl s_server` and `openssl s_client` show what stands between, too.
    pub fn between(&self) -> Vec<&str> {
        let file = self.between.iter().flat_map(|file| file.to_str());
        file.flat_map(|file| ["-cert_chain", file]).collect()
    }
}
