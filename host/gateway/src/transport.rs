//! A TCP connection that is read in large pieces while much is coming.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use socket2::SockRef;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

/// Bytes that are read ahead: two TLS records.
const AHEAD: usize = 32 * 1024;

/// A TCP connection. The TLS library asks for 4 KiB at a time; once that much was there, more is read ahead, and one system call
/// serves for eight. A connection on which nothing is coming has no buffer.
#[derive(Debug)]
pub(crate) struct Transport {
    tcp: TcpStream,
    /// Empty, or `AHEAD` bytes of which those from `next` to `end` were read and not yet given out.
    ahead: Box<[u8]>,
    next: usize,
    end: usize,
    /// The last read filled all the room that it had.
    is_busy: bool,
}

impl Transport {
    pub(crate) fn new(tcp: TcpStream) -> Self {
        Self {
            tcp,
            ahead: Box::default(),
            next: 0,
            end: 0,
            is_busy: false,
        }
    }

    /// Gives out what was read ahead.
    fn give(&mut self, out: &mut ReadBuf<'_>) {
        let length = out.remaining().min(self.end - self.next);
        out.put_slice(&self.ahead[self.next..self.next + length]);
        self.next += length;
    }

    fn poll_ahead(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.ahead.is_empty() {
            self.ahead = vec![0; AHEAD].into_boxed_slice();
        }
        let mut ahead = ReadBuf::new(&mut self.ahead);
        let read = Pin::new(&mut self.tcp).poll_read(cx, &mut ahead);
        (self.next, self.end) = (0, ahead.filled().len());
        if self.end < AHEAD {
            self.is_busy = false;
        }
        if self.end == 0 {
            self.ahead = Box::default();
        }
        read
    }
}

impl AsyncRead for Transport {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.next == this.end {
            if !this.is_busy || out.remaining() >= AHEAD {
                this.ahead = Box::default();
                (this.next, this.end) = (0, 0);
                ready!(Pin::new(&mut this.tcp).poll_read(cx, out))?;
                this.is_busy = out.remaining() == 0;
                return Poll::Ready(Ok(()));
            }
            ready!(this.poll_ahead(cx))?;
        }
        this.give(out);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Transport {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.tcp).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.tcp).poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
}

/// Lets the peer see a reset when the connection is closed, and the system forget it at once.
pub(crate) fn hang_up_at_once(tcp: &TcpStream) {
    // Without it, it is closed in order.
    let _ = SockRef::from(tcp).set_linger(Some(Duration::ZERO));
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;

    #[tokio::test]
    async fn however_it_is_asked_the_bytes_are_the_same() {
        let sent: Vec<u8> = (0..1_000_003_u32).map(|at| (at * 31 % 251) as u8).collect();
        for piece in [1_000, 4_096, 40_000] {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let address = listener.local_addr().expect("it is bound");
            let bytes = sent.clone();
            let sending = tokio::spawn(async move {
                let mut tcp = TcpStream::connect(address).await.expect("it listens");
                tcp.write_all(&bytes).await
            });
            let (tcp, _) = listener.accept().await.expect("it comes");
            let mut transport = Transport::new(tcp);
            let (mut received, mut room) = (Vec::new(), vec![0; piece]);
            loop {
                match transport.read(&mut room).await.expect("it is read") {
                    0 => break,
                    read => received.extend_from_slice(&room[..read]),
                }
            }
            assert!(received == sent, "in pieces of {piece}");
            assert!(transport.ahead.is_empty(), "nothing is kept at the end");
            sending.await.expect("no panic").expect("it was sent");
        }
    }
}
