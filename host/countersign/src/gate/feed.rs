//! One record of the peer into the TLS library.

use rustls::{ConnectionCommon, Error, SideData};

use super::HandshakeError;
use crate::verdict::Alert;

/// Lets the TLS library process one whole record.
pub(super) fn feed<Data: SideData>(
    tls: &mut ConnectionCommon<Data>,
    mut record: &[u8],
) -> Result<(), HandshakeError> {
    while !record.is_empty() {
        match tls.read_tls(&mut record) {
            Ok(0) => return Err(HandshakeError::NotARecord),
            Ok(_) => process(tls)?,
            Err(error) => return Err(HandshakeError::Io(error)),
        }
    }
    Ok(())
}

fn process<Data: SideData>(tls: &mut ConnectionCommon<Data>) -> Result<(), HandshakeError> {
    match tls.process_new_packets() {
        Ok(_) => Ok(()),
        Err(Error::AlertReceived(alert)) => {
            Err(HandshakeError::AlertReceived(Alert::from_tls(alert.into())))
        }
        Err(Error::NoCertificatesPresented) => Err(HandshakeError::NoClientCertificate),
        Err(error) => Err(HandshakeError::Tls(error)),
    }
}
