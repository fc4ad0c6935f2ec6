//! `[[listener]]` and `[[listener.route]]`

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::Arc,
    time::Duration,
};

use countersign::rustls::crypto::CryptoProvider;
use toml::{Spanned, de::DeValue};

use super::{
    Listen, Listener, Mode, Originate, ProxyIn, Terminate,
    draft::Draft,
    file,
    loader::each,
    policies::LoadedPolicies,
    process::{address, at_least_one, seconds},
    routes::{self, RawRoute},
    upstreams::Upstreams,
};

const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
const IDLE_TIMEOUT: Duration = Duration::from_secs(300);
const CONNECTIONS_MAX: usize = 10_000;

/// Where systemd passes the socket.
const SYSTEMD: &str = "systemd:";

/// A listener as it is said.
#[derive(Debug)]
pub(super) struct RawListener {
    /// None: it is not as it must be, which has been said.
    said: Option<file::Listener>,
    routes: Vec<RawRoute>,
    /// Where its routes are said, if anywhere.
    routes_at: Option<Range<usize>>,
    at: Range<usize>,
}

/// What listeners refer to.
pub(super) struct Context<'a, 'b> {
    pub(super) policies: &'a LoadedPolicies,
    pub(super) upstreams: &'a mut Upstreams<'b>,
    pub(super) provider: &'a Arc<CryptoProvider>,
}

impl RawListener {
    pub(super) fn read(draft: &mut Draft<'_>, value: Spanned<DeValue<'_>>) -> Option<Self> {
        let at = value.span();
        let DeValue::Table(mut members) = value.into_inner() else {
            draft.wrong(&at, "a listener is a table, [[listener]]");
            return None;
        };
        let key = members
            .keys()
            .find(|key| &**key.get_ref() == "route")
            .cloned();
        let routes = key.and_then(|key| Some((key.span(), members.remove(&key)?)));
        let routes_at = routes.as_ref().map(|(at, _)| at.clone());
        let routes = routes.map(|(_, value)| each(draft, value, RawRoute::read));
        let said = draft.part(Spanned::new(at.clone(), DeValue::Table(members)));
        Some(Self {
            said,
            routes: routes.unwrap_or_default(),
            routes_at,
            at,
        })
    }
}

/// None if anything is wrong.
pub(super) fn of(
    draft: &mut Draft<'_>,
    raw: &[RawListener],
    context: &mut Context<'_, '_>,
) -> Option<Vec<Listener>> {
    if raw.is_empty() && draft.mistakes.is_empty() {
        draft.wrong(
            &(0..0),
            "there is no listener: nothing would be served; write one as [[listener]]",
        );
    }
    let (mut names, mut addresses) = (BTreeSet::new(), BTreeMap::new());
    let listeners: Vec<_> = raw
        .iter()
        .map(|raw| {
            let Some(said) = &raw.said else {
                // What is wrong with its routes is said all the same.
                routes::of(draft, &raw.routes, context);
                return None;
            };
            let name = said.name.get_ref();
            if !names.insert(name) {
                let sentence = format!("there are two listeners of the name `{name}`");
                draft.wrong(&said.name.span(), sentence);
            }
            listener(draft, raw, said, context, &mut addresses)
        })
        .collect();
    listeners.into_iter().collect()
}

fn listener(
    draft: &mut Draft<'_>,
    raw: &RawListener,
    said: &file::Listener,
    context: &mut Context<'_, '_>,
    taken: &mut BTreeMap<String, String>,
) -> Option<Listener> {
    let name = said.name.get_ref();
    if name.is_empty() || name.len() > 64 {
        draft.wrong(
            &said.name.span(),
            "a listener's name has from 1 to 64 bytes",
        );
    }
    let listen = listens(draft, said, taken);
    let alpn = alpn(draft, &said.alpn);
    let proxy = said
        .proxy_protocol
        .as_ref()
        .map(|proxy| trusted(draft, proxy));
    let mode = match said.mode.get_ref() {
        file::Mode::Terminate => terminate(draft, raw, said, alpn, context).map(Mode::Terminate),
        file::Mode::Originate => originate(draft, raw, said, alpn, context).map(Mode::Originate),
    };
    let handshake_timeout = seconds(
        draft,
        said.handshake_timeout_seconds.as_ref(),
        HANDSHAKE_TIMEOUT,
    );
    let idle_timeout = seconds(draft, said.idle_timeout_seconds.as_ref(), IDLE_TIMEOUT);
    let connections_max = at_least_one(draft, said.connections_max.as_ref(), CONNECTIONS_MAX);
    let per_client = said.connections_per_client_max.as_ref();
    let connections_per_client_max = at_least_one(draft, per_client, connections_max);
    Some(Listener {
        name: name.as_str().into(),
        listen,
        mode: mode?,
        connections_max,
        connections_per_client_max,
        handshake_timeout,
        idle_timeout,
        proxy,
    })
}

