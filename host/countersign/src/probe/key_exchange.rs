//! ServerKeyExchange, decoded strictly: the curve of ECDHE (RFC 8422 section 5.4) or the prime of DHE
//! (RFC 5246 section 7.4.3).

use super::AnswerError;
use super::server_hello::ServerHello;
use countersign_names::{Group, Version};
use tls_parser::{
    ECParametersContent, TlsCipherKx, TlsCipherSuite, parse_dh_params, parse_digitally_signed,
    parse_digitally_signed_old, parse_ecdh_params,
};

/// The strength of an ephemeral key exchange below TLS 1.3.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct KeyExchange {
    /// The named curve of ECDHE; none for a curve that the server spells out.
    pub(super) group: Option<Group>,
    /// The size of the prime of DHE.
    pub(super) dhe_bits: Option<u16>,
}

impl KeyExchange {
    /// Decodes the message's body in the light of the hello before it.
    pub(super) fn parse(hello: &ServerHello, body: &[u8]) -> Result<Self, AnswerError> {
        let kx = TlsCipherSuite::from_id(hello.cipher_suite.code()).map(|suite| suite.kx);
        let (signature, exchange) = match kx {
            Some(TlsCipherKx::Ecdhe) => ecdhe(body)?,
            Some(TlsCipherKx::Dhe) => dhe(body)?,
            // The others have no such message, or none that says how strong they are.
            _ => return Ok(Self::default()),
        };
        if is_signature(hello.version, signature) {
            Ok(exchange)
        } else {
            Err(AnswerError::ServerKeyExchange)
        }
    }
}

fn ecdhe(body: &[u8]) -> Result<(&[u8], KeyExchange), AnswerError> {
    let (rest, params) = parse_ecdh_params(body).map_err(|_| AnswerError::ServerKeyExchange)?;
    let group = match params.curve_params.params_content {
        ECParametersContent::NamedGroup(group) => Some(Group::new(group.0)),
        ECParametersContent::ExplicitPrime(_) => None,
    };
    Ok((
        rest,
        KeyExchange {
            group,
            dhe_bits: None,
        },
    ))
}

fn dhe(body: &[u8]) -> Result<(&[u8], KeyExchange), AnswerError> {
    let (rest, params) = parse_dh_params(body).map_err(|_| AnswerError::ServerKeyExchange)?;
    let dhe_bits = bit_length(params.dh_p).ok_or(AnswerError::ServerKeyExchange)?;
    Ok((
        rest,
        KeyExchange {
            group: None,
            dhe_bits: Some(dhe_bits),
        },
    ))
}

/// The bits of a big-endian number; none for zero and for what no u16 counts.
fn bit_length(number: &[u8]) -> Option<u16> {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let top = number.get(zeros)?;
    let bits = (number.len() - zeros) * 8 - top.leading_zeros() as usize;
    u16::try_from(bits).ok()
}

/// Whether these bytes are one signature and nothing else; before TLS 1.2 it does not name its algorithm.
fn is_signature(version: Version, bytes: &[u8]) -> bool {
    let parsed = if version.code() < Version::TLS_1_2.code() {
        parse_digitally_signed_old(bytes)
    } else {
        parse_digitally_signed(bytes)
    };
    parsed.is_ok_and(|(rest, _)| rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::samples::{RANDOM, server_hello_body};
    use super::*;

    const MALFORMED: Result<KeyExchange, AnswerError> = Err(AnswerError::ServerKeyExchange);
    /// secp256r1, a point of one byte, an rsa_pkcs1_sha256 signature of one byte.
    const ECDHE: &[u8] = b"\x03\0\x17\x01\x04\x04\x01\0\x01\xaa";

    fn parse(version: u16, suite: u16, body: &[u8]) -> Result<KeyExchange, AnswerError> {
        let hello = ServerHello::parse(&server_hello_body(version, &RANDOM, suite, b""))?;
        KeyExchange::parse(&hello, body)
    }

    /// A prime of these bytes, generator 2, share 5, and the old signature of one byte.
    fn dhe_body(prime: &[u8]) -> Vec<u8> {
        let [.., high, low] = prime.len().to_be_bytes();
        [&[high, low], prime, b"\0\x01\x02\0\x01\x05\0\x01\xaa"].concat()
    }

    #[test]
    fn ecdhe_names_its_curve() {
        let expected = KeyExchange {
            group: Some(Group::new(0x0017)),
            dhe_bits: None,
        };
        assert_eq!(parse(0x0303, 0xc02f, ECDHE), Ok(expected));
        assert_eq!(
            parse(0x0302, 0xc014, b"\x03\0\x17\x01\x04\0\x01\xaa"),
            Ok(expected)
        );
    }

    #[test]
    fn dhe_shows_its_prime() {
        let bits = |prime: &[u8]| {
            parse(0x0301, 0x0039, &dhe_body(prime)).map(|exchange| exchange.dhe_bits)
        };
        assert_eq!(bits(&[0xff; 128]), Ok(Some(1024)));
        assert_eq!(bits(&[[0].as_slice(), &[0x01; 64]].concat()), Ok(Some(505)));
        assert_eq!(bits(&[0; 64]), Err(AnswerError::ServerKeyExchange));
        assert_eq!(bits(&[]), Err(AnswerError::ServerKeyExchange));
        assert_eq!(bits(&[0xff; 9000]), Err(AnswerError::ServerKeyExchange));
    }

    #[test]
    fn the_signature_must_fit_the_version() {
        assert_eq!(parse(0x0302, 0xc014, ECDHE), MALFORMED);
        assert_eq!(
            parse(0x0303, 0xc02f, b"\x03\0\x17\x01\x04\0\x01\xaa"),
            MALFORMED
        );
    }

    #[test]
    fn a_message_cut_or_lengthened_anywhere_is_refused() {
        for end in 0..ECDHE.len() {
            assert_eq!(parse(0x0303, 0xc02f, &ECDHE[..end]), MALFORMED, "{end}");
        }
        assert_eq!(parse(0x0303, 0xc02f, &[ECDHE, &[0]].concat()), MALFORMED);
    }

    #[test]
    fn static_rsa_has_nothing_to_show() {
        assert_eq!(
            parse(0x0303, 0x009c, b"whatever"),
            Ok(KeyExchange::default())
        );
    }
}
