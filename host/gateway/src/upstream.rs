//! Where connections go: addresses in turn, those that fail left alone for a while, and TLS under policies of its own.

mod addresses;
mod tls;

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use countersign::{Refused, record::DecisionRecord};
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::{config, metrics::Metrics, transport::Transport};
use addresses::Member;
use tls::Gates;

/// An upstream, as one listener uses it.
pub(crate) struct Upstream {
    name: Arc<str>,
    members: Box<[Member]>,
    /// Whose turn it is.
    turn: AtomicUsize,
    connect_timeout: Duration,
    retry_after: Duration,
    gates: Option<Gates>,
    pub(crate) sends_proxy: bool,
    metrics: Metrics,
}

/// A connection to an upstream.
pub(crate) struct Connected {
    /// The stream, TLS or not.
    pub(crate) stream: Box<dyn Stream>,
    /// Where it leads.
    pub(crate) address: SocketAddr,
    /// What the policies for upstreams said. None: it is plain TCP.
    pub(crate) record: Option<Arc<DecisionRecord>>,
}

/// What can be relayed.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Why there is no connection to an upstream.
pub(crate) enum Unconnected {
    /// No address could be reached.
    Unreachable,
    /// A policy refused it, or the handshake failed at the last address that was tried.
    Refused {
        /// Where that was.
        address: SocketAddr,
        refused: Refused,
    },
}

/// What an upstream is told and asked for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Request<'a> {
    /// The application protocol that was settled with the client. None: none was, or the upstream's own list is offered.
    pub(crate) alpn: Option<&'a [u8]>,
    /// Bytes that go before everything else: a PROXY header.
    pub(crate) opening: &'a [u8],
}

/// Who uses an upstream, and how.
pub(crate) struct User<'a> {
    pub(crate) listener: &'a Arc<str>,
    pub(crate) handshake_timeout: Duration,
    /// The protocols of which one will be asked for; where nobody settles on one with a client, all of them are offered.
    pub(crate) alpn: Alpn<'a>,
    pub(crate) metrics: &'a Metrics,
}

/// What application protocols an upstream is offered.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Alpn<'a> {
    /// The one that was settled with the client, which is one of these.
    OneOf(&'a [Vec<u8>]),
    /// All of these.
    All(&'a [Vec<u8>]),
}

impl Upstream {
    pub(crate) fn new(upstream: &config::Upstream, user: &User<'_>) -> Self {
        let members = upstream.addresses.iter().cloned().map(Member::new);
        let gates = upstream.tls.as_ref().map(|tls| Gates::new(tls, user));
        Self {
            name: Arc::clone(&upstream.name),
            members: members.collect(),
            turn: AtomicUsize::new(0),
            connect_timeout: upstream.connect_timeout,
            retry_after: upstream.retry_after,
            gates,
            sends_proxy: upstream.send_proxy,
            metrics: user.metrics.clone(),
        }
    }

    pub(crate) fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// A connection to the first address that can be had, beginning with the one whose turn it is. A veto is an answer: no other
    /// address is asked after it.
    pub(crate) async fn connect(&self, request: Request<'_>) -> Result<Connected, Unconnected> {
        let mut last = Unconnected::Unreachable;
        for member in self.in_turn() {
            match self.connect_to(member, request).await {
                Ok(connected) => return Ok(connected),
                Err(
                    veto @ Unconnected::Refused {
                        refused: Refused::Veto(_),
                        ..
                    },
                ) => return Err(veto),
                Err(failed) => last = failed,
            }
        }
        Err(last)
    }

    async fn connect_to(
        &self,
        member: &Member,
        request: Request<'_>,
    ) -> Result<Connected, Unconnected> {
        let reached = timeout(self.connect_timeout, reach(member, request.opening)).await;
        let (tcp, address) = match reached.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())) {
            Ok(reached) => reached,
            Err(error) => {
                self.note_failure(member, "unreachable", &error);
                return Err(Unconnected::Unreachable);
            }
        };
        let Some(gates) = &self.gates else {
            member.note_success(&self.name);
            let stream = Box::new(tcp);
            return Ok(Connected {
                stream,
                address,
                record: None,
            });
        };
        match gates
            .connect(request.alpn, address, Transport::new(tcp))
            .await
        {
            Ok(approved) => {
                member.note_success(&self.name);
                let record = Some(approved.record);
                let stream = Box::new(approved.stream);
                Ok(Connected {
                    stream,
                    address,
                    record,
                })
            }
            Err(refused) => {
                match &refused {
                    Refused::Veto(_) => self.metrics.upstream_failed(&self.name, "vetoed"),
                    failed => self.note_failure(member, "handshake", failed),
                }
                Err(Unconnected::Refused { address, refused })
            }
        }
    }

    fn note_failure(&self, member: &Member, reason: &'static str, error: &dyn std::fmt::Display) {
        self.metrics.upstream_failed(&self.name, reason);
        member.note_failure(&self.name, self.retry_after, error);
    }

    /// All addresses, the next one first, those left alone last.
    fn in_turn(&self) -> impl Iterator<Item = &Member> {
        let first = self.turn.fetch_add(1, Relaxed) % self.members.len();
        let (before, from) = self.members.split_at(first);
        let in_turn = from.iter().chain(before);
        let well = in_turn.clone().filter(|member| !member.is_left_alone());
        well.chain(in_turn.filter(|member| member.is_left_alone()))
    }
}

/// A TCP connection on which `opening` has been sent.
async fn reach(member: &Member, opening: &[u8]) -> io::Result<(TcpStream, SocketAddr)> {
    let (mut tcp, address) = member.connect().await?;
    tcp.set_nodelay(true)?;
    if !opening.is_empty() {
        tcp.write_all(opening).await?;
    }
    Ok((tcp, address))
}
