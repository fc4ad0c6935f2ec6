//! The connections that every chain is asked about: all that a floor allows, each in some surroundings.

mod scenes;
mod sessions;
#[cfg(test)]
mod tests;

use std::{fmt, sync::Arc};

pub(super) use scenes::{Scene, openings};

use crate::{
    facts::ConnectionFacts,
    offer::Floor,
    policy::{Called, Policy},
    session::{Endpoint, Role, Session},
    verdict::Verdict,
};

/// A judge function of the contract.
pub(super) type Judge = fn(&Policy, &Session, Arc<ConnectionFacts>) -> Called<Verdict>;

/// One question about a session.
pub(super) struct Case {
    pub(super) function: &'static str,
    pub(super) judge: Judge,
    pub(super) session: Session,
    pub(super) scene: Scene,
}

/// `a TLSv1.3 session with …`: the end of a sentence.
impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", sessions::named(&self.session), self.scene)
    }
}

/// All that is asked about sessions at this end.
pub(super) fn cases(endpoint: &Endpoint, floor: &Floor) -> Vec<Case> {
    let (openings, arrivals) = (openings(endpoint.role), scenes::arrivals(endpoint.role));
    let plain = sessions::plain(endpoint, floor);
    let special = sessions::special(endpoint, floor);
    let before = [&openings[..], &arrivals].concat();
    let parameters = paired(&plain, &special, &before);
    let peer = paired(&plain, &special, &arrivals);
    // Only a client looks at what a server would choose, and only asks whether the parameters would do.
    let old = match endpoint.role {
        Role::Client => crossed(&sessions::old(endpoint), &openings),
        Role::Server => Vec::new(),
    };
    let parameters = parameters.into_iter().chain(old);
    let parameters = parameters.map(|(session, scene)| Case {
        function: "judge-parameters",
        judge: Policy::judge_parameters,
        session,
        scene,
    });
    let peer = peer.into_iter().map(|(session, scene)| Case {
        function: "judge-peer",
        judge: Policy::judge_peer,
        session,
        scene,
    });
    parameters.chain(peer).collect()
}

/// Plain sessions in one scene each, special ones in all of them.
fn paired(plain: &[Session], special: &[Session], scenes: &[Scene]) -> Vec<(Session, Scene)> {
    let plain = plain.iter().cloned().zip(scenes.iter().cloned().cycle());
    plain.chain(crossed(special, scenes)).collect()
}

fn crossed(sessions: &[Session], scenes: &[Scene]) -> Vec<(Session, Scene)> {
    let in_all = |session: &Session| {
        let session = session.clone();
        scenes
            .iter()
            .map(move |scene| (session.clone(), scene.clone()))
    };
    sessions.iter().flat_map(in_all).collect()
}
