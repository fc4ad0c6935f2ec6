//! What is announced of a record, and whether it holds.

use std::fmt;

use countersign::{
    record::{Decision, DecisionRecord, Prospect},
    verdict::{Alert, Finding},
};

use super::peers::Saw;

/// What a record is going to say.
#[derive(Clone, Copy, Debug)]
pub(super) enum Announced {
    /// An approval, of a full handshake or of a resumed session.
    Approval { resumed: bool },
    /// An approval, although an audited policy finds this.
    AuditedApproval { finding: &'static str },
    /// A veto for this reason; the client receives this alert.
    Veto { finding: &'static str, alert: Alert },
    /// A veto for this reason; the client has offered nothing that the server could have taken.
    VetoUnheard { finding: &'static str },
}

impl Announced {
    /// Says what is otherwise, if anything is.
    pub(super) fn holds(self, record: &DecisionRecord, saw: Option<&Saw>) -> Result<(), String> {
        demand("the decision", &record.decision, &self.decision())?;
        if let Some(saw) = saw {
            demand("what the other end saw", saw, &self.saw())?;
        }
        match self {
            Self::Approval { resumed } => approved(record, resumed),
            Self::AuditedApproval { finding } => audited(record, finding),
            Self::Veto { finding, alert } => {
                demand("the alert", &record.alert, &Some(alert))?;
                found(finding, &record.findings)
            }
            Self::VetoUnheard { finding } => found(finding, &record.findings),
        }
    }

    fn decision(self) -> Decision {
        match self {
            Self::Approval { .. } | Self::AuditedApproval { .. } => Decision::Approved,
            Self::Veto { .. } | Self::VetoUnheard { .. } => Decision::Vetoed,
        }
    }

    fn saw(self) -> Saw {
        match self {
            Self::Approval { .. } | Self::AuditedApproval { .. } => Saw::Data,
            Self::Veto { alert, .. } => Saw::Alert(alert.code()),
            Self::VetoUnheard { .. } => Saw::NothingInCommon,
        }
    }
}

fn approved(record: &DecisionRecord, resumed: bool) -> Result<(), String> {
    let is_resumed = record.session.as_ref().map(|session| session.resumed);
    demand(
        "whether the session was resumed",
        &is_resumed,
        &Some(resumed),
    )?;
    judged_by_all(record)
}

fn audited(record: &DecisionRecord, finding: &str) -> Result<(), String> {
    let mut would = record
        .policies
        .iter()
        .filter_map(|policy| policy.would.as_ref());
    let would = would
        .next()
        .ok_or("no policy says what it would have done")?;
    demand(
        "what the audited policy would have done",
        &would.decision,
        &Prospect::Vetoed,
    )?;
    found(finding, &would.findings)
}

/// Whether every policy has judged parameters and peer.
fn judged_by_all(record: &DecisionRecord) -> Result<(), String> {
    for policy in &record.policies {
        for function in ["judge-parameters", "judge-peer"] {
            if !policy.calls.iter().any(|call| call.function == function) {
                return Err(format!("{} was not asked to {function}", policy.name));
            }
        }
    }
    Ok(())
}

fn found(code: &str, findings: &[Finding]) -> Result<(), String> {
    match findings.iter().any(|finding| finding.code.as_str() == code) {
        true => Ok(()),
        false => Err(format!("{code} is not among the findings")),
    }
}

fn demand<T: PartialEq + fmt::Debug>(what: &str, is: &T, announced: &T) -> Result<(), String> {
    match is == announced {
        true => Ok(()),
        false => Err(format!("{what} is {is:?} instead of {announced:?}")),
    }
}

#[cfg(test)]
mod tests {
    use countersign::policy::{Engine, Limits};

    use super::*;
    use crate::demo::{cast::Cast, scene::Act, scenes};

    /// The first act of the audit: an approval, and a finding that stops nothing.
    async fn act() -> Act {
        let engine = Engine::new(Limits::default()).expect("this machine runs policies");
        let cast = Cast::new(&engine).expect("the demo is possible here");
        let scene = scenes::approval::with_audit(&cast).await;
        let mut scene = scene.expect("loopback is there");
        scene.as_announced().expect("it goes as announced");
        scene.acts.remove(0)
    }

    #[tokio::test]
    async fn what_is_otherwise_than_announced_is_noticed() {
        let finding = "cipher-suite.not-allowed";
        let alert = Alert::ACCESS_DENIED;
        let others = [
            Announced::Approval { resumed: true },
            Announced::AuditedApproval {
                finding: "offer.empty",
            },
            Announced::Veto { finding, alert },
            Announced::VetoUnheard { finding },
            // The audited policy has vetoed the parameters, so it was not asked about the peer.
            Announced::Approval { resumed: false },
        ];
        let act = act().await;
        for announced in others {
            let held = announced.holds(&act.record, act.saw.as_ref());
            assert!(held.is_err(), "{announced:?}");
        }
    }

    #[tokio::test]
    async fn what_the_other_end_saw_counts() {
        let act = act().await;
        for saw in [
            Saw::Alert(49),
            Saw::NothingInCommon,
            Saw::Other("closed".to_owned()),
        ] {
            let held = act.announced.holds(&act.record, Some(&saw));
            let why = held.expect_err("the client got its data back");
            assert!(why.starts_with("what the other end saw is "), "{why}");
        }
    }
}
