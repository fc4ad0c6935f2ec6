//! A policy that fails.

use countersign::verdict::Alert;

use super::{Cast, DemoError, MODERN, settings};
use crate::demo::{
    announced::Announced,
    peers::at_server_gate,
    scene::{Act, Scene},
};

/// A policy that never answers.
pub(super) async fn stopped(cast: &Cast) -> Result<Scene, DemoError> {
    let judge = &cast.judges.hanging;
    let gate = cast.server_gate(judge.enforced()).build()?;
    let client = cast.plain_client(MODERN, &[], None)?;
    let (record, saw) = at_server_gate(&gate, &client).await?;
    Ok(Scene {
        name: "deadline",
        title: "A policy that hangs, stopped",
        story: "Policies are programs, and programs fail. This one loops for ever when it is asked. The sandbox stops it at its \
                deadline, and every failure of a policy is a veto: there is no switch that lets connections pass. The \
                client is told that it is not at fault.",
        acts: vec![Act {
            caption: "The server's gate reports",
            record,
            saw: Some(saw),
            settings: settings(&[judge]),
            announced: Announced::Veto {
                finding: "engine.deadline",
                alert: Alert::INTERNAL_ERROR,
            },
        }],
    })
}
