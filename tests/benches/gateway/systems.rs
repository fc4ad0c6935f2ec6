//! The systems, each as it terminates TLS for the backend.

use std::{
    env,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use tokio::net::TcpStream;

use crate::{
    backend,
    pki::Pki,
    usage::{self, Usage},
};

/// How long a system may take to start.
const STARTS: usize = 200;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Ours,
    OursWithoutMemo,
    Envoy,
    Caddy,
    HaProxy,
    Nginx,
    Stunnel,
}

impl Kind {
    pub(crate) const ALL: [Self; 7] = [
        Self::Ours,
        Self::OursWithoutMemo,
        Self::Envoy,
        Self::Caddy,
        Self::HaProxy,
        Self::Nginx,
        Self::Stunnel,
    ];

    /// All of them, each round beginning with another.
    pub(crate) fn in_turn(round: usize) -> impl Iterator<Item = Self> {
        let count = Self::ALL.len();
        (0..count).map(move |at| Self::ALL[(at + round) % count])
    }

    pub(crate) fn is_ours(self) -> bool {
        matches!(self, Self::Ours | Self::OursWithoutMemo)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ours => "Countersign",
            Self::OursWithoutMemo => "Countersign, memo off",
            Self::Envoy => "Envoy",
            Self::Caddy => "Caddy (HTTP)",
            Self::HaProxy => "HAProxy",
            Self::Nginx => "nginx",
            Self::Stunnel => "stunnel",
        }
    }

    /// Whether its name begins so, in whatever case.
    pub(crate) fn is_called(self, name: &str) -> bool {
        let own = self.name().to_ascii_lowercase();
        own.starts_with(&name.to_ascii_lowercase())
    }

    /// What a connection asks for. Caddy knows no protocol but HTTP.
    pub(crate) fn request(self) -> &'static [u8] {
        match self {
            Self::Caddy => b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
            _ => &[backend::ONE],
        }
    }

    /// Whether bytes go through as they are.
    pub(crate) fn relays(self) -> bool {
        self != Self::Caddy
    }

    fn program(self) -> PathBuf {
        let peers = target().join("gateway-peers/bin");
        match self {
            Self::Ours | Self::OursWithoutMemo => target().join("release/countersign"),
            Self::Envoy => peers.join("envoy"),
            Self::Caddy => peers.join("caddy"),
            Self::HaProxy => "haproxy".into(),
            Self::Nginx => "nginx".into(),
            Self::Stunnel => "stunnel4".into(),
        }
    }

    fn command(self) -> Command {
        let mut command = Command::new(self.program());
        let path = env::var("PATH").unwrap_or_default();
        // Servers live where only the administrator's search path looks.
        command
            .env("PATH", format!("{path}:/usr/sbin:/sbin"))
            .env("GOMAXPROCS", "1");
        command
    }

    /// What it says of itself.
    pub(crate) fn version(self) -> String {
        let flag = match self {
            Self::Caddy => "version",
            Self::HaProxy | Self::Nginx => "-v",
            Self::Stunnel => "-version",
            _ => "--version",
        };
        let said = self.command().arg(flag).output();
        let said = said
            .map(|it| [it.stdout, it.stderr].concat())
            .unwrap_or_default();
        let said = String::from_utf8_lossy(&said);
        let line = said
            .lines()
            .find(|line| line.contains(|c: char| c.is_ascii_digit()));
        line.unwrap_or("not there").trim().to_owned()
    }

    /// Its arguments, once its configuration is written.
    fn arguments(self, pki: &Pki, port: u16, backend: u16) -> Vec<String> {
        let (chain, key) = (pki.path("certificate.pem"), pki.path("key.pem"));
        let (chain, key) = (chain.display(), key.display());
        let file = |name: &str, text: String| pki.write(name, &text).display().to_string();
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        match self {
            Self::Ours | Self::OursWithoutMemo => {
                let memo = match self {
                    Self::OursWithoutMemo => "limits = { memo_bytes_max = 0 }",
                    _ => "",
                };
                let config = file(
                    "ours.toml",
                    format!(
                        r#"
                        [gateway]
                        workers = 1
                        connections_max = 20000
                        watch = false
                        [log]
                        to = "off"
                        [[listener]]
                        name = "bench"
                        mode = "terminate"
                        listen = ["127.0.0.1:{port}"]
                        connections_max = 20000
                        [[listener.route]]
                        certificate = {{ chain = "{chain}", key = "{key}" }}
                        policies = ["standard"]
                        upstream = "backend"
                        [policy.standard]
                        settings = {{ profile = "mozilla-intermediate" }}
                        {memo}
                        [upstream.backend]
                        addresses = ["127.0.0.1:{backend}"]
                        "#
                    ),
                );
                owned(&["gateway", "--config", &config])
            }
            Self::Envoy => {
                let config = file("envoy.yaml", envoy(port, backend, &chain, &key));
                owned(&[
                    "-c",
                    &config,
                    "--concurrency",
                    "1",
                    "-l",
                    "error",
                    "--disable-hot-restart",
                ])
            }
            Self::Caddy => {
                let config = file(
                    "Caddyfile",
                    format!(
                        "{{\n admin off\n auto_https off\n persist_config off\n}}\nhttps://localhost:{port} {{\n bind 127.0.0.1\n tls {chain} {key}\n reverse_proxy 127.0.0.1:{backend}\n}}\n"
                    ),
                );
                owned(&["run", "--adapter", "caddyfile", "--config", &config])
            }
            Self::HaProxy => {
                let both = pki.path("both.pem");
                let config = file(
                    "haproxy.cfg",
                    format!(
                        "global\n nbthread 1\n maxconn 9000\ndefaults\n mode tcp\n timeout connect 5s\n timeout client 120s\n timeout server 120s\nfrontend f\n bind 127.0.0.1:{port} ssl crt {} curves X25519\n default_backend b\nbackend b\n server s 127.0.0.1:{backend}\n",
                        both.display()
                    ),
                );
                owned(&["-db", "-f", &config])
            }
            Self::Nginx => {
                let config = file(
                    "nginx.conf",
                    format!(
                        "load_module /usr/lib/nginx/modules/ngx_stream_module.so;\ndaemon off; worker_processes 1; pid {}; error_log stderr;\nevents {{ worker_connections 45000; }}\nstream {{ server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {chain}; ssl_certificate_key {key}; ssl_protocols TLSv1.3; proxy_pass 127.0.0.1:{backend}; }} }}\n",
                        pki.path("nginx.pid").display()
                    ),
                );
                owned(&["-e", "stderr", "-c", &config])
            }
            Self::Stunnel => {
                let config = file(
                    "stunnel.conf",
                    format!(
                        "foreground = yes\npid =\ndebug = 3\n[bench]\naccept = 127.0.0.1:{port}\nconnect = 127.0.0.1:{backend}\ncert = {chain}\nkey = {key}\nsslVersionMin = TLSv1.3\n"
                    ),
                );
                owned(&[&config])
            }
        }
    }
}

