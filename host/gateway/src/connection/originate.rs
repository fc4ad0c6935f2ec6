//! Plain in, TLS out: a policy for connections of programs that cannot be changed.

use std::{sync::Arc, time::Duration};

use super::{Known, relayed, say_farewell, unconnected};
use crate::{
    log::{End, Entry},
    proxy::{self, Outgoing},
    relay::relay,
    transport::hang_up_at_once,
    upstream::{Request, Upstream},
};

/// Serves a connection to its end.
pub(super) async fn serve(
    upstream: &Upstream,
    idle: Duration,
    mut known: Known,
    entry: &mut Entry,
) -> End {
    let opening = match upstream.sends_proxy {
        true => proxy::header(&Outgoing {
            source: entry.client,
            destination: entry.local,
            record: None,
            id: entry.id(),
        }),
        false => Vec::new(),
    };
    entry.upstream = Some((Arc::clone(upstream.name()), None));
    let request = Request {
        alpn: None,
        opening: &opening,
    };
    let mut connected = match Box::pin(upstream.connect(request)).await {
        Ok(connected) => connected,
        Err(failed) => {
            // An end of the stream would look as if the other side had answered nothing.
            hang_up_at_once(&known.tcp);
            return unconnected(failed, entry);
        }
    };
    entry.upstream = Some((Arc::clone(upstream.name()), Some(connected.address)));
    entry.upstream_record = connected.record.take();
    let relayed_bytes = relay(&mut known.tcp, &mut connected.stream, idle).await;
    let end = relayed(relayed_bytes, entry);
    if end == End::IdleTimeout {
        say_farewell(&mut connected.stream).await;
    }
    end
}
