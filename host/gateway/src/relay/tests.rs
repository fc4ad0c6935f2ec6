use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, WriteHalf, duplex},
    task::JoinHandle,
    time,
};

use super::*;

const LONG: Duration = Duration::from_secs(3_600);

/// A relay between two pipes that hold few bytes.
fn pipes(idle: Duration) -> (DuplexStream, DuplexStream, JoinHandle<Relayed>) {
    let (client, mut inner_client) = duplex(100);
    let (upstream, mut inner_upstream) = duplex(70);
    let relaying =
        tokio::spawn(async move { relay(&mut inner_client, &mut inner_upstream, idle).await });
    (client, upstream, relaying)
}

fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at * 31 % 251) as u8).collect()
}

async fn send(mut to: WriteHalf<DuplexStream>, bytes: Vec<u8>) {
    to.write_all(&bytes).await.expect("it is taken");
    to.shutdown().await.expect("it ends");
}

#[tokio::test]
async fn bytes_arrive_in_order_both_ways_through_narrow_pipes() {
    let (client, upstream, relaying) = pipes(LONG);
    let (mut client_reads, client_writes) = tokio::io::split(client);
    let (mut upstream_reads, upstream_writes) = tokio::io::split(upstream);
    let (there, back) = (pattern(300_001), pattern(200_003));
    tokio::spawn(send(client_writes, there.clone()));
    tokio::spawn(send(upstream_writes, back.clone()));
    let (mut at_upstream, mut at_client) = (Vec::new(), Vec::new());
    let (one, other) = tokio::join!(
        upstream_reads.read_to_end(&mut at_upstream),
        client_reads.read_to_end(&mut at_client)
    );
    one.and(other).expect("both end");
    assert!(at_upstream == there && at_client == back);
    let relayed = relaying.await.expect("no panic");
    assert!(matches!(relayed.end, RelayEnd::Closed), "{relayed:?}");
    assert_eq!((relayed.bytes_in, relayed.bytes_out), (300_001, 200_003));
}

#[tokio::test]
async fn a_side_that_is_done_can_still_be_answered() {
    let (mut client, mut upstream, relaying) = pipes(LONG);
    client.write_all(b"question").await.expect("taken");
    client.shutdown().await.expect("ended");
    let mut question = Vec::new();
    upstream.read_to_end(&mut question).await.expect("read");
    assert_eq!(question, b"question");
    upstream.write_all(b"answer").await.expect("taken");
    drop(upstream);
    let mut answer = Vec::new();
    client.read_to_end(&mut answer).await.expect("read");
    assert_eq!(answer, b"answer");
    assert!(matches!(
        relaying.await.expect("no panic").end,
        RelayEnd::Closed
    ));
}

#[tokio::test]
async fn what_carries_nothing_is_over_after_its_time_and_not_before() {
    let idle = Duration::from_millis(400);
    let (mut client, mut upstream, relaying) = pipes(idle);
    for _ in 0..3 {
        time::sleep(Duration::from_millis(150)).await;
        client.write_all(b"x").await.expect("it still goes on");
        upstream.read_u8().await.expect("it arrives");
    }
    let last = Instant::now();
    let relayed = relaying.await.expect("no panic");
    assert!(matches!(relayed.end, RelayEnd::Idle), "{relayed:?}");
    assert!(last.elapsed() >= Duration::from_millis(390));
    assert_eq!(relayed.bytes_in, 3);
}

#[tokio::test]
async fn a_side_that_takes_nothing_is_idle_however_much_it_is_sent() {
    let (mut client, upstream, relaying) = pipes(Duration::from_millis(100));
    let flood = tokio::spawn(async move { client.write_all(&pattern(1_000_000)).await });
    let relayed = relaying.await.expect("no panic");
    assert!(matches!(relayed.end, RelayEnd::Idle), "{relayed:?}");
    assert_eq!(relayed.bytes_in, 70, "no more than the pipe holds");
    assert!(flood.await.expect("no panic").is_err());
    drop(upstream);
}

#[tokio::test]
async fn the_side_that_breaks_is_named() {
    let (client, mut upstream, relaying) = pipes(LONG);
    drop(client);
    // The client cannot be written to any more.
    upstream
        .write_all(b"lost")
        .await
        .expect("the pipe takes it");
    let mut nothing = Vec::new();
    upstream
        .read_to_end(&mut nothing)
        .await
        .expect("its end comes");
    let end = relaying.await.expect("no panic").end;
    assert!(matches!(end, RelayEnd::ClientBroke), "{end:?}");
}

/// A source that says something and breaks.
struct Breaking(&'static [u8]);

impl AsyncRead for Breaking {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match std::mem::take(&mut self.0) {
            b"" => Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into())),
            said => {
                out.put_slice(said);
                Poll::Ready(Ok(()))
            }
        }
    }
}

impl AsyncWrite for Breaking {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, _: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Pending
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// A sink that keeps back what it has until it is flushed, and flushes at the second time of asking.
#[derive(Default)]
struct Keeping {
    kept: Vec<u8>,
    flushed: Vec<u8>,
    is_shut: bool,
    asked: bool,
}

impl AsyncRead for Keeping {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Poll::Pending
    }
}

impl AsyncWrite for Keeping {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.kept.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !std::mem::replace(&mut self.asked, true) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let kept = std::mem::take(&mut self.kept);
        self.flushed.extend(kept);
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.is_shut = true;
        Poll::Ready(Ok(()))
    }
}

#[tokio::test]
async fn what_came_before_a_break_arrives_and_its_end_is_not_told() {
    let mut sink = Keeping::default();
    let relayed = relay(&mut sink, &mut Breaking(b"said"), LONG).await;
    assert!(
        matches!(relayed.end, RelayEnd::UpstreamBroke),
        "{relayed:?}"
    );
    assert_eq!(sink.flushed, b"said");
    assert!(
        !sink.is_shut,
        "a stream that was cut off must not look whole"
    );
    assert_eq!(relayed.bytes_out, 4);
}
