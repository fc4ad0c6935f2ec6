//! A client gate. At the other end is a TLS server that demands a client certificate.

use std::sync::Arc;

use countersign::{
    ClientGate, Peer,
    policy::Chain,
    record::{DecisionRecord, Stage},
    rustls::{
        Connection, ServerConfig, ServerConnection, client::WebPkiServerVerifier,
        sign::SingleCertAndKey,
    },
};

use super::{
    connected::{Connected, Ended, Published, block_on, exchange, promise},
    far_end::{Heard, PIPE_BYTES, talk},
    pki::{CLIENT, SERVER, provider},
    records::alert_behind_hello,
};

/// Connects through a gate with these policies.
///
/// # Errors
///
/// What was promised of client gates and not kept.
pub(super) fn connect(chain: Chain) -> Result<Connected, String> {
    let published = Published::default();
    let gate = gate(chain, published.clone());
    let (ours, theirs) = tokio::io::duplex(PIPE_BYTES);
    let connection = async {
        let peer = Peer::new(SERVER.name()).port(443);
        match gate.connect(peer, ours).await {
            Ok(approved) => {
                exchange(approved.stream).await?;
                Ok::<_, String>(Ended::Approved(approved.record))
            }
            Err(refused) => Ok(Ended::Refused(refused)),
        }
    };
    let (ended, heard) = block_on(async { tokio::join!(connection, talk(theirs, server())) });
    let ended = ended?;
    check_heard(&ended, &heard)?;
    Ok(Connected {
        ended,
        heard,
        published,
    })
}

/// Without an approval a server hears nothing at all, or a ClientHello and the alert; never who the client is.
fn check_heard(ended: &Ended, heard: &Heard) -> Result<(), String> {
    let approved = ended.is_approved();
    promise(heard.is_finished == approved, || {
        format!("the client's Finished left: {}", heard.is_finished)
    })?;
    promise(heard.has_certificate == approved, || {
        format!("the client's certificate left: {}", heard.has_certificate)
    })?;
    if approved {
        return Ok(());
    }
    if ended.record().stage == Stage::Offer {
        let bytes = heard.bytes.len();
        return promise(bytes == 0, || format!("{bytes} bytes left"));
    }
    let alert = alert_behind_hello(&heard.bytes)?;
    promise(alert.is_some() && alert == ended.alert(), || {
        format!("the alert {alert:?} left instead of {:?}", ended.alert())
    })
}

fn gate(chain: Chain, published: Published) -> ClientGate {
    let verifier = WebPkiServerVerifier::builder_with_provider(SERVER.roots(), provider());
    let identity = SingleCertAndKey::from(CLIENT.certified());
    ClientGate::builder(chain, verifier.build().expect("there is a root"))
        .client_certificate(Arc::new(identity))
        .alpn(vec![b"h2".to_vec()])
        .listener("hostile")
        .observer(move |record: &Arc<DecisionRecord>| published.take(record))
        .build()
}

fn server() -> Connection {
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .expect("the provider has them")
        .with_client_cert_verifier(CLIENT.verifier())
        .with_single_cert(SERVER.chain(), SERVER.key())
        .expect("the key fits");
    config.alpn_protocols = vec![b"h2".to_vec()];
    ServerConnection::new(Arc::new(config))
        .expect("a server")
        .into()
}
