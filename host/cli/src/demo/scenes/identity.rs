//! Who the client is.

use std::sync::Arc;

use countersign::{ServerGate, policy::Chain, verdict::Alert};
use rustls::sign::SingleCertAndKey;

use super::{Cast, DemoError, MODERN, settings};
use crate::demo::{
    announced::Announced,
    peers::at_server_gate,
    scene::{Act, Scene},
};

const KNOWN: &str = "The billing service comes";
const STRANGE: &str = "The reporting service comes";

/// Two clients of one authority, of which one is welcome.
pub(super) async fn of_client(cast: &Cast) -> Result<Scene, DemoError> {
    let judges = &cast.judges;
    let chain = Chain::new(judges.default.enforced()).and(judges.billing_only.enforced());
    let gate = cast
        .server_gate(chain)
        .client_certificates(cast.client_verifier()?)
        .build()?;
    let welcome = Announced::Approval { resumed: false };
    let stranger = Announced::Veto {
        finding: "caller.not-allowed",
        alert: Alert::ACCESS_DENIED,
    };
    Ok(Scene {
        name: "identity",
        title: "An identity veto",
        story: "Two policies in a chain, and both must approve: the built-in one judges the parameters, a second one who the \
                client is. Both clients show a valid certificate of the same authority; only one is the service that the \
                settings allow. The other is turned away before a byte of its application data is read, and without a \
                session ticket.",
        acts: vec![
            comes(cast, &gate, KNOWN, &cast.billing, welcome).await?,
            comes(cast, &gate, STRANGE, &cast.reporting, stranger).await?,
        ],
    })
}

async fn comes(
    cast: &Cast,
    gate: &ServerGate,
    caption: &'static str,
    identity: &Arc<SingleCertAndKey>,
    announced: Announced,
) -> Result<Act, DemoError> {
    let client = cast.plain_client(MODERN, &[], Some(identity))?;
    let (record, saw) = at_server_gate(gate, &client).await?;
    Ok(Act {
        caption,
        record,
        saw: Some(saw),
        settings: settings(&[&cast.judges.default, &cast.judges.billing_only]),
        announced,
    })
}
