//! The rule in Cedar: policies and settings are parsed once, only the context is made for each call.

use std::collections::{HashMap, HashSet};

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityUid, PolicyId, PolicySet, Request,
    Response, RestrictedExpression,
};

use crate::settings::{CIPHER_SUITES, GROUPS, VERSION_MIN};
use crate::{
    Failure,
    session::Session,
    verdict::{Code, Verdict},
};

const RULE: &str = include_str!("../../rules/session.cedar");

pub(super) fn judge() -> Result<impl FnMut(&Session) -> Result<Verdict, Failure>, Failure> {
    let authorizer = Authorizer::new();
    let policies = policies()?;
    let principal: EntityUid = r#"Host::"countersign""#.parse()?;
    let action: EntityUid = r#"Action::"judge""#.parse()?;
    let resource: EntityUid = r#"Settings::"default""#.parse()?;
    let entities = Entities::from_entities([settings(&resource)?], None)?;
    Ok(move |session: &Session| {
        let request = Request::new(
            principal.clone(),
            action.clone(),
            resource.clone(),
            context(session)?,
            None,
        )?;
        verdict(&authorizer.is_authorized(&request, &policies, &entities))
    })
}

/// The policies, each under the name that is written at it: Cedar itself only counts them.
fn policies() -> Result<PolicySet, Failure> {
    let counted: PolicySet = RULE.parse()?;
    let mut named = PolicySet::new();
    for policy in counted.policies() {
        let id = policy.annotation("id").ok_or("a policy has no id")?;
        named.add(policy.new_id(PolicyId::new(id)))?;
    }
    Ok(named)
}

fn settings(uid: &EntityUid) -> Result<Entity, Failure> {
    let attributes = HashMap::from([
        ("version_min".into(), number(VERSION_MIN)),
        ("cipher_suites".into(), set(&CIPHER_SUITES)),
        ("groups".into(), set(&GROUPS)),
    ]);
    Ok(Entity::new(uid.clone(), attributes, HashSet::new())?)
}

fn context(session: &Session) -> Result<Context, Failure> {
    let text = |text: &String| RestrictedExpression::new_string(text.clone());
    let members = [
        ("version", Some(number(session.version))),
        ("cipher_suite", Some(number(session.cipher_suite))),
        ("group", session.group.map(number)),
        ("alpn", session.alpn.as_ref().map(text)),
        (
            "resumed",
            Some(RestrictedExpression::new_bool(session.resumed)),
        ),
    ];
    let members = members
        .into_iter()
        .filter_map(|(key, value)| Some((key.to_owned(), value?)));
    Ok(Context::from_pairs(members)?)
}

/// Cedar leaves out a policy that fails, a forbidding one too: here, that is a failure.
fn verdict(response: &Response) -> Result<Verdict, Failure> {
    let diagnostics = response.diagnostics();
    if let Some(error) = diagnostics.errors().next() {
        return Err(error.to_string().into());
    }
    if response.decision() == Decision::Allow {
        return Ok(Verdict::Approve);
    }
    let codes: Vec<_> = diagnostics
        .reason()
        .map(|id| Code::read(id.as_ref()))
        .collect::<Result<_, _>>()?;
    if codes.is_empty() {
        return Err("no policy permits it".into());
    }
    Ok(Verdict::from_codes(codes))
}

fn set(codes: &[u16]) -> RestrictedExpression {
    RestrictedExpression::new_set(codes.iter().copied().map(number))
}

fn number(code: u16) -> RestrictedExpression {
    RestrictedExpression::new_long(code.into())
}
