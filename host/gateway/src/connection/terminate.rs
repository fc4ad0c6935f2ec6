//! TLS in: hello, route, verdict, upstream, relay.

use std::{sync::Arc, time::Duration};

use countersign::{ServerStream, record::DecisionRecord};

use super::{Known, refused, relayed, say_farewell, unconnected};
use crate::{
    log::{End, Entry},
    proxy::{self, Outgoing},
    relay::relay,
    serving::{Route, Terminate},
    transport::Transport,
    upstream::{Connected, Request},
};

/// Serves a connection to its end.
pub(super) async fn serve(
    work: &Terminate,
    idle: Duration,
    known: Known,
    entry: &mut Entry,
) -> End {
    // What only the beginning needs is given back before the long rest.
    let (mut client, mut upstream) = match Box::pin(open(work, known, entry)).await {
        Ok(opened) => opened,
        Err(end) => return end,
    };
    let relayed_bytes = relay(&mut client, &mut upstream.stream, idle).await;
    let end = relayed(relayed_bytes, entry);
    if end == End::IdleTimeout {
        say_farewell(&mut client).await;
    }
    end
}

/// Everything up to the moment when bytes may flow.
async fn open(
    work: &Terminate,
    known: Known,
    entry: &mut Entry,
) -> Result<(ServerStream<Transport>, Connected), End> {
    let (route, mut client, record) = approve(work, known, entry).await?;
    let opening = match route.upstream.sends_proxy {
        true => header(entry, &record),
        false => Vec::new(),
    };
    let session = record.session.as_ref();
    let request = Request {
        alpn: session.and_then(|session| session.alpn.as_deref()),
        opening: &opening,
    };
    match route.upstream.connect(request).await {
        Ok(upstream) => {
            entry.upstream = Some((Arc::clone(route.upstream.name()), Some(upstream.address)));
            entry.upstream_record.clone_from(&upstream.record);
            Ok((client, upstream))
        }
        Err(failed) => {
            say_farewell(&mut client).await;
            Err(unconnected(failed, entry))
        }
    }
}

/// The verdict on the client.
async fn approve<'a>(
    work: &'a Terminate,
    known: Known,
    entry: &mut Entry,
) -> Result<(&'a Route, ServerStream<Transport>, Arc<DecisionRecord>), End> {
    let origin = known.origin();
    let greeted = work.greeter.greet(origin, Transport::new(known.tcp)).await;
    let outcome = match greeted {
        Err(refused) => Err(refused),
        Ok(greeted) => match work.routes.find(greeted.hello().server_name.as_deref()) {
            None => Err(greeted.refuse_name().await),
            Some(route) => {
                entry.route = Some(Arc::clone(&route.name));
                entry.upstream = Some((Arc::clone(route.upstream.name()), None));
                let approved = greeted.accept_by(&route.gate).await;
                approved.map(|approved| (route, approved))
            }
        },
    };
    match outcome {
        Ok((route, approved)) => {
            entry.record = Some(Arc::clone(&approved.record));
            Ok((route, approved.stream, approved.record))
        }
        Err(why) => {
            entry.record = Some(Arc::clone(why.record()));
            // Nobody was asked for anything.
            if let Some((_, None)) = entry.upstream {
                entry.upstream = None;
            }
            Err(refused(&why))
        }
    }
}

/// The PROXY header for the upstream.
fn header(entry: &Entry, record: &DecisionRecord) -> Vec<u8> {
    proxy::header(&Outgoing {
        source: entry.client,
        destination: entry.local,
        record: Some(record),
        id: entry.id(),
    })
}