fn listens(
    draft: &mut Draft<'_>,
    said: &file::Listener,
    taken: &mut BTreeMap<String, String>,
) -> Vec<Listen> {
    if said.listen.get_ref().is_empty() {
        draft.wrong(
            &said.listen.span(),
            "a listener needs an address, such as `0.0.0.0:443`",
        );
    }
    let mut listens = Vec::new();
    for one in said.listen.get_ref() {
        let text = one.get_ref();
        let listen = match text.strip_prefix(SYSTEMD) {
            Some("") => {
                let sentence =
                    "write the name of the socket (FileDescriptorName=) after `systemd:`";
                draft.wrong(&one.span(), sentence);
                continue;
            }
            Some(name) => Listen::Systemd(name.to_owned()),
            None => match address(draft, text, &one.span()) {
                Some(address) => Listen::Address(address),
                None => continue,
            },
        };
        // Of a port that the system chooses there can be several.
        let is_fixed = !matches!(listen, Listen::Address(address) if address.port() == 0);
        let by = said.name.get_ref();
        if let Some(other) = taken
            .insert(listen.to_string(), by.clone())
            .filter(|other| is_fixed || other == by)
        {
            let sentence = match other == *by {
                true => format!("{listen} is named twice"),
                false => format!("listener `{other}` listens at {listen} already"),
            };
            draft.wrong(&one.span(), sentence);
        }
        listens.push(listen);
    }
    listens
}

/// RFC 7301, section 3.1: from 1 to 255 bytes.
fn alpn(draft: &mut Draft<'_>, said: &[Spanned<String>]) -> Vec<Vec<u8>> {
    let mut protocols: Vec<Vec<u8>> = Vec::new();
    for protocol in said {
        let bytes = protocol.get_ref().as_bytes();
        if bytes.is_empty() || bytes.len() > 255 {
            draft.wrong(
                &protocol.span(),
                "an application protocol has from 1 to 255 bytes (RFC 7301)",
            );
        } else if protocols.iter().any(|known| known == bytes) {
            draft.wrong(
                &protocol.span(),
                format!("`{}` is named twice", protocol.get_ref()),
            );
        } else {
            protocols.push(bytes.to_vec());
        }
    }
    protocols
}

fn trusted(draft: &mut Draft<'_>, said: &file::ProxyProtocol) -> ProxyIn {
    if said.trusted.get_ref().is_empty() {
        let sentence = "with nobody trusted there is no PROXY protocol: name the networks of your load balancers";
        draft.wrong(&said.trusted.span(), sentence);
    }
    let mut trusted = Vec::new();
    for network in said.trusted.get_ref() {
        let text = network.get_ref();
        let address = || text.parse::<std::net::IpAddr>().map(Into::into).ok();
        match text.parse().ok().or_else(address) {
            Some(network) => trusted.push(network),
            None => {
                let sentence =
                    format!("`{text}` is no network: write one as 10.0.0.0/8, or a single address");
                draft.wrong(&network.span(), sentence);
            }
        }
    }
    ProxyIn { trusted }
}

fn terminate(
    draft: &mut Draft<'_>,
    raw: &RawListener,
    said: &file::Listener,
    alpn: Vec<Vec<u8>>,
    context: &mut Context<'_, '_>,
) -> Option<Terminate> {
    if let Some(upstream) = &said.upstream {
        let sentence = "a listener that terminates leads to upstreams by its routes: put `upstream` into each [[listener.route]]";
        draft.wrong(&upstream.span(), sentence);
    }
    if raw.routes_at.is_none() {
        let sentence = format!(
            "listener `{}` has no route: write one as [[listener.route]] with a certificate and an upstream",
            said.name.get_ref()
        );
        draft.wrong(&raw.at, sentence);
    }
    let routes = routes::of(draft, &raw.routes, context);
    // Those that could not be read have been complained of.
    let routes = routes.filter(|routes| !routes.is_empty())?;
    Some(Terminate { alpn, routes })
}

fn originate(
    draft: &mut Draft<'_>,
    raw: &RawListener,
    said: &file::Listener,
    alpn: Vec<Vec<u8>>,
    context: &mut Context<'_, '_>,
) -> Option<Originate> {
    if let Some(at) = &raw.routes_at {
        let sentence = "a listener that originates takes in no TLS, so it cannot tell routes apart: name its `upstream`";
        draft.wrong(at, sentence);
    }
    let Some(name) = &said.upstream else {
        let sentence = format!(
            "listener `{}` needs an `upstream` to lead to",
            said.name.get_ref()
        );
        draft.wrong(&raw.at, sentence);
        return None;
    };
    let upstream = context
        .upstreams
        .find(draft, name, context.policies, context.provider)?;
    if upstream.tls.is_none() {
        let sentence = format!(
            "upstream `{}` has no `tls`, and a listener that originates is there to speak it",
            upstream.name
        );
        draft.wrong(&name.span(), sentence);
    }
    Some(Originate { alpn, upstream })
}
