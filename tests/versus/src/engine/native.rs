//! The rule in Rust.

use crate::settings::{CIPHER_SUITES, GROUPS, VERSION_MIN};
use crate::{
    Failure,
    session::Session,
    verdict::{Code, Verdict},
};

pub(super) fn judge() -> Result<impl FnMut(&Session) -> Result<Verdict, Failure>, Failure> {
    Ok(|session: &Session| {
        let codes = [
            (session.version < VERSION_MIN).then_some(Code::Version),
            (!CIPHER_SUITES.contains(&session.cipher_suite)).then_some(Code::CipherSuite),
            session
                .group
                .is_some_and(|group| !GROUPS.contains(&group))
                .then_some(Code::Group),
        ];
        Ok(Verdict::from_codes(codes.into_iter().flatten().collect()))
    })
}
