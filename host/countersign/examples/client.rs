//! Says hello to a server that a policy must approve: `client ROOTS.pem NAME ADDRESS:PORT`.
#![expect(clippy::print_stdout, reason = "it talks to a terminal")]

use std::{error::Error, sync::Arc};

use countersign::policy::{Engine, Limits, Policy, PolicySource};
use countersign::rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
use countersign::rustls::{RootCertStore, client::WebPkiServerVerifier};
use countersign::{ClientGate, Peer, Refused};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let mut roots = RootCertStore::empty();
    for root in CertificateDer::pem_file_iter(&arguments[0])? {
        roots.add(root?)?;
    }
    let verifier = WebPkiServerVerifier::builder(Arc::new(roots)).build()?;

    let engine = Engine::new(Limits::default())?;
    let settings = r#"{ "versions": { "min": "TLSv1.2" } }"#;
    let policy = Policy::load(&engine, &PolicySource::Default, settings)?;
    let gate = ClientGate::builder(policy, verifier).build();

    let tcp = tokio::net::TcpStream::connect(&arguments[2]).await?;
    let peer = Peer::new(ServerName::try_from(arguments[1].clone())?).address(tcp.peer_addr()?);
    let mut stream = match gate.connect(peer, tcp).await {
        Ok(approved) => approved.stream,
        Err(Refused::Veto(veto)) => return Err(veto.findings[0].message.clone().into()),
        Err(failed) => return Err(failed.into()),
    };
    stream.write_all(b"hello\n").await?;
    stream.shutdown().await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    println!("{}", answer.trim_end());
    Ok(())
}
