//! `[[listener.route]]`

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use countersign::rustls::{
    client::verify_server_name,
    pki_types::{CertificateDer, ServerName},
    server::{
        ClientHello, ParsedCertificate, ResolvesServerCert, WebPkiClientVerifier,
        danger::ClientCertVerifier,
    },
    sign::CertifiedKey,
};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use toml::{Spanned, de::DeValue};
use x509_parser::parse_x509_certificate;

use super::{NamePattern, Route, draft::Draft, file, listeners::Context, pem, upstreams::xn};

/// A route as it is said.
#[derive(Debug)]
pub(super) struct RawRoute {
    said: file::Route,
    at: Range<usize>,
}

impl RawRoute {
    pub(super) fn read(draft: &mut Draft<'_>, value: Spanned<DeValue<'_>>) -> Option<Self> {
        let at = value.span();
        let said = draft.part(value)?;
        Some(Self { said, at })
    }
}

/// None if anything is wrong.
pub(super) fn of(
    draft: &mut Draft<'_>,
    raw: &[RawRoute],
    context: &mut Context<'_, '_>,
) -> Option<Vec<Arc<Route>>> {
    let mut taken = Taken::default();
    let routes: Vec<_> = raw
        .iter()
        .map(|raw| route(draft, raw, context, &mut taken).map(Arc::new))
        .collect();
    routes.into_iter().collect()
}

/// Which route a listener has for what.
#[derive(Default)]
struct Taken {
    names: BTreeMap<NamePattern, ()>,
    routes: BTreeMap<String, ()>,
    default: bool,
}

fn route(
    draft: &mut Draft<'_>,
    raw: &RawRoute,
    context: &mut Context<'_, '_>,
    taken: &mut Taken,
) -> Option<Route> {
    let said = &raw.said;
    let server_names = server_names(draft, raw, taken);
    let name = name(draft, raw, taken);
    let certificates = certificates(draft, raw, context);
    if let Some(certificates) = &certificates {
        warn_of_names(draft, said, certificates);
    }
    let clients = match &said.client_certificate {
        None => Some(None),
        Some(said) => clients(draft, said, context).map(Some),
    };
    let chain = context.policies.chain(draft, said.policies.as_ref());
    let upstream =
        context
            .upstreams
            .find(draft, &said.upstream, context.policies, context.provider);
    let (certificates, clients) = (certificates?, clients?);
    Some(Route {
        name: name.as_str().into(),
        server_names,
        identity: identity(&certificates, clients.as_ref()),
        certificates: Arc::new(Certificates(certificates)),
        client_certificates: clients.map(|clients| clients.verifier),
        chain: chain?,
        resumption: said.resumption.unwrap_or(true),
        upstream: upstream?,
    })
}

fn name(draft: &mut Draft<'_>, raw: &RawRoute, taken: &mut Taken) -> String {
    let said = &raw.said;
    let given = said.name.as_ref();
    let first = said.server_names.first();
    let name = given.or(first).map_or("default", |name| name.get_ref());
    if taken.routes.insert(name.to_owned(), ()).is_some() {
        let at = given.or(first).map_or(raw.at.clone(), Spanned::span);
        draft.wrong(
            &at,
            format!("this listener has two routes of the name `{name}`: give one another `name`"),
        );
    }
    if name.is_empty() || name.len() > 255 {
        draft.wrong(&raw.at, "a route's name has from 1 to 255 bytes");
    }
    name.to_owned()
}

fn server_names(draft: &mut Draft<'_>, raw: &RawRoute, taken: &mut Taken) -> Vec<NamePattern> {
    if raw.said.server_names.is_empty() {
        if std::mem::replace(&mut taken.default, true) {
            let sentence = "this listener has two routes without `server_names`: only one can be for all other names";
            draft.wrong(&raw.at, sentence);
        }
        return Vec::new();
    }
    let mut patterns = Vec::new();
    for said in &raw.said.server_names {
        let text = said.get_ref();
        match pattern(text) {
            None => {
                let sentence = format!(
                    "`{text}` is no server name: write a DNS name, or one with `*.` before it{}",
                    xn(text)
                );
                draft.wrong(&said.span(), sentence);
            }
            Some(pattern) => {
                if taken.names.insert(pattern.clone(), ()).is_some() {
                    draft.wrong(
                        &said.span(),
                        format!("`{text}` is named twice at this listener"),
                    );
                }
                patterns.push(pattern);
            }
        }
    }
    patterns
}

fn pattern(text: &str) -> Option<NamePattern> {
    let text = text.to_ascii_lowercase();
    let text = text.strip_suffix('.').unwrap_or(&text);
    let (below, name) = match text.strip_prefix("*.") {
        Some(name) => (true, name),
        None => (false, text),
    };
    match ServerName::try_from(name) {
        Ok(ServerName::DnsName(_)) if below => Some(NamePattern::Wildcard(name.to_owned())),
        Ok(ServerName::DnsName(_)) => Some(NamePattern::Exact(name.to_owned())),
        _ => None,
    }
}

