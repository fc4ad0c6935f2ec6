//! A socket that takes connections in, and gives each to whoever serves it at that moment.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    complaint::Complaint,
    connection::{self, Incoming},
    limits::{Seat, Seats},
    serving::Serving,
};

/// Connections that the system completes while nobody accepts them.
const BACKLOG: i32 = 4_096;

/// How long it waits when the system has nothing left to accept with.
const EXHAUSTED_PAUSE: Duration = Duration::from_millis(50);

/// What a listening socket works with.
pub(crate) struct Accepting {
    pub(crate) socket: TcpListener,
    /// Who serves connections that come from now on.
    pub(crate) serving: Arc<ArcSwap<Serving>>,
    /// For connections of all listeners together.
    pub(crate) seats: Arc<Seats>,
    /// Who waits for the connections to end.
    pub(crate) connections: TaskTracker,
    /// No more connections are taken in.
    pub(crate) close: CancellationToken,
    /// No connection goes on.
    pub(crate) stop: CancellationToken,
}

impl Accepting {
    /// Takes connections in until it is closed.
    pub(crate) async fn run(self) {
        let close = self.close.clone();
        tokio::select! {
            () = close.cancelled() => (),
            () = self.accept_all() => (),
        }
    }

    async fn accept_all(&self) {
        let (crowded, exhausted) = (Complaint::default(), Complaint::default());
        loop {
            let (tcp, peer) = self.accept(&exhausted).await;
            // Where there is no seat this one waits, and those after it in the system's queue: nobody is turned away.
            let all = self
                .seat(&self.seats, "connections_max of the gateway", &crowded)
                .await;
            let own = Arc::clone(&self.serving.load().counts.seats);
            let seats = [all, self.seat(&own, "connections_max", &crowded).await];
            let log = self.serving.load().log.clone();
            log.room().await;
            // A reload may have come in the meantime.
            let serving = self.serving.load_full();
            let incoming = Incoming { tcp, peer, seats };
            let served = connection::serve(serving, incoming, self.stop.clone());
            self.connections.spawn(served);
        }
    }

    async fn seat(&self, seats: &Arc<Seats>, limit: &str, crowded: &Complaint) -> Seat {
        if let Some(seat) = seats.try_take() {
            return seat;
        }
        if crowded.may_be_said().is_some() {
            let listener = Arc::clone(&self.serving.load().listener.name);
            let connections = seats.taken();
            tracing::warn!(%listener, connections, "{limit} is reached, new connections wait");
        }
        seats.take().await
    }

    async fn accept(&self, exhausted: &Complaint) -> (TcpStream, SocketAddr) {
        loop {
            match self.socket.accept().await {
                Ok((tcp, peer)) if tcp.set_nodelay(true).is_ok() => return (tcp, peer),
                // It has gone before it was served.
                Ok(_) => (),
                Err(error) if is_of_the_connection(&error) => (),
                Err(error) => {
                    if let Some(more) = exhausted.may_be_said() {
                        tracing::error!(%error, more, "no connection can be accepted for now");
                    }
                    tokio::time::sleep(EXHAUSTED_PAUSE).await;
                }
            }
        }
    }
}

/// Whether only this connection is lost; the next may be well.
fn is_of_the_connection(error: &io::Error) -> bool {
    use io::ErrorKind as K;
    matches!(
        error.kind(),
        K::ConnectionAborted | K::ConnectionReset | K::ConnectionRefused | K::Interrupted
    )
}

/// A socket that listens at an address. One of IPv6 is for IPv6 alone, so that `0.0.0.0` and `[::]` can be had side by side.
pub(crate) fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    // A gateway that starts again need not wait for what is left of its last connections.
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}
