//! What a policy is given by value, as bytes.

use super::{super::place, Question, Writer};
use crate::{
    offer::{ClientAuth, Offer},
    session::{Endpoint, Role, Session},
};

/// The function, and its parameters.
pub(super) fn write_question(to: &mut Writer<'_>, question: &Question<'_>) {
    to.byte(place(question) as u8);
    match question {
        Question::Constrain {
            endpoint,
            available,
        } => {
            write_endpoint(to, endpoint);
            write_offer(to, available);
        }
        Question::JudgeParameters(session) | Question::JudgePeer(session) => {
            write_session(to, session);
        }
    }
}

fn write_endpoint(to: &mut Writer<'_>, endpoint: &Endpoint) {
    let Endpoint { role, listener } = endpoint;
    to.byte(match role {
        Role::Client => 0,
        Role::Server => 1,
    });
    to.bytes(listener.as_bytes());
}

fn write_offer(to: &mut Writer<'_>, offer: &Offer) {
    let Offer {
        versions,
        cipher_suites,
        groups,
        alpn,
        resumption,
        client_auth,
    } = offer;
    to.codes(versions);
    to.codes(cipher_suites);
    to.codes(groups);
    to.names(alpn);
    to.byte((*resumption).into());
    to.byte(match client_auth {
        ClientAuth::None => 0,
        ClientAuth::Request => 1,
        ClientAuth::Require => 2,
    });
}

fn write_session(to: &mut Writer<'_>, session: &Session) {
    let Session {
        endpoint,
        version,
        cipher_suite,
        group,
        alpn,
        resumed,
        retried,
    } = session;
    write_endpoint(to, endpoint);
    to.code((*version).into());
    to.code((*cipher_suite).into());
    to.option(*group, |to, group| to.code(group.into()));
    to.option(alpn.as_deref(), Writer::bytes);
    to.byte((*resumed).into());
    to.byte((*retried).into());
}
