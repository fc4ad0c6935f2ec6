use std::path::{Path, PathBuf};

use serde_json::Value;

/// The module in what Cargo says of a build: the `.wasm` file of the crate with this manifest.
pub(crate) fn module_in(messages: &[u8], manifest: &Path) -> Option<PathBuf> {
    let messages = messages
        .split(|&byte| byte == b'\n')
        .filter_map(|line| serde_json::from_slice::<Value>(line).ok());
    let artifacts = messages.filter(|message| {
        message["reason"] == "compiler-artifact"
            && message["manifest_path"]
                .as_str()
                .is_some_and(|path| Path::new(path) == manifest)
    });
    let mut files =
        artifacts.flat_map(|message| message["filenames"].as_array().cloned().unwrap_or_default());
    files.find_map(|file| {
        file.as_str()
            .filter(|name| name.ends_with(".wasm"))
            .map(PathBuf::from)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGES: &[u8] = br#"{"reason":"compiler-artifact","manifest_path":"/other/Cargo.toml","filenames":["/t/other.wasm"]}
not a message
{"reason":"compiler-artifact","manifest_path":"/my/Cargo.toml","filenames":["/t/my.rlib","/t/my.wasm"]}
{"reason":"build-finished","success":true}
"#;

    #[test]
    fn finds_the_module_of_the_crate() {
        assert_eq!(
            module_in(MESSAGES, Path::new("/my/Cargo.toml")),
            Some("/t/my.wasm".into())
        );
        assert_eq!(module_in(MESSAGES, Path::new("/third/Cargo.toml")), None);
    }
}
