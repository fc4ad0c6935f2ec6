//! The load: TLS 1.3 clients with X25519 that resume nothing.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use rustls::{
    ClientConfig, RootCertStore,
    client::Resumption,
    crypto::aws_lc_rs::{default_provider, kx_group::X25519},
    pki_types::ServerName,
    version::TLS13,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::{backend, pki::Pki};

/// Nothing that is measured takes so long.
const PATIENCE: Duration = Duration::from_secs(120);

#[derive(Clone)]
pub(crate) struct Load(TlsConnector);

impl Load {
    pub(crate) fn new(pki: &Pki) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(pki.certificate.clone()).expect("a certificate");
        let mut provider = default_provider();
        provider.kx_groups = vec![X25519];
        let mut config = ClientConfig::builder_with_provider(Arc::new(provider))
            .with_protocol_versions(&[&TLS13])
            .expect("a version")
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.resumption = Resumption::disabled();
        Self(TlsConnector::from(Arc::new(config)))
    }

    async fn connect(&self, port: u16) -> TlsStream<TcpStream> {
        let connect = async {
            let tcp = TcpStream::connect(("127.0.0.1", port))
                .await
                .expect("it listens");
            tcp.set_nodelay(true).expect("it can be set");
            let name = ServerName::try_from("localhost").expect("a name");
            self.0.connect(name, tcp).await.expect("a handshake")
        };
        timeout(PATIENCE, connect).await.expect("in time")
    }

    /// One connection: handshake, something there, something back, end.
    async fn once(&self, port: u16, request: &[u8]) -> TlsStream<TcpStream> {
        let mut stream = self.connect(port).await;
        let exchange = async {
            stream.write_all(request).await.expect("it is taken");
            stream.read_u8().await.expect("an answer");
        };
        timeout(PATIENCE, exchange).await.expect("in time");
        stream
    }

    /// So many connections, some at a time.
    pub(crate) async fn connections(
        &self,
        port: u16,
        request: &'static [u8],
        count: usize,
        at_once: usize,
    ) {
        let workers: Vec<_> = (0..at_once)
            .map(|_| {
                let load = self.clone();
                tokio::spawn(async move {
                    for _ in 0..count / at_once {
                        let mut stream = load.once(port, request).await;
                        // Some hang up first.
                        let _ = stream.shutdown().await;
                    }
                })
            })
            .collect();
        for worker in workers {
            worker.await.expect("all were served");
        }
    }

    /// From the beginning of TCP to the end of the handshake, one after the other.
    pub(crate) async fn one_by_one(
        &self,
        port: u16,
        request: &[u8],
        count: usize,
    ) -> Vec<Duration> {
        let mut latencies = Vec::new();
        for _ in 0..count {
            let began = Instant::now();
            let mut stream = self.connect(port).await;
            latencies.push(began.elapsed());
            let _ = stream.write_all(request).await;
            let _ = timeout(PATIENCE, stream.read_u8()).await;
            let _ = stream.shutdown().await;
        }
        latencies
    }

    /// Connections that are there and carry nothing more.
    pub(crate) async fn idle(
        &self,
        port: u16,
        request: &[u8],
        count: usize,
    ) -> Vec<TlsStream<TcpStream>> {
        let mut streams = Vec::new();
        for _ in 0..count {
            streams.push(self.once(port, request).await);
        }
        streams
    }

    /// So much in one direction.
    pub(crate) async fn relay(&self, port: u16, mebibytes: u64, to_client: bool) {
        let mut stream = self.connect(port).await;
        let mut room = vec![0; 1 << 18];
        let relay = async {
            if to_client {
                stream.write_u8(backend::SEND).await?;
                stream.write_u64(mebibytes).await?;
                let mut bytes = mebibytes << 20;
                while bytes > 0 {
                    match stream.read(&mut room).await? {
                        0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
                        read => bytes = bytes.saturating_sub(read as u64),
                    }
                }
                return Ok(());
            }
            stream.write_u8(backend::TAKE).await?;
            stream.write_u64(mebibytes).await?;
            for _ in 0..mebibytes << 2 {
                stream.write_all(&room).await?;
            }
            stream.flush().await?;
            stream.read_u8().await.map(drop)
        };
        timeout(PATIENCE, relay)
            .await
            .expect("in time")
            .expect("it is relayed");
    }
}
