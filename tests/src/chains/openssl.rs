//! The commands that make a certificate.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{SystemTime, UNIX_EPOCH},
};

use super::kind::Recipe;
use crate::{peers::openssl::OPENSSL, pki::Identity, process::Program};

const DATE: Program = Program {
    name: "date",
    package: "coreutils",
};

const SECONDS_A_DAY: i64 = 86_400;

/// What `openssl ca` wants to know: where it keeps its books, and which names it takes.
const BOOKS: &str = "[ca]
default_ca = books
[books]
database = index
new_certs_dir = .
rand_serial = yes
policy = names
[names]
commonName = supplied
";

/// A directory in which certificates are made. Each has books of its own, so that several can be made at the same time.
pub(super) struct Workshop<'a>(pub(super) &'a Path);

impl Workshop<'_> {
    pub(super) fn has(&self, name: &str) -> bool {
        self.file(name, "pem").exists()
    }

    pub(super) fn read(&self, name: &str) -> Identity {
        Identity::read(self.file(name, "pem"), self.file(name, "key"))
    }

    /// Makes a key, and a certificate by this issuer, or by itself.
    pub(super) fn make(&self, name: &str, recipe: &Recipe, issuer: Option<&Identity>) {
        self.request(name, recipe);
        let books = self.file(name, "books");
        fs::create_dir(&books).expect("a writable directory");
        for (file, text) in [
            ("config", BOOKS),
            ("extensions", recipe.extensions),
            ("index", ""),
        ] {
            fs::write(books.join(file), text).expect("a writable directory");
        }
        self.sign(name, recipe, issuer, &books);
    }

    /// The SHA-256 of the public key that belongs to a private one.
    pub(super) fn pin(&self, key: &Path) -> String {
        let spki = self.0.join("spki");
        run(&spki, |command| {
            command
                .args(["pkey", "-pubout", "-outform", "DER", "-in"])
                .arg(key)
                .arg("-out")
                .arg(&spki);
        });
        let log = OPENSSL.run(|command| {
            command.args(["dgst", "-sha256", "-r"]).arg(&spki);
        });
        let digest = log.split_whitespace().next();
        digest.expect("a line of digits").to_owned()
    }

    fn request(&self, name: &str, recipe: &Recipe) {
        let request = self.file(name, "csr");
        run(&request, |command| {
            command
                .args(["req", "-new", "-nodes", "-batch", "-subj"])
                .arg(format!("/CN={name}"))
                .arg("-newkey")
                .args(recipe.key)
                .arg("-keyout")
                .arg(self.file(name, "key"))
                .arg("-out")
                .arg(&request);
        });
    }

    fn sign(&self, name: &str, recipe: &Recipe, issuer: Option<&Identity>, books: &Path) {
        let certificate = self.file(name, "pem");
        let (from, to) = recipe.days;
        run(&certificate, |command| {
            command
                .args(["ca", "-batch", "-notext", "-config", "config"])
                .args(["-extfile", "extensions", "-md", recipe.digest])
                .args(["-startdate", &day(from), "-enddate", &day(to), "-in"])
                .arg(self.file(name, "csr"))
                .arg("-out")
                .arg(&certificate)
                .current_dir(books);
            match issuer {
                Some(issuer) => command
                    .arg("-cert")
                    .arg(&issuer.certificate_file)
                    .arg("-keyfile")
                    .arg(&issuer.key_file),
                None => command
                    .arg("-selfsign")
                    .arg("-keyfile")
                    .arg(self.file(name, "key")),
            };
        });
    }

    fn file(&self, name: &str, extension: &str) -> PathBuf {
        self.0.join(name).with_extension(extension)
    }
}

/// Runs a command that leaves this file.
fn run(file: &Path, prepare: impl FnOnce(&mut Command)) {
    let log = OPENSSL.run(prepare);
    let size = fs::metadata(file).map_or(0, |about| about.len());
    assert!(size > 0, "openssl did not write {}:\n{log}", file.display());
}

/// The beginning of a day so many days after today, in the form of `openssl ca`.
fn day(after_today: i64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.expect("it is after 1970").as_secs().cast_signed();
    let day = (now / SECONDS_A_DAY + after_today) * SECONDS_A_DAY;
    let text = DATE.run(|command| {
        command.args(["-u", "-d", &format!("@{day}"), "+%Y%m%d%H%M%SZ"]);
    });
    text.trim().to_owned()
}
