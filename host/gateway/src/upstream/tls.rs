//! TLS to an upstream: a gate for each application protocol that it may be asked for.

use std::{net::SocketAddr, sync::Arc};

use countersign::{
    Approved, ClientGate, ClientStream, Peer, Refused, policy::CurrentChain,
    record::DecisionRecord, rustls::pki_types::ServerName,
};

use super::{Alpn, User};
use crate::{
    config::UpstreamTls,
    metrics::{Metrics, Side},
    transport::Transport,
};

/// The gates to an upstream.
pub(super) struct Gates {
    name: ServerName<'static>,
    /// By the protocol that is offered; none is offered without.
    gates: Vec<(Option<Vec<u8>>, ClientGate)>,
}

impl Gates {
    pub(super) fn new(tls: &UpstreamTls, user: &User<'_>) -> Self {
        let chain = CurrentChain::from(tls.chain.clone());
        let gate = |alpn| gate(tls, user, chain.clone(), alpn);
        let gates = match user.alpn {
            Alpn::All(protocols) => vec![(None, gate(protocols.to_vec()))],
            Alpn::OneOf(protocols) => {
                let one =
                    |protocol: &Vec<u8>| (Some(protocol.clone()), gate(vec![protocol.clone()]));
                let each = protocols.iter().map(one);
                each.chain([(None, gate(Vec::new()))]).collect()
            }
        };
        Self {
            name: tls.server_name.clone(),
            gates,
        }
    }

    pub(super) async fn connect(
        &self,
        alpn: Option<&[u8]>,
        address: SocketAddr,
        transport: Transport,
    ) -> Result<Approved<ClientStream<Transport>>, Refused> {
        let offering = |(offered, _): &&(Option<Vec<u8>>, _)| offered.as_deref() == alpn;
        let unasked = || self.gates.last();
        let found = self.gates.iter().find(offering).or_else(unasked);
        let (_, gate) = found.unwrap_or_else(|| unreachable!("there is one that offers none"));
        let peer = Peer::new(self.name.clone())
            .port(address.port())
            .address(address);
        gate.connect(peer, transport).await
    }
}

fn gate(tls: &UpstreamTls, user: &User<'_>, chain: CurrentChain, alpn: Vec<Vec<u8>>) -> ClientGate {
    let builder = ClientGate::builder(chain, Arc::clone(&tls.verifier))
        .listener(&**user.listener)
        .alpn(alpn)
        .resumption(tls.resumption)
        .timeout(user.handshake_timeout)
        .observer(observer(user.listener, user.metrics));
    match &tls.certificate {
        Some(certificate) => builder.client_certificate(Arc::clone(certificate)).build(),
        None => builder.build(),
    }
}

fn observer(
    listener: &Arc<str>,
    metrics: &Metrics,
) -> impl Fn(&Arc<DecisionRecord>) + Send + Sync + 'static {
    let (listener, metrics) = (Arc::clone(listener), metrics.clone());
    move |record| metrics.decided(&listener, Side::Upstream, record)
}
