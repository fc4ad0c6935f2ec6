//! Sessions that every policy agrees to, or all that count.

use countersign::policy::Chain;
use rustls::crypto::aws_lc_rs::cipher_suite::TLS13_AES_128_GCM_SHA256;

use super::{Cast, DemoError, MODERN, settings};
use crate::demo::{
    announced::Announced,
    peers::{at_both_gates, at_server_gate},
    scene::{Act, Scene},
};

/// A client and a server, both with a gate.
pub(super) async fn on_both_ends(cast: &Cast) -> Result<Scene, DemoError> {
    let judge = &cast.judges.default;
    let client = cast.client_gate(judge.enforced())?;
    let server = cast.server_gate(judge.enforced()).build()?;
    let records = at_both_gates(&client, &server).await?;
    let captions = ["The client's gate reports", "The server's gate reports"];
    let acts = captions
        .into_iter()
        .zip(records)
        .map(|(caption, record)| Act {
            caption,
            record,
            saw: None,
            settings: settings(&[judge]),
            announced: Announced::Approval { resumed: false },
        });
    Ok(Scene {
        name: "approval",
        title: "An approved session",
        story: "A client and a server, each with a gate of its own and the built-in policy as it comes. Both policies agree \
                to what was negotiated, so both gates hand over a stream, and application data flows.",
        acts: acts.collect(),
    })
}

/// A policy that is to be tightened is first only listened to.
pub(in crate::demo) async fn with_audit(cast: &Cast) -> Result<Scene, DemoError> {
    let (today, planned) = (&cast.judges.default, &cast.judges.strong);
    let chain = Chain::new(today.enforced()).and(planned.audited());
    let gate = cast.server_gate(chain).build()?;
    let client = cast.plain_client(MODERN, &[TLS13_AES_128_GCM_SHA256], None)?;
    let (record, saw) = at_server_gate(&gate, &client).await?;
    Ok(Scene {
        name: "audit",
        title: "What a stricter policy would do",
        story: "An operator plans to demand keys of 256 bits, and wants to know first who would be shut out. So the stricter \
                policy is added in audit mode: it is asked about every session and stops none, and the record says what \
                it would have done. This client speaks AES with 128 bits only.",
        acts: vec![Act {
            caption: "The server's gate reports",
            record,
            saw: Some(saw),
            settings: settings(&[today, planned]),
            announced: Announced::AuditedApproval {
                finding: "offer.cipher-suite",
            },
        }],
    })
}
