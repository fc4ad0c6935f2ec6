//! An echo server whose connections a policy must approve: `server CERTIFICATE.pem KEY.pem`.
#![expect(clippy::print_stdout, reason = "it talks to a terminal")]

use std::{error::Error, sync::Arc, time::Duration};

use countersign::policy::{Engine, Limits, Policy, PolicySource};
use countersign::rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use countersign::rustls::{crypto::aws_lc_rs, sign::CertifiedKey, sign::SingleCertAndKey};
use countersign::{Origin, ServerGate};
use tokio::io::{AsyncWriteExt, copy, split};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let files: Vec<_> = std::env::args().skip(1).collect();
    let chain = CertificateDer::pem_file_iter(&files[0])?.collect::<Result<_, _>>()?;
    let key = PrivateKeyDer::from_pem_file(&files[1])?;
    let key = CertifiedKey::from_der(chain, key, &aws_lc_rs::default_provider())?;
    let engine = Engine::new(Limits::default())?;
    let settings = r#"{ "versions": { "min": "TLSv1.3" } }"#;
    let policy = Policy::load(&engine, &PolicySource::Default, settings)?;
    let gate = ServerGate::builder(policy, Arc::new(SingleCertAndKey::from(key))).build()?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        let Ok((tcp, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(50)).await; // out of files: that passes
            continue;
        };
        let gate = gate.clone();
        tokio::spawn(async move {
            let accepted = gate.accept(Origin::of(&tcp), tcp).await;
            if let Ok(approved) = accepted.inspect_err(|refused| println!("{refused}")) {
                let (mut from, mut to) = split(approved.stream);
                let _ = copy(&mut from, &mut to).await;
                let _ = to.shutdown().await;
            }
        });
    }
}
