//! A server gate that demands a client certificate. At the other end is a TLS client that has one.

use std::sync::Arc;

use countersign::{
    Origin, ServerGate,
    policy::Chain,
    record::{DecisionRecord, Stage},
    rustls::{
        AlertDescription, ClientConfig, ClientConnection, Connection, Error, sign::SingleCertAndKey,
    },
};

use super::{
    connected::{Connected, Ended, Published, block_on, exchange, promise},
    far_end::{Heard, PIPE_BYTES, talk},
    pki::{CLIENT, SERVER, provider},
    records::lone_alert,
};

/// Accepts a connection through a gate with these policies.
///
/// # Errors
///
/// What was promised of server gates and not kept.
pub(super) fn accept(chain: Chain) -> Result<Connected, String> {
    let published = Published::default();
    let gate = gate(chain, published.clone());
    let (ours, theirs) = tokio::io::duplex(PIPE_BYTES);
    let connection = async {
        match gate.accept(Origin::unknown().port(443), ours).await {
            Ok(approved) => {
                exchange(approved.stream).await?;
                Ok::<_, String>(Ended::Approved(approved.record))
            }
            Err(refused) => Ok(Ended::Refused(refused)),
        }
    };
    let (ended, heard) = block_on(async { tokio::join!(connection, talk(theirs, client())) });
    let ended = ended?;
    check_heard(&ended, &heard)?;
    Ok(Connected {
        ended,
        heard,
        published,
    })
}

/// Without an approval of the parameters a client hears one alert and nothing else; without one of its identity, the
/// alert behind the server's flight. Either way it is the one that the record tells.
fn check_heard(ended: &Ended, heard: &Heard) -> Result<(), String> {
    if ended.is_approved() {
        return promise(heard.error.is_none(), || format!("{:?}", heard.error));
    }
    let told = ended.alert().ok_or("no alert for the client")?;
    let expected = Error::AlertReceived(AlertDescription::from(told));
    promise(heard.error.as_ref() == Some(&expected), || {
        format!("the client heard {:?} instead of {expected}", heard.error)
    })?;
    if ended.record().stage == Stage::Peer {
        return Ok(());
    }
    promise(lone_alert(&heard.bytes) == Some(told), || {
        format!("the client heard {:02x?}", heard.bytes)
    })
}

fn gate(chain: Chain, published: Published) -> ServerGate {
    let identity = SingleCertAndKey::from(SERVER.certified());
    ServerGate::builder(chain, Arc::new(identity))
        .client_certificates(CLIENT.verifier())
        .alpn(vec![b"h2".to_vec()])
        .listener("hostile")
        .observer(move |record: &Arc<DecisionRecord>| published.take(record))
        .build()
        .expect("there is randomness")
}

fn client() -> Connection {
    let mut config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .expect("the provider has them")
        .with_root_certificates(SERVER.roots())
        .with_client_auth_cert(CLIENT.chain(), CLIENT.key())
        .expect("the key fits");
    config.alpn_protocols = vec![b"h2".to_vec()];
    ClientConnection::new(Arc::new(config), SERVER.name())
        .expect("a client")
        .into()
}
