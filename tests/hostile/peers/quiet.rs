//! A peer that hangs up when it has nothing more to say.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A wire that ends where it would be silent for ever, so that no test waits for a timeout.
///
/// A peer on a wire answers while it is written to. So a reader for whom there is nothing, twice in a row, has nothing to
/// wait for: once may be hesitation.
pub(super) struct Quiet<S> {
    inner: S,
    has_waited: bool,
}

impl<S> Quiet<S> {
    pub(super) fn new(inner: S) -> Self {
        let has_waited = false;
        Self { inner, has_waited }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Quiet<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.inner).poll_read(cx, out);
        match read {
            Poll::Ready(_) => self.has_waited = false,
            Poll::Pending if self.has_waited => return Poll::Ready(Ok(())),
            Poll::Pending => {
                self.has_waited = true;
                cx.waker().wake_by_ref();
            }
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Quiet<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let count = ready!(Pin::new(&mut self.inner).poll_write(cx, bytes));
        self.has_waited = false;
        Poll::Ready(count)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
