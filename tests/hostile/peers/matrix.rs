//! Every disturbance at every record boundary of every flight of every handshake.

use std::sync::{Arc, Mutex};

use super::{
    clients::clients,
    demand::{Demand, demand},
    disturbance::{Disturbance, disturbances},
    early::early_clients,
    encounter::{IN_TURNS, Met, WhenDone, check_honest, encounter, promise},
    ends::{records::split, server::Tamper, wire::Item},
    place::{APPLICATION_DATA, Place},
    pool::try_all,
    scene::{Scene, Terms},
    servers::servers,
};

/// Cases at once.
const AT_ONCE: usize = 8;

/// What happens, and behind how many records of which flight.
#[derive(Clone, Copy, Debug)]
struct Plan {
    flight: usize,
    at: usize,
    disturbance: Disturbance,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn handshakes_are_what_they_are_said_to_be() {
    try_all(servers(), AT_ONCE, honest).await;
    try_all(clients(), AT_ONCE, honest).await;
    try_all(early_clients(), AT_ONCE, honest).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_that_disturb_their_flights() {
    disturb(servers()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_disturb_their_flights() {
    disturb(clients()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_with_early_data_that_disturb_their_flights() {
    disturb(early_clients()).await;
}

async fn honest<S: Scene>(scene: S) -> Result<(), String> {
    let (met, flights) = sample(&scene).await;
    check_honest(&scene, &met)?;
    let shape = scene.shape();
    let session = met.record().session.as_ref().ok_or("no session")?;
    promise(session.resumed == shape.is_resumed, "resumed, or not")?;
    promise(session.retried == shape.is_retried, "retried, or not")?;
    let is_tls13 = session.version.code() == 0x0304;
    promise(is_tls13 == shape.is_tls13, "another version")?;
    let mut first = flights.first().ok_or("no flight")?.iter();
    let has_data = first.any(|record| record[0] == APPLICATION_DATA);
    promise(has_data || !shape.has_early_data, "no early data was sent")?;
    let last = flights.get(shape.last_flight).ok_or("no last flight")?;
    promise(last.len() > shape.behind_finished, "no Finished")
}

/// The flights of an honest peer, up to the last one that a gate needs.
pub(super) async fn sample<S: Scene>(scene: &S) -> (Met<S::Peer>, Vec<Vec<Vec<u8>>>) {
    let flights = Arc::new(Mutex::new(Vec::new()));
    let tamper: Tamper = {
        let flights = Arc::clone(&flights);
        Box::new(move |_, bytes| {
            let records = split(&bytes).into_iter().map(<[u8]>::to_vec);
            let mut flights = flights.lock().expect("nobody panics with it");
            flights.push(records.collect::<Vec<_>>());
            vec![Item::Bytes(bytes)]
        })
    };
    let met = encounter(scene, Terms::default(), tamper, IN_TURNS, WhenDone::Closes).await;
    let met = met.unwrap_or_else(|mistake| panic!("{scene:?}: {mistake}"));
    let mut flights = flights.lock().expect("nobody panics with it").clone();
    flights.truncate(scene.shape().last_flight + 1);
    (met, flights)
}

async fn disturb<S: Scene>(scenes: Vec<S>) {
    let mut cases = Vec::new();
    for scene in scenes {
        let (_, flights) = sample(&scene).await;
        let plans = plans(&flights).into_iter();
        cases.extend(plans.map(|plan| (scene.clone(), plan)));
    }
    try_all(cases, AT_ONCE, |(scene, plan)| disturbed(scene, plan)).await;
}

fn plans(flights: &[Vec<Vec<u8>>]) -> Vec<Plan> {
    let mut plans = Vec::new();
    for (flight, records) in flights.iter().enumerate() {
        for at in 0..=records.len() {
            let fitting = disturbances().into_iter();
            let fitting = fitting.filter(|one| one.fits(at, records.len()));
            plans.extend(fitting.map(|disturbance| Plan {
                flight,
                at,
                disturbance,
            }));
        }
    }
    plans
}

async fn disturbed<S: Scene>(scene: S, plan: Plan) -> Result<(), String> {
    let (tamper, place) = tamper(&scene, plan);
    let met = encounter(&scene, Terms::default(), tamper, IN_TURNS, WhenDone::Closes).await;
    let place = place.lock().expect("nobody panics with it").take();
    let checked = met.and_then(|met| {
        let place = place.ok_or("the flight did not come")?;
        check_demand(&scene, &met, plan.disturbance, &place)
    });
    checked.map_err(|mistake| format!("{plan:?}: {mistake} {scene:?}"))
}

/// Disturbs one flight, and tells where that was: lengths differ by some bytes from run to run, and with them, perhaps, the
/// number of records.
fn tamper<S: Scene>(scene: &S, plan: Plan) -> (Tamper, Arc<Mutex<Option<Place>>>) {
    let place = Arc::new(Mutex::new(None));
    let told = Arc::clone(&place);
    let shape = scene.shape();
    let tamper = move |flight: usize, bytes: Vec<u8>| {
        let records: Vec<_> = split(&bytes).into_iter().map(<[u8]>::to_vec).collect();
        let fits = plan.disturbance.fits(plan.at, records.len());
        if flight != plan.flight || !fits {
            return vec![Item::Bytes(bytes)];
        }
        let place = Place::new(shape, flight, &bytes, plan.at);
        *told.lock().expect("nobody panics with it") = Some(place);
        plan.disturbance.apply(records, plan.at)
    };
    (Box::new(tamper), place)
}

fn check_demand<S: Scene>(
    scene: &S,
    met: &Met<S::Peer>,
    disturbance: Disturbance,
    place: &Place,
) -> Result<(), String> {
    let demand = demand(disturbance, place);
    let kept = match demand {
        Demand::Refused => !met.is_approved(),
        Demand::Approved => met.is_approved(),
        Demand::Either => true,
    };
    let said = || format!("{demand:?} is demanded: {} at {place:?}", met.summary());
    promise(kept, &said())?;
    // What a gate overlooked costs nothing of what comes after it.
    if demand == Demand::Approved && !place.is_behind_finished {
        check_honest(scene, met)?;
    }
    Ok(())
}
