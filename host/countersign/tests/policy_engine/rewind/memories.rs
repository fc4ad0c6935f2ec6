//! Memory: every byte, in images of every shape, in more than one memory, and in memory that grows.

use countersign::policy::Way;

use super::{Guest, Sandbox, assert_forgets, assert_it_could_tell, hiding, judge_peer, load, once};

/// Bytes of the memory of a guest in the tests.
const BYTES: u32 = 4 * 65_536;

/// A number that depends on every byte of a memory of so many bytes, and on its place.
fn sum_of(memory: &str, bytes: u32) -> String {
    format!(
        "(local $at i32) (local $sum i64)
         (loop $again
           (local.set $sum
             (i64.mul
               (i64.add (i64.rotl (local.get $sum) (i64.const 7)) (i64.load {memory} (local.get $at)))
               (i64.const 0x9e3779b97f4a7c15)))
           (local.set $at (i32.add (local.get $at) (i32.const 8)))
           (br_if $again (i32.lt_u (local.get $at) (i32.const {bytes}))))
         (local.get $sum)"
    )
}

fn assert_hides_nothing(guest: &Guest) {
    assert_it_could_tell(guest);
    assert_forgets(guest, Way::Rewound);
}

#[test]
fn every_byte_is_put_back_whatever_was_written() {
    for byte in [0, 1, 0xff] {
        let fill = format!("(memory.fill (i32.const 0) (i32.const {byte}) (i32.const {BYTES}))");
        assert_hides_nothing(&hiding(&sum_of("0", BYTES), &fill));
    }
}

/// At the ends of memory and of its pages, below and above the guest's data, and where the host writes what it asks.
#[test]
fn a_single_byte_is_put_back_wherever_it_is() {
    let pages = (1..4).flat_map(|page| [page * 65_536 - 1, page * 65_536]);
    let places = [
        0,
        15,
        72,
        320,
        448,
        511,
        4_095,
        4_096,
        65_500,
        200_000,
        BYTES - 1,
    ];
    for at in pages.chain(places) {
        let look = format!("(i64.load8_u (i32.const {at}))");
        let leave = format!(
            "(i32.store8 (i32.const {at}) (i32.add (i32.load8_u (i32.const {at})) (i32.const 1)))"
        );
        assert_hides_nothing(&hiding(&look, &leave));
    }
}

/// What an instance starts with is put back in parts, with zeros between them: from the first byte to the last, and with gaps
/// just below, at and above the size from which they count as such.
#[test]
fn images_of_every_shape_are_put_back() {
    let islands: [&[(u32, usize)]; 7] = [
        &[(0, 16)],
        &[(BYTES - 1, 1)],
        &[(0, 16), (BYTES - 8, 8)],
        &[(100_000, 1), (101_023, 1), (102_047, 1), (103_072, 1)],
        &[(100_000, 5_000)],
        &[(65_535, 2)],
        &[(1_024, 64_000), (140_000, 100_000)],
    ];
    for islands in islands {
        let mut guest = hiding(
            &sum_of("0", BYTES),
            &format!("(memory.fill (i32.const 0) (i32.const 0xa5) (i32.const {BYTES}))"),
        );
        for &(at, len) in islands {
            guest = guest.holding(at, &vec![0x5a; len]);
        }
        assert_hides_nothing(&guest);
    }
}

