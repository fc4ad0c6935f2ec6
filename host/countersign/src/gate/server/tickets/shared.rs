//! Keys of session tickets that several hosts share.
//!
//! A ticket is the name of its key, a random salt, and the session under AES-256-GCM with a key that is derived from both (RFC
//! 5869). Each ticket has a key of its own, so no number of tickets is too many for a nonce.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    error::Unspecified,
    hkdf::{HKDF_SHA256, KeyType, Prk, Salt},
    rand,
};
use data_encoding::BASE64;
use rustls::server::ProducesTickets;

/// What an attacker cannot guess.
const SECRET_BYTES_MIN: usize = 32;

/// Far more than HMAC makes use of.
const SECRET_BYTES_MAX: usize = 1024;

/// Keys that can be open at the same time.
const KEYS_MAX: usize = 16;

const NAME_BYTES: usize = 16;
const SALT_BYTES: usize = 32;
const HEADER_BYTES: usize = NAME_BYTES + SALT_BYTES;

/// How long a client may keep a ticket: half a day, as for keys that are not shared. RFC 8446, section 4.6.1, allows a week.
const LIFETIME_SECONDS: u32 = 12 * 60 * 60;

/// Why a text is no list of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TicketKeysError {
    /// There is no key in it.
    #[error("there is no key in it: write one a line; `openssl rand -base64 48` makes one")]
    Empty,
    /// There are too many.
    #[error("there are more than {KEYS_MAX} keys in it: take out the oldest, at the end")]
    TooMany,
    /// A line is no key.
    #[error("line {line}: no base64 (RFC 4648, section 4): `openssl rand -base64 48` makes a key")]
    NotBase64 {
        /// From 1.
        line: usize,
    },
    /// A key is too short or too long.
    #[error(
        "line {line}: a key has from {SECRET_BYTES_MIN} to {SECRET_BYTES_MAX} bytes before base64, this has {bytes}"
    )]
    Length {
        /// From 1.
        line: usize,
        /// How many it has.
        bytes: usize,
    },
    /// A key is there twice.
    #[error("line {line}: this key is in it already")]
    Twice {
        /// From 1.
        line: usize,
    },
}

/// Keys of which the first seals and all open.
pub(super) struct SharedKeys(Vec<Key>);

struct Key {
    name: [u8; NAME_BYTES],
    secret: Prk,
}

impl SharedKeys {
    pub(super) fn from_text(text: &str) -> Result<Self, TicketKeysError> {
        let lines = text.lines().map(str::trim).enumerate();
        let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let mut keys: Vec<Key> = Vec::new();
        for (at, text) in lines {
            let key = Key::from_line(at + 1, text)?;
            if keys.iter().any(|known| known.name == key.name) {
                return Err(TicketKeysError::Twice { line: at + 1 });
            }
            keys.push(key);
        }
        match keys.len() {
            0 => Err(TicketKeysError::Empty),
            1..=KEYS_MAX => Ok(Self(keys)),
            _ => Err(TicketKeysError::TooMany),
        }
    }
}

impl Key {
    fn from_line(line: usize, text: &str) -> Result<Self, TicketKeysError> {
        let secret = BASE64.decode(text.as_bytes());
        let secret = secret.map_err(|_| TicketKeysError::NotBase64 { line })?;
        let bytes = secret.len();
        if !(SECRET_BYTES_MIN..=SECRET_BYTES_MAX).contains(&bytes) {
            return Err(TicketKeysError::Length { line, bytes });
        }
        let secret = Salt::new(HKDF_SHA256, b"countersign ticket keys 1").extract(&secret);
        let mut name = [0; NAME_BYTES];
        let derived = secret.expand(&[b"name"], NameLength);
        derived
            .and_then(|derived| derived.fill(&mut name))
            .unwrap_or_else(|_| unreachable!("a name is shorter than HKDF can make"));
        Ok(Self { name, secret })
    }

    /// The key of the ticket with this salt.
    fn of_ticket(&self, salt: &[u8]) -> Result<LessSafeKey, Unspecified> {
        let info = [b"ticket", salt];
        let derived = self.secret.expand(&info, &AES_256_GCM)?;
        Ok(LessSafeKey::new(UnboundKey::from(derived)))
    }