fn envoy(
    port: u16,
    backend: u16,
    chain: &dyn std::fmt::Display,
    key: &dyn std::fmt::Display,
) -> String {
    format!(
        r#"
static_resources:
  listeners:
  - address: {{ socket_address: {{ address: 127.0.0.1, port_value: {port} }} }}
    filter_chains:
    - transport_socket:
        name: envoy.transport_sockets.tls
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
          common_tls_context:
            tls_certificates:
            - certificate_chain: {{ filename: {chain} }}
              private_key: {{ filename: {key} }}
      filters:
      - name: envoy.filters.network.tcp_proxy
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
          stat_prefix: bench
          cluster: backend
  clusters:
  - name: backend
    type: STATIC
    connect_timeout: 5s
    circuit_breakers: {{ thresholds: [{{ max_connections: 20000, max_pending_requests: 20000 }}] }}
    load_assignment:
      cluster_name: backend
      endpoints:
      - lb_endpoints:
        - endpoint: {{ address: {{ socket_address: {{ address: 127.0.0.1, port_value: {backend} }} }} }}
"#
    )
}

/// The directory that cargo builds into: this program stands two folders below it.
fn target() -> PathBuf {
    let program = env::current_exe().expect("a running program");
    program
        .ancestors()
        .nth(3)
        .unwrap_or(Path::new("target"))
        .to_owned()
}

/// A system that runs. Dropped, it is ended.
pub(crate) struct System {
    pub(crate) kind: Kind,
    pub(crate) port: u16,
    process: Child,
}

impl System {
    pub(crate) async fn start(kind: Kind, pki: &Pki, backend: u16) -> Result<Self, String> {
        Self::start_with(kind, |port| kind.arguments(pki, port, backend)).await
    }

    /// Ours, with a log in a file.
    pub(crate) async fn start_with_log(
        kind: Kind,
        pki: &Pki,
        backend: u16,
        log: &Path,
    ) -> Result<Self, String> {
        Self::start_with(kind, |port| {
            let arguments = kind.arguments(pki, port, backend);
            let config = std::fs::read_to_string(pki.path("ours.toml")).unwrap_or_default();
            let to = format!("to = \"{}\"\nwhen_full = \"hold\"", log.display());
            pki.write("ours.toml", &config.replace("to = \"off\"", &to));
            arguments
        })
        .await
    }

    async fn start_with(
        kind: Kind,
        arguments: impl FnOnce(u16) -> Vec<String>,
    ) -> Result<Self, String> {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr());
        let port = free.map_err(|error| error.to_string())?.port();
        let mut command = kind.command();
        command.args(arguments(port));
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let process = command.spawn().map_err(|error| error.to_string())?;
        let mut system = Self {
            kind,
            port,
            process,
        };
        for _ in 0..STARTS {
            if TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return Ok(system);
            }
            if let Ok(Some(status)) = system.process.try_wait() {
                return Err(format!("it ended at once, {status}"));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Err("it does not listen".to_owned())
    }

    pub(crate) fn usage(&self) -> Usage {
        usage::of(self.process.id())
    }
}

impl Drop for System {
    fn drop(&mut self) {
        // What has children is asked to end; what does not obey is ended.
        if let Ok(id) = i32::try_from(self.process.id())
            && let Some(id) = rustix::process::Pid::from_raw(id)
        {
            let _ = rustix::process::kill_process(id, rustix::process::Signal::TERM);
        }
        for _ in 0..40 {
            if matches!(self.process.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
