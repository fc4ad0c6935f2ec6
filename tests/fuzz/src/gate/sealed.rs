//! Changes of what a TLS 1.3 peer says before it encrypts it: the gate can decrypt what comes, and finds something else in it
//! than a TLS library says.

use std::cell::RefCell;

use rustls::{
    ConnectionTrafficSecrets, Error, SupportedCipherSuite, Tls13CipherSuite,
    crypto::{
        CipherSuiteCommon,
        cipher::{
            AeadKey, Iv, MessageDecrypter, MessageEncrypter, OutboundOpaqueMessage,
            OutboundPlainMessage, Tls13AeadAlgorithm, UnsupportedOperationError,
        },
    },
};

use crate::edit::Edit;

thread_local! {
    static PLAN: RefCell<Plan> = RefCell::default();
}

/// What is to be changed in this case.
#[derive(Default)]
struct Plan {
    edits: Vec<(usize, Edit)>,
    /// Records encrypted so far.
    records: usize,
}

/// From now on, the encrypted record of each number is changed so.
pub fn plan(edits: &[(u8, Edit)]) {
    let edits = edits
        .iter()
        .map(|(record, edit)| (usize::from(*record), edit.clone()))
        .collect();
    PLAN.set(Plan { edits, records: 0 });
}

/// The bytes of the next record.
fn changed(mut payload: Vec<u8>) -> Vec<u8> {
    PLAN.with_borrow_mut(|plan| {
        for (_, edit) in plan.edits.iter().filter(|(at, _)| *at == plan.records) {
            edit.apply(&mut payload);
        }
        plan.records += 1;
    });
    payload
}

/// The same suite with an encrypter that makes the changes. TLS 1.2 encrypts nothing before a verdict.
pub fn editable(suite: SupportedCipherSuite) -> SupportedCipherSuite {
    let SupportedCipherSuite::Tls13(suite) = suite else {
        return suite;
    };
    SupportedCipherSuite::Tls13(Box::leak(Box::new(Tls13CipherSuite {
        common: CipherSuiteCommon {
            suite: suite.common.suite,
            hash_provider: suite.common.hash_provider,
            confidentiality_limit: suite.common.confidentiality_limit,
        },
        hkdf_provider: suite.hkdf_provider,
        aead_alg: Box::leak(Box::new(EditingAead(suite.aead_alg))),
        quic: None,
    })))
}

struct EditingAead(&'static dyn Tls13AeadAlgorithm);

struct EditingEncrypter(Box<dyn MessageEncrypter>);

impl Tls13AeadAlgorithm for EditingAead {
    fn encrypter(&self, key: AeadKey, iv: Iv) -> Box<dyn MessageEncrypter> {
        Box::new(EditingEncrypter(self.0.encrypter(key, iv)))
    }

    fn decrypter(&self, key: AeadKey, iv: Iv) -> Box<dyn MessageDecrypter> {
        self.0.decrypter(key, iv)
    }

    fn key_len(&self) -> usize {
        self.0.key_len()
    }

    fn extract_keys(
        &self,
        key: AeadKey,
        iv: Iv,
    ) -> Result<ConnectionTrafficSecrets, UnsupportedOperationError> {
        self.0.extract_keys(key, iv)
    }
}

impl MessageEncrypter for EditingEncrypter {
    fn encrypt(
        &mut self,
        message: OutboundPlainMessage<'_>,
        sequence: u64,
    ) -> Result<OutboundOpaqueMessage, Error> {
        let payload = changed(message.payload.to_vec());
        let message = OutboundPlainMessage {
            payload: payload[..].into(),
            ..message
        };
        self.0.encrypt(message, sequence)
    }

    fn encrypted_payload_len(&self, payload_len: usize) -> usize {
        self.0.encrypted_payload_len(payload_len)
    }
}
