//! One connection: from its first byte to its line in the log.

mod originate;
mod terminate;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use countersign::{Origin, Refused};
use tokio::{
    io::{AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use crate::{
    config::ProxyIn,
    limits::{Admission, Seat},
    log::{End, Entry, Line},
    metrics::TurnedAway,
    proxy::{self, Header},
    relay::{RelayEnd, Relayed},
    serving::{Serving, Work},
    transport::hang_up_at_once,
    upstream::Unconnected,
};

/// How long a peer may take to be told that it is over.
const FAREWELL: Duration = Duration::from_secs(1);

/// A connection that came in.
pub(crate) struct Incoming {
    pub(crate) tcp: TcpStream,
    pub(crate) peer: SocketAddr,
    /// Its places among all connections and among those of the listener.
    pub(crate) seats: [Seat; 2],
}

/// A connection whose ends are known.
struct Known {
    tcp: TcpStream,
    client: SocketAddr,
    local: Option<SocketAddr>,
}

impl Known {
    /// What policies and records are told of where it comes from.
    fn origin(&self) -> Origin {
        let origin = Origin::unknown().address(self.client);
        match self.local {
            Some(local) => origin.port(local.port()),
            None => origin,
        }
    }
}

/// Serves a connection to its end, or until `stop`. It leaves one line in the log, whatever becomes of it.
pub(crate) async fn serve(serving: Arc<Serving>, incoming: Incoming, stop: CancellationToken) {
    let Incoming {
        tcp,
        peer,
        seats: _seats,
    } = incoming;
    let mut entry = Entry::new(Arc::clone(&serving.listener.name));
    entry.peer = Some(peer);
    entry.client = Some(peer);
    entry.local = tcp.local_addr().ok();
    serving.metrics.accepted(&serving.listener.name);
    let mut line = Line::new(entry, serving.log.clone(), serving.metrics.clone());
    let end = tokio::select! {
        end = follow(&serving, tcp, peer, line.entry()) => end,
        () = stop.cancelled() => End::Drained,
    };
    line.entry().end = end;
}

async fn follow(serving: &Serving, mut tcp: TcpStream, peer: SocketAddr, entry: &mut Entry) -> End {
    let listener = &serving.listener;
    let proxy = listener
        .proxy
        .as_ref()
        .filter(|proxy| is_trusted(proxy, peer));
    if proxy.is_some() {
        let header = timeout(listener.handshake_timeout, proxy::read(&mut tcp)).await;
        match header {
            Ok(Ok(Header::Proxied {
                source,
                destination,
            })) => {
                entry.client = Some(source);
                entry.local = Some(destination);
            }
            Ok(Ok(Header::Local)) => (),
            Ok(Err(_)) | Err(_) => {
                serving
                    .metrics
                    .turned_away(&listener.name, TurnedAway::ProxyHeader);
                return End::ProxyHeader;
            }
        }
    }
    let known = Known {
        tcp,
        client: entry.client.unwrap_or(peer),
        local: entry.local,
    };
    let Some(_admission) = admit(serving, known.client) else {
        hang_up_at_once(&known.tcp);
        return End::TurnedAway;
    };
    match &serving.work {
        Work::Terminate(work) => terminate::serve(work, listener.idle_timeout, known, entry).await,
        Work::Originate(work) => originate::serve(work, listener.idle_timeout, known, entry).await,
    }
}

fn is_trusted(proxy: &ProxyIn, peer: SocketAddr) -> bool {
    let peer = peer.ip().to_canonical();
    proxy.trusted.iter().any(|network| network.contains(&peer))
}

fn admit(serving: &Serving, client: SocketAddr) -> Option<Admission> {
    let limit = serving.listener.connections_per_client_max;
    let admission = serving.counts.clients.admit(client.ip(), limit);
    if admission.is_none() {
        let listener = &serving.listener.name;
        serving
            .metrics
            .turned_away(listener, TurnedAway::ClientLimit);
        if let Some(more) = serving.counts.crowded.may_be_said() {
            let client = client.ip();
            tracing::warn!(%listener, %client, limit, more, "a client has too many connections");
        }
    }
    admission
}

/// What a handshake with a client that was refused is in the log.
fn refused(refused: &Refused) -> End {
    match refused {
        Refused::Veto(_) => End::Vetoed,
        _ => End::Failed,
    }
}

/// Takes what is known of an upstream that could not be had.
fn unconnected(unconnected: Unconnected, entry: &mut Entry) -> End {
    match unconnected {
        Unconnected::Unreachable => End::UpstreamUnreachable,
        Unconnected::Refused { address, refused } => {
            if let Some((_, at)) = &mut entry.upstream {
                *at = Some(address);
            }
            entry.upstream_record = Some(Arc::clone(refused.record()));
            match refused {
                Refused::Veto(_) => End::UpstreamVetoed,
                _ => End::UpstreamFailed,
            }
        }
    }
}

/// Takes what a relay came to.
fn relayed(relayed: Relayed, entry: &mut Entry) -> End {
    entry.bytes_in = relayed.bytes_in;
    entry.bytes_out = relayed.bytes_out;
    match relayed.end {
        RelayEnd::Closed => End::Closed,
        RelayEnd::Idle => End::IdleTimeout,
        RelayEnd::ClientBroke => End::ClientReset,
        RelayEnd::UpstreamBroke => End::UpstreamReset,
    }
}

/// Tells a peer in its own words that nothing more will come, if it still listens.
async fn say_farewell<S: AsyncWrite + Unpin>(stream: &mut S) {
    // However that ends, it is over.
    let _ = timeout(FAREWELL, stream.shutdown()).await;
}
