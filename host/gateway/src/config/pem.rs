//! Certificates and keys from PEM files (RFC 7468).

use std::{path::PathBuf, sync::Arc};

use countersign::rustls::{
    Error, InconsistentKeys, RootCertStore,
    crypto::CryptoProvider,
    pki_types::{
        CertificateDer, PrivateKeyDer,
        pem::{Error as PemError, PemObject},
    },
    sign::CertifiedKey,
};
use toml::Spanned;

use super::{draft::Draft, file};

/// A file of certificates or of a key. The roots of a system are some 200 KiB.
const BYTES_MAX: usize = 4 * 1024 * 1024;

/// A certificate chain with its key.
pub(super) fn certified_key(
    draft: &mut Draft<'_>,
    files: &file::Certificate,
    provider: &CryptoProvider,
) -> Option<Arc<CertifiedKey>> {
    let chain = certificates(draft, "certificate", &files.chain);
    let key = private_key(draft, &files.key);
    let (chain, key) = (chain?, key?);
    let signer = match provider.key_provider.load_private_key(key) {
        Ok(signer) => signer,
        Err(error) => {
            let file = shown(draft, &files.key);
            draft.wrong(
                &files.key.span(),
                format!("key {file}: it cannot be used: {error}"),
            );
            return None;
        }
    };
    let certified = CertifiedKey::new(chain, signer);
    match certified.keys_match() {
        Ok(()) | Err(Error::InconsistentKeys(InconsistentKeys::Unknown)) => {
            Some(Arc::new(certified))
        }
        Err(Error::InconsistentKeys(_)) => {
            let (key, chain) = (shown(draft, &files.key), shown(draft, &files.chain));
            let sentence =
                format!("key {key}: it does not belong to the first certificate in {chain}");
            draft.wrong(&files.key.span(), sentence);
            None
        }
        Err(error) => {
            let chain = shown(draft, &files.chain);
            let sentence = format!("certificate {chain}: it cannot be used: {error}");
            draft.wrong(&files.chain.span(), sentence);
            None
        }
    }
}

/// All certificates of a file. There is at least one.
pub(super) fn certificates(
    draft: &mut Draft<'_>,
    what: &str,
    path: &Spanned<PathBuf>,
) -> Option<Vec<CertificateDer<'static>>> {
    let bytes = draft.read(what, path, BYTES_MAX)?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    let problem = match certificates {
        Ok(certificates) if !certificates.is_empty() => return Some(certificates),
        Ok(_) if is_der(&bytes) => {
            "it is DER, not PEM: convert it with `openssl x509 -inform DER`".to_owned()
        }
        Ok(_) if PrivateKeyDer::from_pem_slice(&bytes).is_ok() => {
            "it holds a private key and no certificate".to_owned()
        }
        Ok(_) => {
            "it holds no certificate: PEM with `-----BEGIN CERTIFICATE-----` is needed".to_owned()
        }
        Err(error) => format!("it is damaged: {error}"),
    };
    let file = shown(draft, path);
    draft.wrong(&path.span(), format!("{what} {file}: {problem}"));
    None
}

/// The first private key of a file.
fn private_key(draft: &mut Draft<'_>, path: &Spanned<PathBuf>) -> Option<PrivateKeyDer<'static>> {
    let bytes = draft.read("key", path, BYTES_MAX)?;
    let encrypted = String::from_utf8_lossy(&bytes).contains("ENCRYPTED");
    let problem = match PrivateKeyDer::from_pem_slice(&bytes) {
        Ok(key) => {
            warn_if_everybody_reads(draft, path);
            return Some(key);
        }
        Err(_) if encrypted => {
            "it is encrypted: decrypt it with `openssl pkey -in FILE -out FILE`".to_owned()
        }
        Err(PemError::NoItemsFound) if is_der(&bytes) => {
            "it is DER, not PEM: convert it with `openssl pkey -inform DER`".to_owned()
        }
        Err(PemError::NoItemsFound) => {
            "it holds no private key: PEM with `-----BEGIN PRIVATE KEY-----` is needed".to_owned()
        }
        Err(error) => format!("it is damaged: {error}"),
    };
    let file = shown(draft, path);
    draft.wrong(&path.span(), format!("key {file}: {problem}"));
    None
}

/// Certificates to trust.
pub(super) fn roots(
    draft: &mut Draft<'_>,
    what: &str,
    path: &Spanned<PathBuf>,
) -> Option<(RootCertStore, Vec<CertificateDer<'static>>)> {
    let certificates = certificates(draft, what, path)?;
    let mut roots = RootCertStore::empty();
    for certificate in &certificates {
        if let Err(error) = roots.add(certificate.clone()) {
            let file = shown(draft, path);
            let sentence = format!("{what} {file}: a certificate in it cannot be used: {error}");
            draft.wrong(&path.span(), sentence);
            return None;
        }
    }
    Some((roots, certificates))
}

fn is_der(bytes: &[u8]) -> bool {
    // A SEQUENCE of more than 127 bytes (X.690, section 8.9).
    matches!(bytes, [0x30, 0x81..=0x84, ..])
}

fn shown(draft: &Draft<'_>, path: &Spanned<PathBuf>) -> String {
    draft.resolve(path.get_ref()).display().to_string()
}

#[cfg(unix)]
fn warn_if_everybody_reads(draft: &mut Draft<'_>, path: &Spanned<PathBuf>) {
    use std::os::unix::fs::PermissionsExt;
    let file = draft.resolve(path.get_ref());
    let readable = std::fs::metadata(&file).is_ok_and(|it| it.permissions().mode() & 0o004 != 0);
    if readable {
        let sentence = format!(
            "key {}: everybody on this machine can read it",
            file.display()
        );
        draft.doubtful(&path.span(), sentence);
    }
}

#[cfg(not(unix))]
fn warn_if_everybody_reads(_: &mut Draft<'_>, _: &Spanned<PathBuf>) {}
