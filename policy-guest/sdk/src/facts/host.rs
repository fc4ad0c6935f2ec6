//! In a component, facts come from the host.

use super::{ChainCheck, ChainFailure};
use crate::bindings::countersign::policy::facts as wire;

pub(super) use wire::{Certificate, ClientHello as Hello};
pub(super) use wire::{
    hello, peer_address, peer_certificates, port, server_name, signature_scheme, today,
};

pub(super) fn peer_verification() -> ChainCheck {
    let failure = match wire::peer_verification() {
        wire::ChainCheck::NotMade => return ChainCheck::NotMade,
        wire::ChainCheck::Valid => return ChainCheck::Valid,
        wire::ChainCheck::Invalid(failure) => failure,
    };
    ChainCheck::Invalid(match failure {
        wire::ChainFailure::Expired => ChainFailure::Expired,
        wire::ChainFailure::NotYetValid => ChainFailure::NotYetValid,
        wire::ChainFailure::UnknownIssuer => ChainFailure::UnknownIssuer,
        wire::ChainFailure::NameMismatch => ChainFailure::NameMismatch,
        wire::ChainFailure::Revoked => ChainFailure::Revoked,
        wire::ChainFailure::BadSignature => ChainFailure::BadSignature,
        wire::ChainFailure::Other => ChainFailure::Other,
    })
}