fn certificates(
    draft: &mut Draft<'_>,
    raw: &RawRoute,
    context: &Context<'_, '_>,
) -> Option<Vec<Arc<CertifiedKey>>> {
    let said = &raw.said;
    let all: Vec<_> = said.certificate.iter().chain(&said.certificates).collect();
    if all.is_empty() {
        let sentence = "a route needs a certificate: certificate = { chain = \"FILE.pem\", key = \"FILE.key\" }";
        draft.wrong(&raw.at, sentence);
        return None;
    }
    if let (Some(one), [_, ..]) = (&said.certificate, &said.certificates[..]) {
        draft.wrong(
            &one.span(),
            "`certificate` is for one and `certificates` for several: write one of the two",
        );
    }
    let read: Vec<_> = all
        .iter()
        .map(|files| pem::certified_key(draft, files.get_ref(), context.provider))
        .collect();
    read.into_iter().collect()
}

/// What a client would not accept is most likely a slip.
fn warn_of_names(draft: &mut Draft<'_>, said: &file::Route, certificates: &[Arc<CertifiedKey>]) {
    let files: Vec<_> = said.certificate.iter().chain(&said.certificates).collect();
    for (certified, files) in certificates.iter().zip(files) {
        let at = files.get_ref().chain.span();
        let Some(own) = certified.cert.first() else {
            continue;
        };
        if let Some(when) = over(own) {
            draft.doubtful(&at, format!("the certificate {when}"));
        }
        for name in &said.server_names {
            if !fits(own, name.get_ref()) {
                let sentence = format!("the certificate is not for `{}`", name.get_ref());
                draft.doubtful(&at, sentence);
            }
        }
    }
}

fn over(certificate: &CertificateDer<'_>) -> Option<String> {
    let (_, certificate) = parse_x509_certificate(certificate).ok()?;
    let validity = certificate.validity();
    let now = OffsetDateTime::now_utc().unix_timestamp();
    if validity.not_after.timestamp() < now {
        return Some(format!("expired on {}", validity.not_after));
    }
    let begins = validity.not_before;
    (begins.timestamp() > now).then(|| format!("is valid only from {begins}"))
}

fn fits(certificate: &CertificateDer<'_>, name: &str) -> bool {
    // For a wildcard, any name below it stands.
    let name = name.replacen('*', "a", 1);
    let (Ok(parsed), Ok(name)) = (
        ParsedCertificate::try_from(certificate),
        ServerName::try_from(name),
    ) else {
        return false;
    };
    verify_server_name(&parsed, &name).is_ok()
}

/// Whom clients' certificates are checked by.
struct Clients {
    verifier: Arc<dyn ClientCertVerifier>,
    authorities: Vec<CertificateDer<'static>>,
    required: bool,
}

fn clients(
    draft: &mut Draft<'_>,
    said: &file::ClientCertificate,
    context: &Context<'_, '_>,
) -> Option<Clients> {
    let (roots, authorities) = pem::roots(draft, "authorities", &said.authorities)?;
    let builder =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(context.provider));
    let builder = match said.required {
        true => builder,
        false => builder.allow_unauthenticated(),
    };
    match builder.build() {
        Ok(verifier) => Some(Clients {
            verifier,
            authorities,
            required: said.required,
        }),
        Err(error) => {
            draft.wrong(&said.authorities.span(), format!("authorities: {error}"));
            None
        }
    }
}

/// What stands for certificates and authorities in session tickets: as long as they are the same, so is this.
fn identity(certificates: &[Arc<CertifiedKey>], clients: Option<&Clients>) -> Vec<u8> {
    let mut hash = Sha256::new_with_prefix(b"countersign route identity 1");
    let mut list = |items: &[CertificateDer<'_>]| {
        hash.update((items.len() as u64).to_be_bytes());
        for item in items {
            hash.update((item.len() as u64).to_be_bytes());
            hash.update(item);
        }
    };
    certificates
        .iter()
        .for_each(|certified| list(&certified.cert));
    // An empty list tells where the chains end.
    list(&[]);
    if let Some(clients) = clients {
        list(&clients.authorities);
    }
    hash.update([clients.map_or(2, |clients| u8::from(clients.required))]);
    hash.finalize().to_vec()
}

/// The certificates of a route.
#[derive(Debug)]
struct Certificates(Vec<Arc<CertifiedKey>>);

impl ResolvesServerCert for Certificates {
    /// The first whose key the client can verify.
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let schemes = hello.signature_schemes();
        let fits = |certified: &&Arc<CertifiedKey>| certified.key.choose_scheme(schemes).is_some();
        let found = self.0.iter().find(fits).or(self.0.first());
        found.cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_clients_send_them() {
        let exact = |name: &str| Some(NamePattern::Exact(name.into()));
        assert_eq!(pattern("Example.COM."), exact("example.com"));
        assert_eq!(pattern("localhost"), exact("localhost"));
        assert_eq!(
            pattern("*.Example.com"),
            Some(NamePattern::Wildcard("example.com".into()))
        );
        for wrong in [
            "",
            "*",
            "*.",
            "a.*.example",
            "*a.example",
            "192.0.2.1",
            "::1",
            "é.example",
            "a b",
        ] {
            assert_eq!(pattern(wrong), None, "{wrong}");
        }
    }
}
