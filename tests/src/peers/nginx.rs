//! nginx.

use std::{fs, path::Path};

use tempfile::TempDir;

use crate::{
    pki::{Identity, PKI},
    port::with_free_port,
    process::{Process, Program},
};

const NGINX: Program = Program {
    name: "nginx",
    package: "nginx",
};

/// What it answers.
pub const BODY: &str = "hello from nginx";

/// A running nginx: one process, and its access log and error log in one.
#[derive(Debug)]
pub struct Nginx {
    /// Where it listens, on 127.0.0.1.
    pub port: u16,
    process: Process,
    _directory: TempDir,
}

impl Nginx {
    /// Starts nginx with these `ssl_protocols`, and whatever other directives there should be.
    pub fn start(protocols: &str, directives: &str) -> Self {
        with_free_port(|port| Self::start_on(port, protocols, directives))
    }

    /// Starts nginx without TLS. What is said of its socket may be `proxy_protocol`: it logs `CLIENT 127.0.0.1:50000 AT 443` then, as
    /// the header has it.
    pub fn plain(socket: &str) -> Self {
        with_free_port(|port| Self::start_with(port, &plain_config(port, socket)))
    }

    fn start_on(port: u16, protocols: &str, directives: &str) -> Option<Self> {
        Self::start_with(port, &config(port, protocols, directives, &PKI.rsa))
    }

    fn start_with(port: u16, text: &str) -> Option<Self> {
        let directory = TempDir::new().expect("a temporary directory");
        let file = directory.path().join("nginx.conf");
        fs::write(&file, text).expect("a writable directory");
        let process = launch(directory.path(), &file);
        let started = process.wait_for("start", |log| {
            let taken = log.contains("Address already in use");
            let ready = log.contains("using the \"epoll\" event method");
            if taken {
                Some(false)
            } else {
                ready.then_some(true)
            }
        });
        started.then_some(Self {
            port,
            process,
            _directory: directory,
        })
    }

    /// The running program.
    pub fn process(&self) -> &Process {
        &self.process
    }

    /// Stops nginx, and returns its log.
    pub fn stop(self) -> String {
        self.process.stop()
    }
}

/// The lines of the access log: `ACCESS TLSv1/ECDHE-RSA-AES256-SHA reused=. GET / HTTP/1.1`.
pub fn accesses(log: &str) -> Vec<&str> {
    let lines = log.lines();
    lines
        .filter_map(|line| line.strip_prefix("ACCESS "))
        .collect()
}

fn launch(directory: &Path, config: &Path) -> Process {
    let mut command = NGINX.command();
    command
        .stdin(std::process::Stdio::null())
        .arg("-p")
        .arg(directory)
        .arg("-c")
        .arg(config);
    // Until its configuration is read, it logs where Debian's nginx does; this says: not there.
    command.args(["-e", "stderr"]);
    NGINX.start(command)
}

fn config(port: u16, protocols: &str, directives: &str, identity: &Identity) -> String {
    let (certificate, key) = (&identity.certificate_file, &identity.key_file);
    format!(
        r#"daemon off; master_process off; pid nginx.pid; error_log stderr info;
events {{ worker_connections 64; }}
http {{
    log_format tls 'ACCESS $ssl_protocol/$ssl_cipher reused=$ssl_session_reused $request';
    access_log /dev/stdout tls;
    client_body_temp_path body; proxy_temp_path proxy;
    fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {}; ssl_certificate_key {};
        ssl_protocols {protocols};
        {directives}
        location / {{ return 200 "{BODY}"; }}
    }}
}}
"#,
        certificate.display(),
        key.display()
    )
}

fn plain_config(port: u16, socket: &str) -> String {
    let client = match socket {
        "proxy_protocol" => {
            "CLIENT $proxy_protocol_addr:$proxy_protocol_port AT $proxy_protocol_server_port"
        }
        _ => "",
    };
    format!(
        r#"daemon off; master_process off; pid nginx.pid; error_log stderr info;
events {{ worker_connections 64; }}
http {{
    log_format plain 'ACCESS $request {client}';
    access_log /dev/stdout plain;
    client_body_temp_path body; proxy_temp_path proxy;
    fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    server {{
        listen 127.0.0.1:{port} {socket};
        location / {{ return 200 "{BODY}"; }}
    }}
}}
"#
    )
}
