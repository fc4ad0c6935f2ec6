//! The examples of embedding, as programs: the client against the server.

use std::{
    env, fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Output, Stdio},
};

use rcgen::{CertifiedKey, generate_simple_self_signed};

/// The server example, ended with the test.
struct Server {
    process: Child,
    address: String,
    /// Open as long as the server may want to say something.
    _stdout: BufReader<ChildStdout>,
}

impl Server {
    fn start(certificate: &Path, key: &Path) -> Self {
        let mut process = example("server")
            .args([certificate, key])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut stdout = BufReader::new(process.stdout.take().expect("it is piped"));
        let mut line = String::new();
        let read = stdout.read_line(&mut line);
        read.expect("the server says where it listens");
        let address = line.trim().strip_prefix("listening on ");
        let address = address.expect("an address").to_owned();
        Self {
            process,
            address,
            _stdout: stdout,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Cargo builds examples with the tests, next to the folder that this program is in.
fn example(name: &str) -> Command {
    let program = env::current_exe().expect("this program has a path");
    let folder = program.parent().and_then(Path::parent).expect("target");
    let path = folder.join("examples").join(name);
    assert!(
        path.exists(),
        "{} is missing: cargo build --release --examples makes it",
        path.display()
    );
    Command::new(path)
}

fn client(roots: &Path, name: &str, server: &Server) -> Output {
    let mut client = example("client");
    client.arg(roots).args([name, &server.address]);
    client.output().expect("the client runs")
}

/// A self-signed certificate for `localhost` and its key, in files.
fn certificate() -> (PathBuf, PathBuf) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let file = |name: &str, text: String| {
        let path = folder.join(format!("examples-{}-{name}.pem", std::process::id()));
        fs::write(&path, text).expect("room for a file");
        path
    };
    (
        file("certificate", cert.pem()),
        file("key", signing_key.serialize_pem()),
    )
}

#[test]
fn client_and_server_come_together() {
    let (certificate, key) = certificate();
    let server = Server::start(&certificate, &key);

    let approved = client(&certificate, "localhost", &server);
    assert!(approved.status.success(), "{approved:?}");
    assert_eq!(String::from_utf8_lossy(&approved.stdout), "hello\n");

    let misnamed = client(&certificate, "example.com", &server);
    assert!(!misnamed.status.success(), "{misnamed:?}");
    assert!(misnamed.stdout.is_empty());

    drop(server);
    for file in [certificate, key] {
        fs::remove_file(file).expect("it was written above");
    }
}
