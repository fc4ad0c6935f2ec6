//! Guests that do not end by themselves: a deadline ends each of them, wherever it runs.

mod late;

use std::{sync::Arc, thread, time::Duration};

use countersign::{facts::ConnectionFacts, hello::ClientHello, policy::CallError};
use rcgen::{CertificateParams, KeyPair};

use super::{
    gate::{Identity, localhost},
    guest::{Guest, Load as _, Place},
    hellos::{most_protocols, most_suites},
    sandbox::{ENDS_WITHIN, Outcome, Sandbox, session, within},
};

/// The deadline that counts for a function.
fn deadline(sandbox: &Sandbox, function: &str) -> CallError {
    let limits = sandbox.engine.limits();
    CallError::Deadline {
        deadline_ms: match function {
            "describe" | "configure" => limits.load_deadline_ms,
            _ => limits.deadline_ms,
        },
    }
}

fn assert_overruns_everywhere(guest: &Guest) {
    for place in Place::USUAL {
        assert_overruns(guest, place);
    }
}

fn assert_overruns(guest: &Guest, place: Place) {
    let sandbox = Sandbox::shared();
    let function = place.noticed_in();
    assert_eq!(
        sandbox.outcome(&guest.clone().acting_in(place)),
        Outcome::Failed(function, deadline(sandbox, function)),
        "in {place}"
    );
}

#[test]
fn a_spin_is_stopped_everywhere() {
    assert_overruns_everywhere(&Guest::named("spin"));
}

#[test]
fn a_spin_by_tail_calls_is_stopped_everywhere() {
    assert_overruns_everywhere(&Guest::named("spin-by-tail-calls"));
}

#[test]
fn filling_memory_in_a_loop_is_stopped_everywhere() {
    assert_overruns_everywhere(&Guest::named("fill-memory"));
}

#[test]
fn copying_memory_in_a_loop_is_stopped() {
    assert_overruns(&Guest::named("copy-memory"), Place::In("judge-peer"));
}

#[test]
fn copying_a_data_segment_in_a_loop_is_stopped() {
    let guest = Guest::named("init-memory").bytes("zeros", vec![0; 4 << 20]);
    assert_overruns(&guest, Place::In("judge-peer"));
}

#[test]
fn filling_a_table_in_a_loop_is_stopped() {
    assert_overruns(&Guest::named("fill-table"), Place::In("judge-peer"));
}

/// 5,000 times 15 MiB are 75 GB: seconds of work for any memory there is, in code without a loop or a call.
#[test]
fn filling_memory_in_straight_line_is_stopped() {
    let fill = "(memory.fill (i32.const 1048576) (i32.const 0) (i32.const 15728640))\n";
    let guest = Guest::named("fill-memory-unrolled").put("fills", fill.repeat(5_000));
    assert_overruns(&guest, Place::In("judge-peer"));
}

/// A deadline of the load is longer than the time after which the clock behind it could rest.
#[test]
fn a_spin_under_a_long_deadline_is_stopped_although_nobody_else_calls() {
    let sandbox = Sandbox::with(|limits| limits.load_deadline_ms = 1_000);
    let guest = Guest::named("spin").acting_in(Place::In("describe"));
    assert_eq!(
        sandbox.outcome(&guest),
        Outcome::Failed("describe", CallError::Deadline { deadline_ms: 1_000 })
    );
}

#[test]
fn a_spin_under_a_short_deadline_is_stopped_after_a_rest() {
    let sandbox = Sandbox::shared();
    let guest = Guest::named("spin").acting_in(Place::In("judge-peer"));
    for _ in 0..2 {
        thread::sleep(Duration::from_millis(300));
        assert_eq!(sandbox.judge(&guest), Err(deadline(sandbox, "judge-peer")));
    }
}

/// No machine counts so far in the fifth of a second that a call has here, and every machine does in a minute.
const LONG: u64 = 1_000_000_000;
const MINUTE_MS: u64 = 60_000;

fn counting(place: Place) -> Guest {
    Guest::named("count-to").put("count", LONG).acting_in(place)
}

#[test]
fn deadline_ms_obeyed_and_violated() {
    let patient = Sandbox::with(|limits| limits.deadline_ms = MINUTE_MS);
    let counting = counting(Place::In("judge-peer"));
    assert!(patient.judge(&counting).is_ok());
    let sandbox = Sandbox::shared();
    assert_eq!(
        sandbox.judge(&counting),
        Err(deadline(sandbox, "judge-peer"))
    );
}

