//! debug
pub mod peers;
use std::{io, pin::Pin, task::{Context, Poll}};
use peers::{pki::*, server::*, gate::*, guest::*};
use tokio::io::{AsyncRead, AsyncWrite, AsyncReadExt, AsyncWriteExt, ReadBuf, DuplexStream};
#[derive(Debug)]
struct L(DuplexStream, &'static str);
impl AsyncRead for L { fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, b: &mut ReadBuf<'_>) -> Poll<io::Result<()>> { let n = b.filled().len(); let r = Pin::new(&mut self.0).poll_read(cx, b); eprintln!("{} read {:?} {} of {}", self.1, r, b.filled().len()-n, b.capacity()); r } }
impl AsyncWrite for L {
 fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, b: &[u8]) -> Poll<io::Result<usize>> { let r = Pin::new(&mut self.0).poll_write(cx, b); eprintln!("{} write {:?} of {}", self.1, r, b.len()); r }
 fn poll_write_vectored(mut self: Pin<&mut Self>, cx: &mut Context<'_>, b: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> { let r = Pin::new(&mut self.0).poll_write_vectored(cx, b); eprintln!("{} writev {:?} of {:?}", self.1, r, b.iter().map(|b| b.len()).collect::<Vec<_>>()); r }
 fn is_write_vectored(&self) -> bool { true }
 fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> { let r = Pin::new(&mut self.0).poll_flush(cx); eprintln!("{} flush {:?}", self.1, r); r }
 fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> { let r = Pin::new(&mut self.0).poll_shutdown(cx); eprintln!("{} shutdown {:?}", self.1, r); r }
}
#[tokio::test]
async fn plain() {
    let kind = tls13();
    let (near, far) = tokio::io::duplex(64);
    let far = L(far, "S");
    let t = tokio::spawn(async move {
        let mut stream = tokio_rustls::TlsAcceptor::from(kind.config()).accept(far).await.expect("accepts"); eprintln!("accepted");
        let mut received = Vec::new();
        stream.read_to_end(&mut received).await.expect("a proper end");
    });
    let client = client(policy(Says::Yes));
    let approved = client.gate.connect(peer(), L(near, "C")).await.expect("approved");
    eprintln!("approved");
    let (mut reader, mut writer) = tokio::io::split(approved.stream);
    let data = vec![1; 1<<20];
    let mut received = Vec::new();
    let write = async {
        writer.write_all(&data).await.expect("writes");
        writer.shutdown().await.expect("closes its half");
    };
    let r = tokio::time::timeout(std::time::Duration::from_secs(3), async { tokio::join!(reader.read_to_end(&mut received), write).0 }).await;
    eprintln!("{r:?}");
    t.abort();
}
