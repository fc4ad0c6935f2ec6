//! A policy that accepts everything but one thing, written down in WebAssembly's text format.
//!
//! The default policy settles in its offer what it would refuse later, so that a server which plays by the rules
//! meets its veto before the handshake. To see a veto fall after the server's flight takes a policy that
//! changes its mind.

/// The code of the finding that the veto carries.
pub const CODE: &str = "test.veto";

/// Where the veto falls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VetoAt {
    /// `judge-parameters`
    Parameters,
    /// `judge-peer`
    Peer,
    /// `judge-parameters`, of resumed sessions only.
    Resumed,
}

/// The component.
pub fn vetoing(at: VetoAt) -> Vec<u8> {
    countersign_test_guests::component(&text(at))
}

/// Memory: the texts from 0, the description at 64, the result of `configure` at 128 (all zero: ok), the offer at 192,
/// an approval at 256 (all zero: no findings), the veto at 320 with its finding at 384; what is passed in from 4096.
fn text(at: VetoAt) -> String {
    // The eleventh parameter of a judge call is `resumed`.
    let (parameters, peer) = match at {
        VetoAt::Parameters => ("i32.const 1", "i32.const 0"),
        VetoAt::Peer => ("i32.const 0", "i32.const 1"),
        VetoAt::Resumed => ("local.get 10", "i32.const 0"),
    };
    let judge = "(param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)";
    let store = |at: usize, from: usize| format!("(i32.store (i32.const {at}) (local.get {from}))");
    let lists: String = (0..8).map(|n| store(192 + 4 * n, 3 + n)).collect();
    format!(
        r#"(module
  (memory (export "memory") 1)
  (global $top (mut i32) (i32.const 4096))
  (data (i32.const 0) "{CODE}1.0.0A message.")
  ;; name, version, summary; no schema; no findings
  (data (i32.const 64) "\00\00\00\00\04\00\00\00\09\00\00\00\05\00\00\00\0e\00\00\00\0a\00\00\00")
  ;; veto, no alert, one finding
  (data (i32.const 320) "\01\00\00\00\00\00\00\00\80\01\00\00\01\00\00\00")
  ;; code, violation, message
  (data (i32.const 384) "\00\00\00\00\09\00\00\00\02\00\00\00\0e\00\00\00\0a\00\00\00")
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $top) (i32.const 7)) (i32.const -8)))
    (global.set $top (i32.add (local.get $at) (local.get 3)))
    (local.get $at))
  (func (export "describe") (result i32) (i32.const 64))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 128))
  (func (export "constrain")
    (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
    {lists}
    (i32.store8 (i32.const 224) (local.get 11))
    (i32.store8 (i32.const 225) (local.get 12))
    (i32.const 192))
  (func (export "judge-parameters") {judge}
    (select (i32.const 320) (i32.const 256) ({parameters})))
  (func (export "judge-peer") {judge}
    (select (i32.const 320) (i32.const 256) ({peer}))))"#
    )
}
