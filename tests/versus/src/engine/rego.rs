//! The rule in Rego: compiled to a program of regorus' virtual machine, and one machine for all calls, the fastest way that its
//! own benches know.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use regorus::{
    Engine, Value,
    languages::rego::compiler::Compiler,
    rvm::{program::Program, vm::RegoVM},
};

use crate::settings::{CIPHER_SUITES, GROUPS, VERSION_MIN};
use crate::{
    Failure,
    session::Session,
    verdict::{Code, Verdict},
};

const RULE: &str = include_str!("../../rules/session.rego");
const ENTRY: &str = "data.session.violations";

pub(super) fn judge() -> Result<impl FnMut(&Session) -> Result<Verdict, Failure>, Failure> {
    let mut machine = RegoVM::new();
    machine.load_program(program()?);
    machine.set_data(settings())?;
    Ok(move |session: &Session| {
        machine.set_input(input(session));
        verdict(&machine.execute()?)
    })
}

fn program() -> Result<Arc<Program>, Failure> {
    let mut engine = Engine::new();
    engine.add_policy("session.rego".into(), RULE.into())?;
    let policy = engine.compile_with_entrypoint(&ENTRY.into())?;
    Ok(Compiler::compile_from_policy(&policy, &[ENTRY])?)
}

fn settings() -> Value {
    let settings = BTreeMap::from([
        (Value::from("version_min"), number(VERSION_MIN)),
        ("cipher_suites".into(), set(&CIPHER_SUITES)),
        ("groups".into(), set(&GROUPS)),
    ]);
    BTreeMap::from([(Value::from("settings"), settings.into())]).into()
}

fn input(session: &Session) -> Value {
    let text = |text: &String| Value::from(text.as_str());
    let members = [
        ("version", Some(number(session.version))),
        ("cipher_suite", Some(number(session.cipher_suite))),
        ("group", session.group.map(number)),
        ("alpn", session.alpn.as_ref().map(text)),
        ("resumed", Some(session.resumed.into())),
    ];
    let members = members
        .into_iter()
        .filter_map(|(key, value)| Some((key.into(), value?)));
    members.collect::<BTreeMap<Value, Value>>().into()
}

fn verdict(violations: &Value) -> Result<Verdict, Failure> {
    let codes = violations.as_set()?.iter();
    codes
        .map(|code| Code::read(code.as_string()?))
        .collect::<Result<_, _>>()
        .map(Verdict::from_codes)
}

fn set(codes: &[u16]) -> Value {
    let codes = codes.iter().copied().map(number);
    codes.collect::<BTreeSet<_>>().into()
}

fn number(code: u16) -> Value {
    u32::from(code).into()
}