#[test]
fn load_deadline_ms_obeyed_and_violated() {
    let patient = Sandbox::with(|limits| limits.load_deadline_ms = MINUTE_MS);
    for function in ["describe", "configure"] {
        let counting = counting(Place::In(function));
        assert_eq!(patient.outcome(&counting), Outcome::Fine);
        let hasty = Sandbox::with(|limits| limits.load_deadline_ms = 50);
        let missed = CallError::Deadline { deadline_ms: 50 };
        assert_eq!(hasty.outcome(&counting), Outcome::Failed(function, missed));
    }
}

/// An engine where nothing but the deadline ends those who read.
fn library() -> Sandbox {
    Sandbox::with(|limits| {
        limits.fact_reads_max = u32::MAX;
        limits.fact_bytes_max = usize::MAX;
    })
}

/// Lets a guest act on a connection that begins with this hello.
fn judge(sandbox: &Sandbox, guest: &Guest, hello: Arc<ClientHello>) -> Result<(), CallError> {
    let policy = guest.load(&sandbox.engine).expect("it loads");
    let facts = Arc::new(ConnectionFacts::of_server(None, None).with_hello(hello));
    let called = within(ENDS_WITHIN, move || policy.judge_peer(&session(), facts));
    sandbox.assert_unharmed();
    called.result.map(drop)
}

/// What the host writes into the guest takes time, too, and none of it is spent in a loop of the guest's.
#[test]
fn reading_long_lists_again_and_again_is_stopped() {
    let sandbox = library();
    let reading = |getter: &str, count: usize| {
        let guest = Guest::named("read-hello").put("getter", getter);
        let guest = guest.put("times", -1).put("count", count).put("pages", 8);
        guest.acting_in(Place::In("judge-peer"))
    };
    let (hello, count) = most_suites();
    let missed = Err(deadline(&sandbox, "judge-peer"));
    let suites = judge(&sandbox, &reading("cipher-suites", count), hello);
    assert_eq!(suites, missed);
    let (hello, count) = most_protocols();
    assert_eq!(judge(&sandbox, &reading("alpn", count), hello), missed);
}

/// The host asks the guest for room once for each item: the guest may take its time, but not for each.
#[test]
fn taking_a_long_list_slowly_is_stopped() {
    let sandbox = library();
    let (hello, count) = most_protocols();
    let slow = Guest::named("read-hello").put("getter", "alpn");
    let slow = slow.put("times", 1).put("count", count).put("pages", 8);
    // Each is a hundredth of what takes too long, and there are more than a hundred, few of them before the list.
    let taking = "(func $before_realloc (local $left i64) (local.set $left (i64.const {count}))
        (loop (br_if 0 (i64.ne (local.tee $left (i64.sub (local.get $left) (i64.const 1))) (i64.const 0)))))\n";
    let taking = taking.replace("{count}", &(LONG / 100).to_string());
    assert!(count > 200);
    let slow = slow
        .acting_in(Place::In("judge-peer"))
        .part("before-realloc", taking);
    let missed = Err(deadline(&sandbox, "judge-peer"));
    assert_eq!(judge(&sandbox, &slow, hello), missed);
}

#[tokio::test]
async fn reading_a_certificate_of_many_names_again_and_again_is_stopped() {
    const NAMES: usize = 2_000;
    let sandbox = library();
    let names = (0..NAMES).map(|number| format!("host-{number}.example"));
    let names = names.chain(["localhost".to_owned()]).collect::<Vec<_>>();
    let params = CertificateParams::new(names).expect("the names are good");
    let identity = Identity::new(&params, KeyPair::generate().expect("keys can be made"));
    for getter in ["der", "dns-names"] {
        let guest = Guest::named("read-certificate").put("getter", getter);
        let guest = guest.acting_in(Place::In("judge-peer"));
        let policy = guest.load(&sandbox.engine).expect("it loads");
        let refused = identity.connect(policy, localhost()).await;
        let refused = refused.expect_err("it does not end").to_string();
        let missed = deadline(&sandbox, "judge-peer").to_string();
        assert!(refused.contains(&missed), "{getter}: {refused}");
        sandbox.assert_unharmed();
    }
}

#[test]
fn recursion_without_end_that_uses_little_stack_is_stopped_everywhere() {
    assert_overruns_everywhere(&Guest::named("recurse-again"));
}

#[test]
fn growing_by_nothing_without_end_is_stopped_everywhere() {
    assert_overruns_everywhere(&Guest::named("grow-by-nothing"));
}
