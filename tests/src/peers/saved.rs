//! A session that `s_client` keeps in a file, to come back with it.

use std::path::PathBuf;

use tempfile::TempDir;

use super::{openssl::Trace, s_client::s_client};

/// The place for one session.
#[derive(Debug)]
pub struct SavedSession {
    file: PathBuf,
    _directory: TempDir,
}

impl Default for SavedSession {
    fn default() -> Self {
        let directory = TempDir::new().expect("a temporary directory");
        Self {
            file: directory.path().join("session.pem"),
            _directory: directory,
        }
    }
}

impl SavedSession {
    /// A visit whose session is kept, if the server makes one that can be resumed.
    pub fn begin(&self, port: u16, arguments: &[&str]) -> Trace {
        s_client(port, &[arguments, &["-sess_out", self.file()]].concat())
    }

    /// A visit with the session that was kept.
    pub fn resume(&self, port: u16, arguments: &[&str]) -> Trace {
        assert!(self.is_there(), "there is no session to resume");
        s_client(port, &[arguments, &["-sess_in", self.file()]].concat())
    }

    /// Whether a session was kept.
    pub fn is_there(&self) -> bool {
        self.file.exists()
    }

    fn file(&self) -> &str {
        self.file.to_str().expect("a plain path")
    }
}
