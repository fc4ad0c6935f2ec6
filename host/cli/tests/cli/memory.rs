//! A machine with little address space: the pool of instances does not fit, and policies run all the same.

use std::process::Command;

#[test]
#[cfg(target_os = "linux")]
fn a_policy_judges_without_room_for_a_pool() {
    // 1.5 GB, where the pool alone would reserve 4 GiB.
    let script = format!(
        "ulimit -v 1500000 && exec '{}' check --no-cache 127.0.0.1:1",
        env!("CARGO_BIN_EXE_countersign")
    );
    let run = Command::new("sh").args(["-c", &script]).output();
    let run = run.expect("a shell");
    let said = String::from_utf8_lossy(&run.stdout);
    let complained = String::from_utf8_lossy(&run.stderr);
    assert_eq!(run.status.code(), Some(3), "{said}{complained}");
    assert!(said.contains("Connection refused"), "{said}{complained}");
    assert!(said.contains("policy       default"), "{said}{complained}");
}