    fn seal(&self, session: &[u8]) -> Result<Vec<u8>, Unspecified> {
        let mut salt = [0; SALT_BYTES];
        rand::fill(&mut salt)?;
        let header = [&self.name[..], &salt].concat();
        let mut sealed = session.to_vec();
        self.of_ticket(&salt)?.seal_in_place_append_tag(
            only_nonce(),
            Aad::from(&header),
            &mut sealed,
        )?;
        Ok([header, sealed].concat())
    }

    fn open(&self, header: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Unspecified> {
        let mut session = sealed.to_vec();
        let key = self.of_ticket(&header[NAME_BYTES..])?;
        let opened = key
            .open_in_place(only_nonce(), Aad::from(header), &mut session)?
            .len();
        session.truncate(opened);
        Ok(session)
    }
}

/// Each key is used once, so there is but one nonce.
fn only_nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_LEN])
}

struct NameLength;

impl KeyType for NameLength {
    fn len(&self) -> usize {
        NAME_BYTES
    }
}

impl ProducesTickets for SharedKeys {
    fn enabled(&self) -> bool {
        true
    }

    fn lifetime(&self) -> u32 {
        LIFETIME_SECONDS
    }

    fn encrypt(&self, session: &[u8]) -> Option<Vec<u8>> {
        self.0.first()?.seal(session).ok()
    }

    fn decrypt(&self, ticket: &[u8]) -> Option<Vec<u8>> {
        let (header, sealed) = ticket.split_at_checked(HEADER_BYTES)?;
        let key = self.0.iter().find(|key| header.starts_with(&key.name))?;
        key.open(header, sealed).ok()
    }
}

/// Without the secrets.
impl std::fmt::Debug for SharedKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SharedKeys")
            .field("keys", &self.0.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(byte: u8) -> String {
        BASE64.encode(&[byte; 48])
    }

    fn keys(text: &str) -> SharedKeys {
        SharedKeys::from_text(text).expect("keys")
    }

    #[test]
    fn the_first_key_seals_and_all_open() {
        let (one, two) = (line(1), line(2));
        let before = keys(&format!("# made by hand\n\n{one}\n"));
        let rotated = keys(&format!("{two}\n  {one}\r\n"));
        let later = keys(&two);
        let ticket = before.encrypt(b"session").expect("a ticket");
        assert_eq!(before.decrypt(&ticket).as_deref(), Some(&b"session"[..]));
        assert_eq!(rotated.decrypt(&ticket).as_deref(), Some(&b"session"[..]));
        assert_eq!(later.decrypt(&ticket), None);
        let ticket = rotated.encrypt(b"session").expect("a ticket");
        assert_eq!(later.decrypt(&ticket).as_deref(), Some(&b"session"[..]));
        assert_eq!(before.decrypt(&ticket), None);
    }

    #[test]
    fn a_ticket_that_was_touched_opens_nothing() {
        let keys = keys(&line(1));
        let ticket = keys.encrypt(b"session").expect("a ticket");
        for at in 0..ticket.len() {
            let mut touched = ticket.clone();
            touched[at] ^= 1;
            assert_eq!(keys.decrypt(&touched), None, "byte {at}");
            assert_eq!(keys.decrypt(&ticket[..at]), None, "up to byte {at}");
        }
    }

    #[test]
    fn no_two_tickets_are_alike() {
        let keys = keys(&line(1));
        assert_ne!(keys.encrypt(b"session"), keys.encrypt(b"session"));
    }

    #[test]
    fn what_is_no_list_of_keys_is_said_with_its_line() {
        use TicketKeysError as E;
        let one = line(1);
        for (text, error) in [
            (String::new(), E::Empty),
            ("# none\n".to_owned(), E::Empty),
            (format!("{one}\n!\n"), E::NotBase64 { line: 2 }),
            (BASE64.encode(&[1; 31]), E::Length { line: 1, bytes: 31 }),
            (
                BASE64.encode(&[1; 1025]),
                E::Length {
                    line: 1,
                    bytes: 1025,
                },
            ),
            (format!("{one}\n\n{one}"), E::Twice { line: 3 }),
            ((0..17).map(|it| line(it) + "\n").collect(), E::TooMany),
        ] {
            assert_eq!(SharedKeys::from_text(&text).err(), Some(error), "{text}");
        }
        assert!(SharedKeys::from_text(&BASE64.encode(&[1; 32])).is_ok());
    }

    #[test]
    fn secrets_are_not_shown() {
        assert_eq!(
            format!("{:?}", keys(&line(1))),
            "SharedKeys { keys: 1, .. }"
        );
    }
}
