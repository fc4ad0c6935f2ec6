//! What all of them lead to: it does what the first byte says.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// Says one byte back.
pub(crate) const ONE: u8 = b'1';
/// Sends as many mebibytes as the next eight bytes say.
pub(crate) const SEND: u8 = b'D';
/// Takes everything, then says one byte.
pub(crate) const TAKE: u8 = b'U';
/// The first letter of an HTTP request.
const GET: u8 = b'G';

const PAGE: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx";

pub(crate) struct Backend {
    pub(crate) port: u16,
}

impl Backend {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("it is bound").port();
        tokio::spawn(async move {
            loop {
                if let Ok((tcp, _)) = listener.accept().await {
                    tokio::spawn(async move {
                        // Whoever hangs up has what it wanted.
                        let _ = answer(tcp).await;
                    });
                }
            }
        });
        Self { port }
    }
}

async fn answer(mut tcp: TcpStream) -> std::io::Result<()> {
    tcp.set_nodelay(true)?;
    let mut room = vec![0; 256];
    loop {
        match tcp.read_u8().await? {
            ONE => tcp.write_u8(ONE).await?,
            SEND => {
                let mebibytes = tcp.read_u64().await?;
                let chunk = vec![0x5a; 1 << 20];
                for _ in 0..mebibytes {
                    tcp.write_all(&chunk).await?;
                }
            }
            TAKE => {
                let mut bytes = tcp.read_u64().await? << 20;
                room.resize(1 << 18, 0);
                while bytes > 0 {
                    bytes = bytes.saturating_sub(tcp.read(&mut room).await? as u64);
                }
                tcp.write_u8(TAKE).await?;
            }
            GET => {
                let _ = tcp.read(&mut room).await?;
                tcp.write_all(PAGE).await?;
                return tcp.shutdown().await;
            }
            _ => return Ok(()),
        }
    }
}