#[test]
fn what_is_written_by_copying_and_from_segments_is_put_back() {
    let leaves = [
        "(memory.copy (i32.const 150000) (i32.const 16) (i32.const 60))",
        "(memory.init $own (i32.const 150000) (i32.const 0) (i32.const 4))",
        "(v128.store (i32.const 150000) (v128.const i64x2 1 2))",
        "(v128.store8_lane 3 (i32.const 150000) (v128.const i64x2 -1 -1))",
    ];
    for leave in leaves {
        let guest = hiding("(i64.load (i32.const 150000))", leave);
        assert_hides_nothing(&guest.part("segments", r#"(data $own "abcd") (data $other "efgh")"#));
    }
}

/// A segment that was put into memory at the start is gone; nothing else is.
#[test]
fn segments_are_what_they_were() {
    let leave = "(memory.init $active (i32.const 150000) (i32.const 0) (i32.const 0))
        (memory.init $own (i32.const 150000) (i32.const 0) (i32.const 4))";
    let guest = hiding("(i64.load (i32.const 150000))", leave).part(
        "segments",
        r#"(data $active (i32.const 90000) "active") (data $own "abcd")"#,
    );
    assert_hides_nothing(&guest);
}

#[test]
fn memory_that_grew_ends_its_instance() {
    for memory in [
        r#"(memory (export "memory") 2)"#,
        r#"(memory (export "memory") 2 3)"#,
    ] {
        let guest = hiding(
            "(i64.extend_i32_u (memory.size))",
            "(drop (memory.grow (i32.const 1)))",
        );
        let guest = guest.part("memory", memory);
        assert_hides_nothing(&guest);

        let sandbox = Sandbox::with(|limits| limits.instances_max = 1);
        let before = sandbox.engine.kept_instances();
        let component = once(&guest);
        let policy = load(&sandbox.engine, &component, Way::Rewound);
        assert!(judge_peer(&policy).result.is_ok());
        assert_eq!(sandbox.engine.kept_instances(), before, "{memory}");
    }
}

/// A guest that grew in `configure` starts so, and its instances are kept.
#[test]
fn memory_that_grew_before_the_snapshot_is_part_of_it() {
    let guest = hiding(
        "(i64.add (i64.extend_i32_u (memory.size)) (i64.load (i32.const 140000)))",
        "(i64.store (i32.const 140000) (i64.const 0x100))",
    )
    .part("memory", r#"(memory (export "memory") 2)"#)
    .part(
        "before-configure",
        "(func $before_configure (drop (memory.grow (i32.const 1))) (i64.store (i32.const 140000) (i64.const 0x200)))",
    );
    assert_hides_nothing(&guest);
    let policy = assert_forgets(&guest, Way::Rewound);
    assert_eq!(policy.execution().memory_bytes, 3 * 65_536);
}

/// One that asks for more than its own type allows gets -1, and there is nothing to put back.
#[test]
fn memory_that_could_not_grow_is_kept() {
    let guest = hiding(
        "(i64.extend_i32_s (memory.grow (i32.const 2)))",
        "(i32.store (i32.const 100) (i32.const 1))",
    )
    .part("memory", r#"(memory (export "memory") 2 3)"#);
    let policy = assert_forgets(&guest, Way::Rewound);
    let verdict = judge_peer(&policy).result.expect("it answers");
    assert_eq!(super::told(&verdict), "ffffffffffffffff");
    assert!(Sandbox::shared().engine.kept_instances() > 0);
}

/// A memory of a fixed size cannot be read by the library that makes snapshots.
#[test]
fn memory_of_a_fixed_size_is_configured_each_time() {
    let guest = hiding(
        "(i64.load (i32.const 100000))",
        "(i64.store (i32.const 100000) (i64.const 1))",
    )
    .part("memory", r#"(memory (export "memory") 4 4)"#);
    assert_it_could_tell(&guest);
    assert_forgets(&guest, Way::Configured);
}

#[test]
fn more_memory_than_is_worth_it_is_new_each_time() {
    let guest = hiding(
        "(i64.load (i32.const 300000))",
        "(i64.store (i32.const 300000) (i64.const 1))",
    )
    .part("memory", r#"(memory (export "memory") 5)"#);
    assert_it_could_tell(&guest);
    let policy = assert_forgets(&guest, Way::Snapshot);
    let because = policy.execution().because.as_deref();
    assert!(
        because.is_some_and(|because| because.contains("256 KiB")),
        "{because:?}"
    );
}
