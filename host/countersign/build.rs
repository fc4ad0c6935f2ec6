//! A fingerprint of the sources that have a part in what is made of a component: what they made is kept on disk, and is not what
//! other sources would make.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::{Path, PathBuf},
};

/// More than the loader alone: what it calls shapes the instance that it freezes.
const SOURCES: &str = "src/policy";

fn main() -> io::Result<()> {
    let mut hasher = DefaultHasher::new();
    for file in files(Path::new(SOURCES))? {
        file.hash(&mut hasher);
        fs::read(&file)?.hash(&mut hasher);
    }
    println!("cargo::rerun-if-changed={SOURCES}");
    println!(
        "cargo::rustc-env=COUNTERSIGN_LOADER={:016x}",
        hasher.finish()
    );
    Ok(())
}

/// All files in a folder, in the same order everywhere.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        match path.is_dir() {
            true => files.extend(self::files(&path)?),
            false => files.push(path),
        }
    }
    files.sort();
    Ok(files)
}
