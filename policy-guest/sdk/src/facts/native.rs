//! Natively, facts are those that were built.

use super::ChainCheck;
use crate::built::{self, read};

pub(super) fn server_name() -> Option<String> {
    read("server-name", |facts| facts.server_name.clone())
}

pub(super) fn port() -> Option<u16> {
    read("port", |facts| facts.port)
}

pub(super) fn peer_address() -> Option<String> {
    read("peer-address", |facts| facts.peer_address.clone())
}

pub(super) fn today() -> u32 {
    read("today", |facts| facts.today)
}

pub(super) fn hello() -> Option<Hello> {
    read("hello", |facts| facts.hello.clone()).map(Hello)
}

pub(super) fn peer_certificates() -> Vec<Certificate> {
    let certificates = read("peer-certificates", |facts| facts.peer_certificates.clone());
    certificates.into_iter().map(Certificate).collect()
}

pub(super) fn peer_verification() -> ChainCheck {
    read("peer-verification", |facts| facts.peer_verification)
}

pub(super) fn signature_scheme() -> Option<u16> {
    read("signature-scheme", |facts| facts.signature_scheme)
}

/// Getters of a resource: each notes that it was called.
macro_rules! resource {
    ($name:ident of $resource:literal { $($getter:ident = $fact:literal -> $type:ty,)+ }) => {
        #[derive(Debug)]
        pub(super) struct $name(built::$name);

        impl $name {
            $(pub(super) fn $getter(&self) -> $type {
                read(concat!($resource, ".", $fact), |_| self.0.$getter.clone())
            })+
        }
    };
}

resource! {
    Hello of "client-hello" {
        versions = "versions" -> Vec<u16>,
        cipher_suites = "cipher-suites" -> Vec<u16>,
        groups = "groups" -> Vec<u16>,
        key_shares = "key-shares" -> Vec<u16>,
        signature_schemes = "signature-schemes" -> Vec<u16>,
        alpn = "alpn" -> Vec<Vec<u8>>,
        extensions = "extensions" -> Vec<u16>,
        ja4 = "ja4" -> String,
    }
}

resource! {
    Certificate of "certificate" {
        der = "der" -> Vec<u8>,
        sha256 = "sha256" -> Vec<u8>,
        spki_sha256 = "spki-sha256" -> Vec<u8>,
        subject = "subject" -> String,
        issuer = "issuer" -> String,
        serial = "serial" -> Vec<u8>,
        dns_names = "dns-names" -> Vec<String>,
        uris = "uris" -> Vec<String>,
        ip_addresses = "ip-addresses" -> Vec<String>,
        not_before = "not-before" -> i64,
        not_after = "not-after" -> i64,
        key_algorithm = "key-algorithm" -> String,
        key_bits = "key-bits" -> u32,
        signature_algorithm = "signature-algorithm" -> String,
    }
}
