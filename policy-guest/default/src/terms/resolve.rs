//! From what is said to what holds.

use super::{Allowed, Base, Kind, Sunsets, Terms};
use crate::{
    certificate::CertificateTerms,
    profiles::Profile,
    settings::{Change, Choice, PostQuantum, Said, Versions},
};

impl Terms {
    /// What holds under what is said at the top.
    pub(crate) fn of(said: Said<'_>) -> Self {
        Self::of_layers(said, &[said])
    }

    /// What holds under what is said in a rule.
    pub(crate) fn of_rule(said: Said<'_>, top: Said<'_>) -> Self {
        Self::of_layers(said.over(top), &[top, said])
    }

    /// What holds. Of certificates, each layer changes the one before key by key; all else is said as a whole.
    fn of_layers(said: Said<'_>, layers: &[Said<'_>]) -> Self {
        let profile = said.profile.map(|name| name.profile);
        let groups = allowed(said.groups, profile);
        Self {
            profile,
            versions: versions(said.versions, profile),
            cipher_suites: allowed(said.cipher_suites, profile),
            not_listed: said.not_listed.unwrap_or_default(),
            post_quantum: said.post_quantum.unwrap_or(match groups.base {
                Base::Safe(_) => PostQuantum::Prefer,
                _ => PostQuantum::Allow,
            }),
            groups,
            signature_schemes: allowed(said.signature_schemes, profile),
            alpn: said.alpn.cloned(),
            resumption: said.resumption.unwrap_or(true),
            sunsets: Sunsets::of(said.sunset.unwrap_or_default()),
            certificates: CertificateTerms::of(
                profile,
                layers.iter().filter_map(|layer| layer.peer_certificate),
                layers.iter().filter_map(|layer| layer.client_certificate),
            ),
        }
    }
}

impl<'a> Said<'a> {
    /// What a rule says, over what the top says. With a profile of its own, what the top says of versions, cipher suites, groups and
    /// signature schemes was said of another.
    pub(crate) fn over(self, top: Self) -> Self {
        let lists = match self.profile {
            Some(_) => self,
            None => Self {
                versions: self.versions.or(top.versions),
                cipher_suites: self.cipher_suites.or(top.cipher_suites),
                groups: self.groups.or(top.groups),
                signature_schemes: self.signature_schemes.or(top.signature_schemes),
                ..self
            },
        };
        Self {
            profile: self.profile.or(top.profile),
            versions: lists.versions,
            cipher_suites: lists.cipher_suites,
            groups: lists.groups,
            signature_schemes: lists.signature_schemes,
            not_listed: self.not_listed.or(top.not_listed),
            post_quantum: self.post_quantum.or(top.post_quantum),
            alpn: self.alpn.or(top.alpn),
            resumption: self.resumption.or(top.resumption),
            sunset: self.sunset.or(top.sunset),
            peer_certificate: self.peer_certificate.or(top.peer_certificate),
            client_certificate: self.client_certificate.or(top.client_certificate),
        }
    }
}

/// What holds before anything is said of a kind.
fn base<T: Kind>(profile: Option<&'static Profile>) -> Base<T> {
    let stating = profile.filter(|profile| T::is_stated(profile));
    stating.map_or_else(T::base, Base::Profile)
}

fn allowed<T: Kind>(said: Option<&Choice<T>>, profile: Option<&'static Profile>) -> Allowed<T> {
    match said {
        None => Allowed::of(base(profile)),
        Some(Choice::Allow(these)) => Allowed::of(Base::These(these.clone())),
        Some(Choice::Deny(denied)) => Allowed {
            base: Base::Everything,
            added: Vec::new(),
            forbidden: denied.clone(),
        },
        Some(Choice::Change(Change { add, remove })) => Allowed {
            base: base(profile),
            added: add.clone(),
            forbidden: remove.clone(),
        },
    }
}

fn versions(
    said: Option<&Versions>,
    profile: Option<&'static Profile>,
) -> Allowed<countersign_names::Version> {
    match said {
        None => allowed(None, profile),
        Some(Versions::Named(choice)) => allowed(Some(choice), profile),
        Some(Versions::Range(range)) => Allowed::of(Base::Range(*range)),
    }
}
