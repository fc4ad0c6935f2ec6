//! `[upstream.NAME]`

use std::{cell::RefCell, collections::BTreeMap, sync::Arc, time::Duration};

use countersign::rustls::{
    client::{ResolvesClientCert, WebPkiServerVerifier, danger::ServerCertVerifier},
    crypto::CryptoProvider,
    pki_types::ServerName,
    sign::SingleCertAndKey,
};
use rustls_platform_verifier::Verifier;
use toml::{Spanned, de::DeValue};

use super::{
    Address, Upstream, UpstreamTls, draft::Draft, file, loader::unknown, pem,
    policies::LoadedPolicies, process::seconds,
};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const RETRY_AFTER: Duration = Duration::from_secs(10);

/// An upstream as it is said.
#[derive(Debug)]
pub(super) struct RawUpstream {
    name: Spanned<String>,
    said: file::Upstream,
}

impl RawUpstream {
    pub(super) fn read(
        draft: &mut Draft<'_>,
        name: Spanned<String>,
        value: Spanned<DeValue<'_>>,
    ) -> Option<Self> {
        let said = draft.part(value)?;
        Some(Self { name, said })
    }
}

/// The upstreams, each made when it is first asked for.
pub(super) struct Upstreams<'a> {
    raw: &'a [RawUpstream],
    /// None: it is not as it must be, which has been said.
    made: RefCell<BTreeMap<&'a str, Option<Arc<Upstream>>>>,
}

impl<'a> Upstreams<'a> {
    pub(super) fn new(raw: &'a [RawUpstream]) -> Self {
        Self {
            raw,
            made: RefCell::default(),
        }
    }

    /// The upstream of this name.
    pub(super) fn find(
        &mut self,
        draft: &mut Draft<'_>,
        name: &Spanned<String>,
        policies: &LoadedPolicies,
        provider: &Arc<CryptoProvider>,
    ) -> Option<Arc<Upstream>> {
        let raw = self.raw;
        let Some(found) = raw.iter().find(|it| it.name.get_ref() == name.get_ref()) else {
            let known = raw.iter().map(|it| it.name.get_ref().as_str());
            draft.wrong(&name.span(), unknown("upstream", name.get_ref(), known));
            return None;
        };
        let mut made = self.made.borrow_mut();
        let entry = made.entry(found.name.get_ref());
        entry
            .or_insert_with(|| make(draft, found, policies, provider).map(Arc::new))
            .clone()
    }

    /// Those that nobody asked for are looked at, too.
    pub(super) fn unused(
        &mut self,
        draft: &mut Draft<'_>,
        policies: &LoadedPolicies,
        provider: &Arc<CryptoProvider>,
    ) {
        for raw in self.raw {
            if !self.made.borrow().contains_key(raw.name.get_ref().as_str()) {
                let name = raw.name.get_ref();
                draft.doubtful(
                    &raw.name.span(),
                    format!("no listener leads to upstream `{name}`"),
                );
                make(draft, raw, policies, provider);
            }
        }
    }
}

fn make(
    draft: &mut Draft<'_>,
    raw: &RawUpstream,
    policies: &LoadedPolicies,
    provider: &Arc<CryptoProvider>,
) -> Option<Upstream> {
    let said = &raw.said;
    if said.addresses.get_ref().is_empty() {
        draft.wrong(
            &said.addresses.span(),
            "an upstream needs an address, such as `127.0.0.1:8080`",
        );
    }
    let addresses = said.addresses.get_ref().iter();
    let addresses: Vec<_> = addresses.filter_map(|it| address(draft, it)).collect();
    let connect_timeout = seconds(
        draft,
        said.connect_timeout_seconds.as_ref(),
        CONNECT_TIMEOUT,
    );
    let retry_after = seconds(draft, said.retry_after_seconds.as_ref(), RETRY_AFTER);
    let tls = match &said.tls {
        None => None,
        Some(said) => Some(tls(draft, said.get_ref(), policies, provider)?),
    };
    Some(Upstream {
        name: raw.name.get_ref().as_str().into(),
        addresses,
        connect_timeout,
        retry_after,
        tls,
        send_proxy: said.send_proxy,
    })
}

