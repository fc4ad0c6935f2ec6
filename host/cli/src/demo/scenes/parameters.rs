//! Peers that offer or want what a policy forbids.

use countersign::verdict::Alert;
use rustls::{
    crypto::aws_lc_rs::cipher_suite::{
        TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        TLS13_AES_128_GCM_SHA256,
    },
    version::TLS12,
};

use super::{Cast, DemoError, MODERN, settings};
use crate::demo::{
    announced::Announced,
    peers::{at_client_gate, at_server_gate},
    scene::{Act, Scene},
};

/// A client that is too old.
pub(super) async fn version(cast: &Cast) -> Result<Scene, DemoError> {
    let judge = &cast.judges.modern;
    let gate = cast.server_gate(judge.enforced()).build()?;
    let suites = [
        TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    ];
    let client = cast.plain_client(&[&TLS12], &suites, None)?;
    let (record, saw) = at_server_gate(&gate, &client).await?;
    Ok(Scene {
        name: "version",
        title: "A version veto",
        story: "A client that knows nothing newer than TLS 1.2 comes to a server whose policy demands TLS 1.3. It is refused \
                before a ServerHello is sent. An alert tells it why, and the record keeps all that it offered.",
        acts: vec![Act {
            caption: "The server's gate reports",
            record,
            saw: Some(saw),
            settings: settings(&[judge]),
            announced: Announced::Veto {
                finding: "offer.version",
                alert: Alert::PROTOCOL_VERSION,
            },
        }],
    })
}

/// A client whose cipher suites are too weak.
pub(super) async fn suite_at_server(cast: &Cast) -> Result<Scene, DemoError> {
    let judge = &cast.judges.strong;
    let gate = cast.server_gate(judge.enforced()).build()?;
    let client = cast.plain_client(MODERN, &[TLS13_AES_128_GCM_SHA256], None)?;
    let (record, saw) = at_server_gate(&gate, &client).await?;
    Ok(Scene {
        name: "cipher-suite-server",
        title: "A cipher suite veto, by the server",
        story: "A client that offers AES with 128 bits only comes to a server whose policy demands 256.",
        acts: vec![Act {
            caption: "The server's gate reports",
            record,
            saw: Some(saw),
            settings: settings(&[judge]),
            announced: Announced::Veto {
                finding: "offer.cipher-suite",
                alert: Alert::INSUFFICIENT_SECURITY,
            },
        }],
    })
}

/// A server whose cipher suites are too weak.
pub(super) async fn suite_at_client(cast: &Cast) -> Result<Scene, DemoError> {
    let judge = &cast.judges.strong;
    let gate = cast.client_gate(judge.enforced())?;
    let server = cast.plain_server(MODERN, &[TLS13_AES_128_GCM_SHA256])?;
    let (record, saw) = at_client_gate(&gate, server).await?;
    Ok(Scene {
        name: "cipher-suite-client",
        title: "A cipher suite veto, by the client",
        story: "The same the other way round: the client has the policy, and the server speaks only what it forbids. The client \
                never offers that, so there is no agreement; and as `countersign check` does, it then finds out what the \
                server would have chosen, and asks the policy about it. The answer is a reason instead of a bare \
                handshake_failure.",
        acts: vec![Act {
            caption: "The client's gate reports",
            record,
            saw: Some(saw),
            settings: settings(&[judge]),
            announced: Announced::VetoUnheard {
                finding: "cipher-suite.not-allowed",
            },
        }],
    })
}
