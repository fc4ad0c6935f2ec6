//! Guests that missed their deadline too often: they veto at once, and beside others they harm nobody.

use countersign_test_guests::{Guest, Place};

use crate::{
    gates::WAYS,
    neighbour::{self, Neighbourhood},
    outcome::Outcome,
};

/// What becomes of every connection with a policy that is tripped, asked by every way there is. Where it is only listened to,
/// the neighbour's word counts: what the ways promise says so.
#[test]
fn a_tripped_policy_vetoes_unasked_where_it_counts_and_harms_nobody_where_it_does_not() {
    let mut limits = neighbour::limits();
    limits.overruns_max = 1;
    // Longer than any test.
    limits.trip_ms = 600_000;
    let neighbourhood = Neighbourhood::new(limits);
    let spin = Guest::named("spin").acting_in(Place::In("judge-peer"));
    let guest = neighbourhood
        .load(spin.component(), "{}")
        .expect("it loads");
    let (engine, ask) = WAYS[0];
    let missed = Outcome::Stopped("judge-peer", "engine.deadline".to_owned());
    assert_eq!(ask(&guest, neighbourhood.good()), Ok(missed), "{engine}");
    // It could answer the first questions as well as before.
    let tripped = Outcome::Stopped("constrain", "engine.tripped".to_owned());
    for (way, ask) in WAYS {
        let outcome = ask(&guest, neighbourhood.good());
        assert_eq!(outcome.as_ref(), Ok(&tripped), "{way}");
    }
    let account = guest.account();
    assert_eq!((account.deadlines, account.tripped), (1, WAYS.len() as u64));
    let good = neighbourhood.good().account();
    assert_eq!((good.deadlines, good.tripped), (0, 0));
}