/// `host:port`, `[address]:port`
fn address(draft: &mut Draft<'_>, said: &Spanned<String>) -> Option<Address> {
    let text = said.get_ref();
    let parsed = text.rsplit_once(':').and_then(|(host, port)| {
        let port = port.parse().ok().filter(|port| *port != 0)?;
        let bracketed = host
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        let host = match bracketed {
            Some(address) => address.parse::<std::net::Ipv6Addr>().ok()?.to_string(),
            // A name for the resolver or an address is what a certificate could be for.
            None => ServerName::try_from(host)
                .ok()
                .filter(|_| !host.contains(':'))?
                .to_str()
                .into_owned(),
        };
        Some(Address { host, port })
    });
    if parsed.is_none() {
        let sentence = format!(
            "`{text}` is no address to connect to: write a name or an IP address and a port, such as app.internal:8080 or [2001:db8::1]:8080"
        );
        draft.wrong(&said.span(), sentence);
    }
    parsed
}

fn tls(
    draft: &mut Draft<'_>,
    said: &file::UpstreamTls,
    policies: &LoadedPolicies,
    provider: &Arc<CryptoProvider>,
) -> Option<UpstreamTls> {
    let server_name = server_name(draft, &said.server_name);
    let verifier = verifier(draft, said, provider);
    let certificate = match &said.certificate {
        None => Some(None),
        Some(files) => pem::certified_key(draft, files.get_ref(), provider).map(|certified| {
            let resolver: Arc<dyn ResolvesClientCert> = Arc::new(SingleCertAndKey::from(certified));
            Some(resolver)
        }),
    };
    let chain = policies.chain(draft, said.policies.as_ref());
    Some(UpstreamTls {
        server_name: server_name?,
        verifier: verifier?,
        certificate: certificate?,
        chain: chain?,
        resumption: said.resumption.unwrap_or(true),
    })
}

fn server_name(draft: &mut Draft<'_>, said: &Spanned<String>) -> Option<ServerName<'static>> {
    let text = said.get_ref();
    let name = ServerName::try_from(text.clone());
    if name.is_err() {
        let sentence = format!(
            "`{text}` is neither a DNS name nor an IP address{}",
            xn(text)
        );
        draft.wrong(&said.span(), sentence);
    }
    name.ok()
}

/// What to do with names in other letters.
pub(super) fn xn(name: &str) -> &'static str {
    match name.is_ascii() {
        true => "",
        false => ": write it as it goes over the wire, in letters of ASCII (`xn--…`, RFC 5890)",
    }
}

fn verifier(
    draft: &mut Draft<'_>,
    said: &file::UpstreamTls,
    provider: &Arc<CryptoProvider>,
) -> Option<Arc<dyn ServerCertVerifier>> {
    let file = said
        .authorities
        .as_ref()
        .filter(|it| it.get_ref() != "system");
    let roots = match file {
        None => match Verifier::new(Arc::clone(provider)) {
            Ok(verifier) => return Some(Arc::new(verifier)),
            Err(error) => {
                let sentence = format!(
                    "the system has no root certificates that can be used ({error}): install them (ca-certificates), or name a file with `authorities`"
                );
                draft.wrong(&said.server_name.span(), sentence);
                return None;
            }
        },
        Some(file) => {
            let path = Spanned::new(file.span(), file.get_ref().into());
            pem::roots(draft, "authorities", &path)?.0
        }
    };
    let builder =
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider));
    match builder.build() {
        Ok(verifier) => Some(verifier),
        Err(error) => {
            draft.wrong(&said.server_name.span(), format!("authorities: {error}"));
            None
        }
    }
}
