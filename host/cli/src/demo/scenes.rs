//! What happens.

pub(super) mod approval;
mod hang;
mod identity;
mod parameters;
mod resumption;

use super::{
    DemoError, Stage,
    cast::{Cast, MODERN},
    policies::Judge,
};
use crate::settings::Settings;

/// All scenes, in their order.
pub(super) async fn all(cast: &Cast, stage: &mut Stage) -> Result<(), DemoError> {
    stage.show(&approval::on_both_ends(cast).await?)?;
    stage.show(&parameters::version(cast).await?)?;
    stage.show(&parameters::suite_at_server(cast).await?)?;
    stage.show(&parameters::suite_at_client(cast).await?)?;
    stage.show(&identity::of_client(cast).await?)?;
    stage.show(&resumption::judged_again(cast).await?)?;
    stage.show(&approval::with_audit(cast).await?)?;
    stage.show(&hang::stopped(cast).await?)
}

fn settings(judges: &[&Judge]) -> Vec<Settings> {
    judges.iter().map(|judge| judge.settings.clone()).collect()
}
