//! Connections on the loopback interface, and what the end without a gate saw of them.

use std::{
    cell::OnceCell,
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use countersign::{
    Approved, ClientGate, Origin, Peer, Refused, ServerGate, record::DecisionRecord,
};
use rustls::{ClientConfig, PeerIncompatible, ServerConfig, pki_types::ServerName};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    select, try_join,
};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use super::{DemoError, cast::SERVER_NAME};

/// What clients say, and servers repeat.
const GREETING: &[u8] = b"hello";

/// What an end of a connection saw of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Saw {
    /// Application data, in both directions.
    Data,
    /// A fatal alert.
    Alert(u8),
    /// A client that offers nothing that the server can speak.
    NothingInCommon,
    /// Something else, in the TLS library's words.
    Other(String),
}

impl Saw {
    fn of(result: io::Result<()>) -> Self {
        let Err(error) = result else {
            return Self::Data;
        };
        match error.get_ref().and_then(|error| error.downcast_ref()) {
            Some(rustls::Error::AlertReceived(alert)) => Self::Alert((*alert).into()),
            Some(rustls::Error::PeerIncompatible(PeerIncompatible::NoCipherSuitesInCommon)) => {
                Self::NothingInCommon
            }
            _ => Self::Other(error.to_string()),
        }
    }
}

/// A client without a gate at a server with one.
pub(super) async fn at_server_gate(
    gate: &ServerGate,
    client: &Arc<ClientConfig>,
) -> Result<(Arc<DecisionRecord>, Saw), DemoError> {
    let (listener, address) = listen().await?;
    try_join!(accept(gate, &listener), visit(client, address))
}

/// Both ends with a gate: the records of the client and of the server.
pub(super) async fn at_both_gates(
    client: &ClientGate,
    server: &ServerGate,
) -> Result<[Arc<DecisionRecord>; 2], DemoError> {
    let (listener, address) = listen().await?;
    let visit = async {
        let tcp = TcpStream::connect(address).await?;
        let approved = client.connect(peer(address)?, tcp).await;
        carry(approved, async |stream| greet(stream).await).await
    };
    let (server, client) = try_join!(accept(server, &listener), visit)?;
    Ok([client, server])
}

/// A client with a gate asks what it would settle on with a server without one. What the server saw is of the first
/// connection.
pub(super) async fn at_client_gate(
    gate: &ClientGate,
    server: Arc<ServerConfig>,
) -> Result<(Arc<DecisionRecord>, Saw), DemoError> {
    let (listener, address) = listen().await?;
    let saw = OnceCell::new();
    let check = gate.check(peer(address)?, async || TcpStream::connect(address).await);
    let record = select! {
        record = check => record,
        error = serve(&listener, server, &saw) => return Err(error.into()),
    };
    let nothing = || Saw::Other("no connection".to_owned());
    Ok((record, saw.into_inner().unwrap_or_else(nothing)))
}

async fn listen() -> Result<(TcpListener, SocketAddr), DemoError> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

fn peer(address: SocketAddr) -> Result<Peer, DemoError> {
    Ok(Peer::new(server_name()?)
        .port(address.port())
        .address(address))
}

fn server_name() -> Result<ServerName<'static>, DemoError> {
    let not_a_name = |_| rustls::Error::General(format!("{SERVER_NAME} is not a name"));
    Ok(ServerName::try_from(SERVER_NAME).map_err(not_a_name)?)
}

/// Takes one connection through a gate, and repeats what comes out of it.
async fn accept(
    gate: &ServerGate,
    listener: &TcpListener,
) -> Result<Arc<DecisionRecord>, DemoError> {
    let (tcp, _) = listener.accept().await?;
    let approved = gate.accept(Origin::of(&tcp), tcp).await;
    carry(approved, async |stream| echo(stream).await).await
}

/// Uses the stream of an approved connection, for there is none otherwise.
async fn carry<S>(
    approved: Result<Approved<S>, Refused>,
    talk: impl AsyncFnOnce(S) -> io::Result<()>,
) -> Result<Arc<DecisionRecord>, DemoError> {
    match approved {
        Ok(Approved { stream, record, .. }) => {
            talk(stream).await?;
            Ok(record)
        }
        Err(refused) => Ok(Arc::clone(refused.record())),
    }
}

/// A client without a gate.
async fn visit(config: &Arc<ClientConfig>, address: SocketAddr) -> Result<Saw, DemoError> {
    let tcp = TcpStream::connect(address).await?;
    let connector = TlsConnector::from(Arc::clone(config));
    let name = server_name()?;
    let talk = async { greet(connector.connect(name, tcp).await?).await };
    Ok(Saw::of(talk.await))
}

/// A server without a gate, for as many connections as come.
async fn serve(
    listener: &TcpListener,
    config: Arc<ServerConfig>,
    saw: &OnceCell<Saw>,
) -> io::Error {
    let acceptor = TlsAcceptor::from(config);
    loop {
        let tcp = match listener.accept().await {
            Ok((tcp, _)) => tcp,
            Err(error) => return error,
        };
        let talk = async { echo(acceptor.accept(tcp).await?).await };
        let seen = Saw::of(talk.await);
        saw.get_or_init(|| seen);
    }
}

async fn greet(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<()> {
    stream.write_all(GREETING).await?;
    stream.flush().await?;
    let mut echo = Vec::new();
    stream.read_to_end(&mut echo).await?;
    match echo == GREETING {
        true => stream.shutdown().await,
        false => Err(io::Error::other("the server did not repeat what was said")),
    }
}

async fn echo(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<()> {
    let mut said = [0; GREETING.len()];
    stream.read_exact(&mut said).await?;
    stream.write_all(&said).await?;
    stream.shutdown().await
}
