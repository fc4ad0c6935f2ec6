//! Handles: their numbers tell of those that were given out before, unless all are given back in the right order.

mod script;

use std::sync::{Arc, LazyLock};

use countersign::{facts::ConnectionFacts, policy::Way};

use super::{Guest, Sandbox, assert_answers_as_if_new, hiding, load, once, session, told};
use script::Script;

use crate::{dice::Dice, gate::Identity, mutual::Client};

const IMPORTS: &str = r#"
    (import "countersign:policy/facts@0.1.0" "peer-certificates" (func $peer_certificates (param i32)))
    (import "countersign:policy/facts@0.1.0" "hello" (func $hello (param i32)))
    (import "countersign:policy/facts@0.1.0" "[resource-drop]certificate" (func $drop_certificate (param i32)))
    (import "countersign:policy/facts@0.1.0" "[resource-drop]client-hello" (func $drop_hello (param i32)))
"#;

/// How many certificates the peer has.
const CERTIFICATES: usize = 3;

/// The numbers of the next handles, which are given back as they have to be.
const LOOK: &str = "
    (local $list i32)
    (call $peer_certificates (i32.const 1024))
    (local.set $list (i32.load (i32.const 1024)))
    (call $hello (i32.const 1024))
    (call $drop_hello (i32.load (i32.const 1028)))
    (call $drop_certificate (i32.load offset=8 (local.get $list)))
    (call $drop_certificate (i32.load offset=4 (local.get $list)))
    (call $drop_certificate (i32.load (local.get $list)))
    (i64.or (i64.shl (i64.load32_u (i32.const 1028)) (i64.const 48))
      (i64.or (i64.shl (i64.load32_u offset=8 (local.get $list)) (i64.const 32))
        (i64.or (i64.shl (i64.load32_u offset=4 (local.get $list)) (i64.const 16))
          (i64.load32_u (local.get $list)))))";

/// Canonical ABI, `Table`: index 0 is not given out, and the next is the first that is free.
const FIRST: &str = "0004000300020001";

/// A connection with a hello and certificates.
fn facts() -> Arc<ConnectionFacts> {
    static FACTS: LazyLock<Arc<ConnectionFacts>> = LazyLock::new(|| {
        let [identity, first, second] = [(); CERTIFICATES].map(|()| Identity::plain());
        let client = Client {
            address: ([192, 0, 2, 1], 4_000).into(),
            alpn: &["h2"],
            identity: &identity,
            issuers: &[&first, &second],
        };
        client.facts(443)
    });
    Arc::clone(&FACTS)
}

/// A guest that opens and closes handles like this.
fn handling(script: &Script) -> Guest {
    hiding(LOOK, &script.text()).part("imports", IMPORTS)
}

/// Every call finds the first numbers; and where a script leaves nothing, its instance is kept.
fn assert_tells_nothing(script: &Script) {
    let sandbox = Sandbox::with(|limits| limits.instances_max = 2);
    let policy = load(&sandbox.engine, &once(&handling(script)), Way::Rewound);
    assert_eq!(
        policy.execution().way,
        Way::Rewound,
        "{:?}",
        policy.execution()
    );
    let before = sandbox.engine.kept_instances();
    for call in 0..4 {
        let verdict = policy.judge_peer(&session(), facts()).result;
        let verdict = verdict.unwrap_or_else(|error| panic!("{error}: {}", script.text()));
        assert_eq!(told(&verdict), FIRST, "call {call}: {}", script.text());
    }
    let kept = sandbox.engine.kept_instances() - before;
    assert_eq!(
        kept,
        u32::from(script.leaves_nothing()),
        "{}",
        script.text()
    );
}

#[test]
fn handles_left_open_or_closed_out_of_order_end_their_instance() {
    let all = CERTIFICATES;
    let scripts = [
        Script::new().certificates(),
        Script::new().hello(),
        Script::new().certificates().close_oldest(all),
        Script::new().certificates().close_youngest(all - 1),
        Script::new().certificates().close(1).close_youngest(2),
        Script::new()
            .certificates()
            .hello()
            .close_oldest(1)
            .close_youngest(all),
        Script::new()
            .certificates()
            .close_oldest(all)
            .certificates()
            .close_youngest(all),
        Script::new().hello().hello().close_oldest(2),
        // The same certificates twice, the first ones closed first.
        Script::new()
            .certificates()
            .certificates()
            .close_oldest(2 * all),
        Script::new()
            .certificates()
            .certificates()
            .close_oldest(all)
            .close_youngest(all),
    ];
    for script in scripts {
        assert!(!script.leaves_nothing());
        assert_tells_nothing(&script);
    }
}

#[test]
fn handles_closed_youngest_first_leave_nothing() {
    let all = CERTIFICATES;
    let scripts = [
        Script::new(),
        Script::new()
            .hello()
            .close_youngest(1)
            .hello()
            .close_youngest(1),
        Script::new().certificates().close_youngest(all),
        Script::new()
            .certificates()
            .certificates()
            .close_youngest(2 * all),
        Script::new()
            .hello()
            .certificates()
            .close_youngest(2)
            .hello()
            .close_youngest(3),
    ];
    for script in scripts {
        assert!(script.leaves_nothing());
        assert_tells_nothing(&script);
    }
}

#[test]
fn handles_opened_and_closed_by_chance_tell_nothing() {
    let mut dice = Dice::new(4);
    let mut kept = 0;
    for _ in 0..40 {
        let script = Script::by_chance(&mut dice);
        kept += usize::from(script.leaves_nothing());
        assert_tells_nothing(&script);
    }
    assert!((5..=35).contains(&kept), "{kept} of 40 leave nothing");
}

/// Handles that are left open can be told within a call. So what a call finds is worth something.
#[test]
fn handles_are_found_by_who_looks_again() {
    let guest = handling(&Script::new().hello()).put("again", "(local.set $found (call $look))");
    let policy = load(&Sandbox::shared().engine, &once(&guest), Way::Configured);
    let verdict = policy.judge_peer(&session(), facts()).result;
    assert_eq!(told(&verdict.expect("it answers")), "0005000400030002");
}

#[test]
fn handles_tell_nothing_to_other_threads() {
    for script in [
        Script::new().certificates().close_oldest(2),
        Script::new().certificates().hello().close_youngest(4),
    ] {
        let component = once(&handling(&script));
        let policy = load(&Sandbox::shared().engine, &component, Way::Rewound);
        assert_answers_as_if_new(&policy, &component, facts());
    }
}
