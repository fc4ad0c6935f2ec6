//! Servers, well-behaved and not.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::Arc,
    thread,
};

use rustls::{
    RootCertStore, ServerConfig, ServerConnection, StreamOwned, SupportedProtocolVersion,
    crypto::aws_lc_rs, server::WebPkiClientVerifier,
};

use crate::identity::{Authority, Identity};

/// TLS 1.3 and 1.2.
pub(crate) const MODERN: &[&SupportedProtocolVersion] =
    &[&rustls::version::TLS13, &rustls::version::TLS12];

/// TLS 1.2 alone.
pub(crate) const ONLY_TLS12: &[&SupportedProtocolVersion] = &[&rustls::version::TLS12];

/// Starts a TLS server; returns its port.
pub(crate) fn tls(identity: &Identity, versions: &[&'static SupportedProtocolVersion]) -> u16 {
    let mut config = builder(versions)
        .with_no_client_auth()
        .with_single_cert(vec![identity.certificate.clone()], identity.key())
        .expect("the identity is consistent");
    config.alpn_protocols = vec![b"h2".to_vec()];
    serve_tls(config)
}

/// Starts a TLS 1.2 server that demands a certificate of `authority` from its clients.
pub(crate) fn demanding(identity: &Identity, authority: &Authority) -> u16 {
    let mut roots = RootCertStore::empty();
    roots.add(authority.der.clone()).expect("a root");
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), provider);
    let config = builder(ONLY_TLS12)
        .with_client_cert_verifier(verifier.build().expect("a verifier"))
        .with_single_cert(vec![identity.certificate.clone()], identity.key())
        .expect("the identity is consistent");
    serve_tls(config)
}

fn builder(
    versions: &[&'static SupportedProtocolVersion],
) -> rustls::ConfigBuilder<ServerConfig, rustls::WantsVerifier> {
    ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(versions)
        .expect("the provider has these versions")
}

/// Accepts, shakes hands, and reads to the end.
fn serve_tls(config: ServerConfig) -> u16 {
    let config = Arc::new(config);
    serve(move |tcp| {
        let connection = ServerConnection::new(Arc::clone(&config)).expect("a connection");
        let _ = StreamOwned::new(connection, tcp).read_to_end(&mut Vec::new());
    })
}

/// Starts a server that answers in plain HTTP.
pub(crate) fn http() -> u16 {
    serve(|mut tcp| {
        let _ = tcp.read(&mut [0; 1024]);
        let _ = tcp.write_all(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
    })
}

/// Starts a server that takes connections and says nothing.
pub(crate) fn silent() -> u16 {
    serve(|mut tcp| {
        let _ = tcp.read_to_end(&mut Vec::new());
    })
}

/// A listener whose queue is full, so that the system drops what else would connect to it; and its queue.
#[cfg(target_os = "linux")]
pub(crate) fn full() -> (TcpListener, Vec<TcpStream>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let patience = std::time::Duration::from_millis(100);
    let waiting = std::iter::from_fn(|| TcpStream::connect_timeout(&address, patience).ok());
    let waiting = waiting.take(10_000).collect();
    (listener, waiting)
}

/// A port that nobody listens on.
pub(crate) fn nobody() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("it is bound").port()
}

fn serve(handle: impl Fn(TcpStream) + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("it is bound").port();
    let handle = Arc::new(handle);
    thread::spawn(move || {
        for tcp in listener.incoming().flatten() {
            let handle = Arc::clone(&handle);
            thread::spawn(move || handle(tcp));
        }
    });
    port
}
