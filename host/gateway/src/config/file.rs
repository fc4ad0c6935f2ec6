//! What the file says, before anybody knows whether it holds. The names of the fields are the keys of the configuration.

use std::path::PathBuf;

use serde::Deserialize;
use toml::Spanned;

/// `[gateway]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Gateway {
    pub(super) workers: Option<Spanned<usize>>,
    pub(super) connections_max: Option<Spanned<usize>>,
    pub(super) drain_seconds: Option<Spanned<u64>>,
    pub(super) watch: Option<bool>,
    pub(super) cache: Option<Spanned<PathBuf>>,
    pub(super) ticket_keys: Option<Spanned<PathBuf>>,
}

/// `[log]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Log {
    pub(super) format: Option<LogFormat>,
    pub(super) to: Option<Spanned<String>>,
    pub(super) queue: Option<Spanned<usize>>,
    pub(super) when_full: Option<WhenFull>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum LogFormat {
    Json,
    Text,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum WhenFull {
    Drop,
    Hold,
}

/// `[admin]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Admin {
    pub(super) listen: Option<Spanned<String>>,
}

/// `[metrics]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Metrics {
    #[serde(default)]
    pub(super) profiles: Vec<Spanned<String>>,
}

/// `[[listener]]`, without its routes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Listener {
    pub(super) name: Spanned<String>,
    pub(super) mode: Spanned<Mode>,
    pub(super) listen: Spanned<Vec<Spanned<String>>>,
    #[serde(default)]
    pub(super) alpn: Vec<Spanned<String>>,
    pub(super) handshake_timeout_seconds: Option<Spanned<u64>>,
    pub(super) idle_timeout_seconds: Option<Spanned<u64>>,
    pub(super) connections_max: Option<Spanned<usize>>,
    pub(super) connections_per_client_max: Option<Spanned<usize>>,
    pub(super) proxy_protocol: Option<ProxyProtocol>,
    pub(super) upstream: Option<Spanned<String>>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Mode {
    Terminate,
    Originate,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProxyProtocol {
    pub(super) trusted: Spanned<Vec<Spanned<String>>>,
}

/// `[[listener.route]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Route {
    pub(super) name: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) server_names: Vec<Spanned<String>>,
    pub(super) certificate: Option<Spanned<Certificate>>,
    #[serde(default)]
    pub(super) certificates: Vec<Spanned<Certificate>>,
    pub(super) policies: Option<Spanned<Vec<Spanned<String>>>>,
    pub(super) upstream: Spanned<String>,
    pub(super) resumption: Option<bool>,
    pub(super) client_certificate: Option<ClientCertificate>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Certificate {
    pub(super) chain: Spanned<PathBuf>,
    pub(super) key: Spanned<PathBuf>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClientCertificate {
    pub(super) authorities: Spanned<PathBuf>,
    #[serde(default = "yes")]
    pub(super) required: bool,
}

fn yes() -> bool {
    true
}

/// `[policy.NAME]`, without its settings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Policy {
    pub(super) component: Option<Spanned<PathBuf>>,
    pub(super) settings_file: Option<Spanned<PathBuf>>,
    #[serde(default)]
    pub(super) mode: PolicyMode,
    #[serde(default)]
    pub(super) limits: PolicyLimits,
    #[serde(default)]
    pub(super) forbid_facts: Vec<Spanned<String>>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum PolicyMode {
    #[default]
    Enforce,
    Audit,
}

/// Of `countersign::policy::Limits` those that an operator has reasons to change.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PolicyLimits {
    pub(super) deadline_ms: Option<u64>,
    pub(super) load_deadline_ms: Option<u64>,
    pub(super) memory_bytes_max: Option<usize>,
    pub(super) memo_bytes_max: Option<usize>,
    pub(super) instances_max: Option<u32>,
    pub(super) kept_instances_max: Option<u32>,
    pub(super) overruns_max: Option<u32>,
    pub(super) trip_ms: Option<u64>,
    pub(super) settings_bytes_max: Option<usize>,
    pub(super) component_bytes_max: Option<usize>,
}

/// `[upstream.NAME]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Upstream {
    pub(super) addresses: Spanned<Vec<Spanned<String>>>,
    pub(super) connect_timeout_seconds: Option<Spanned<u64>>,
    pub(super) retry_after_seconds: Option<Spanned<u64>>,
    #[serde(default)]
    pub(super) send_proxy: bool,
    pub(super) tls: Option<Spanned<UpstreamTls>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UpstreamTls {
    pub(super) server_name: Spanned<String>,
    pub(super) authorities: Option<Spanned<String>>,
    pub(super) certificate: Option<Spanned<Certificate>>,
    pub(super) policies: Option<Spanned<Vec<Spanned<String>>>>,
    pub(super) resumption: Option<bool>,
}
