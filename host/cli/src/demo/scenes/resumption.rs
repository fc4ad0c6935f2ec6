//! A client that comes again.

use std::sync::Arc;

use countersign::{ServerGate, TicketKeys};
use rustls::ClientConfig;

use super::{Cast, DemoError, Judge, MODERN, settings};
use crate::demo::{
    announced::Announced,
    peers::at_server_gate,
    scene::{Act, Scene},
};

/// Says that the gates of this scene show the same certificate, and ask clients for none.
const CONTEXT: &[u8] = b"demo";

const FIRST: &str = "The first time (a full handshake)";
const AGAIN: &str = "Again, with a ticket (resumed)";
const CHANGED: &str = "Again, with a ticket, after the settings were changed (a full handshake)";

/// The same ticket under the same policy, and under another.
pub(super) async fn judged_again(cast: &Cast) -> Result<Scene, DemoError> {
    let (old, new) = (&cast.judges.default, &cast.judges.modern);
    let keys = TicketKeys::new()?;
    let gate = |judge| gate(cast, judge, &keys);
    let before = gate(old)?;
    let after = gate(new)?;
    let client = cast.plain_client(MODERN, &[], None)?;
    Ok(Scene {
        name: "resumption",
        title: "A resumed session, judged again",
        story: "TLS lets a client that comes again skip most of the handshake, by a ticket. It does not skip policy: a resumed \
                session is judged like any other. And a ticket opens only under the policies and settings that approved \
                its session: once they change, the client gets a full handshake under the new ones.",
        acts: vec![
            comes(&before, &client, FIRST, old, false).await?,
            comes(&before, &client, AGAIN, old, true).await?,
            comes(&after, &client, CHANGED, new, false).await?,
        ],
    })
}

/// The gates share their keys, so that not these keep the tickets of one from the other.
fn gate(cast: &Cast, judge: &Judge, keys: &TicketKeys) -> Result<ServerGate, DemoError> {
    let builder = cast
        .server_gate(judge.enforced())
        .ticket_keys(keys.clone())
        .ticket_context(CONTEXT);
    Ok(builder.build()?)
}

async fn comes(
    gate: &ServerGate,
    client: &Arc<ClientConfig>,
    caption: &'static str,
    judge: &Judge,
    resumed: bool,
) -> Result<Act, DemoError> {
    let (record, saw) = at_server_gate(gate, client).await?;
    Ok(Act {
        caption,
        record,
        saw: Some(saw),
        settings: settings(&[judge]),
        announced: Announced::Approval { resumed },
    })
}
