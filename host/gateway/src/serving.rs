//! A configuration at work: what the connections of a listener share.

use std::{collections::HashMap, sync::Arc};

use countersign::{ServerGate, TicketKeys, policy::CurrentChain, record::DecisionRecord, rustls};

use crate::{
    complaint::Complaint,
    config::{self, Config, Listener, Mode},
    limits::{Clients, Seats},
    log::AccessLog,
    metrics::{Metrics, Side},
    route::Routes,
    upstream::{Alpn, Upstream, User},
};

/// What all listeners share, and what outlives a reload.
pub(crate) struct Shared {
    pub(crate) metrics: Metrics,
    pub(crate) log: AccessLog,
    /// For connections of all listeners together.
    pub(crate) seats: Arc<Seats>,
    /// What each listener keeps across reloads, by its name.
    pub(crate) counts: HashMap<Arc<str>, Counts>,
    /// Used unless the configuration names a file of keys.
    pub(crate) ticket_keys: TicketKeys,
}

/// How many connections a listener has.
#[derive(Clone)]
pub(crate) struct Counts {
    pub(crate) seats: Arc<Seats>,
    pub(crate) clients: Arc<Clients>,
    /// That a client has too many.
    pub(crate) crowded: Arc<Complaint>,
}

impl Counts {
    fn new(limit: usize) -> Self {
        Self {
            seats: Seats::new(limit),
            clients: Arc::default(),
            crowded: Arc::default(),
        }
    }
}

/// What the connections of a listener share, from a reload to the next.
pub(crate) struct Serving {
    pub(crate) listener: Listener,
    pub(crate) counts: Counts,
    pub(crate) work: Work,
    pub(crate) metrics: Metrics,
    pub(crate) log: AccessLog,
}

/// What is done with a connection.
pub(crate) enum Work {
    Terminate(Terminate),
    Originate(Upstream),
}

/// TLS in.
pub(crate) struct Terminate {
    /// Reads the hello, with which the route is found.
    pub(crate) greeter: ServerGate,
    pub(crate) routes: Routes<Route>,
}

/// A route at work.
pub(crate) struct Route {
    pub(crate) name: Arc<str>,
    pub(crate) gate: ServerGate,
    pub(crate) upstream: Arc<Upstream>,
}

impl Serving {
    /// Everything that the configuration wants for its listeners, in its order.
    pub(crate) fn all(
        config: &Config,
        shared: &mut Shared,
    ) -> Result<Vec<Arc<Self>>, rustls::Error> {
        shared.seats.set_limit(config.process.connections_max);
        let keys = config.process.ticket_keys.as_ref();
        let keys = keys.unwrap_or(&shared.ticket_keys).clone();
        let listeners = config.listeners.iter();
        let all: Vec<_> = listeners
            .map(|listener| Self::new(listener, &keys, shared).map(Arc::new))
            .collect::<Result<_, _>>()?;
        let counts = all
            .iter()
            .map(|it| (Arc::clone(&it.listener.name), it.counts.clone()));
        shared.counts = counts.collect();
        Ok(all)
    }

    fn new(listener: &Listener, keys: &TicketKeys, shared: &Shared) -> Result<Self, rustls::Error> {
        let counts = shared.counts.get(&listener.name).cloned();
        let counts = counts.unwrap_or_else(|| Counts::new(listener.connections_max));
        counts.seats.set_limit(listener.connections_max);
        let user = |alpn| User {
            listener: &listener.name,
            handshake_timeout: listener.handshake_timeout,
            alpn,
            metrics: &shared.metrics,
        };
        let work = match &listener.mode {
            Mode::Terminate(terminate) => {
                let user = user(Alpn::OneOf(&terminate.alpn));
                Work::Terminate(Terminate::new(listener, terminate, keys, &user)?)
            }
            Mode::Originate(originate) => {
                let user = user(Alpn::All(&originate.alpn));
                Work::Originate(Upstream::new(&originate.upstream, &user))
            }
        };
        Ok(Self {
            listener: listener.clone(),
            counts,
            work,
            metrics: shared.metrics.clone(),
            log: shared.log.clone(),
        })
    }
}

impl Terminate {
    fn new(
        listener: &Listener,
        terminate: &config::Terminate,
        keys: &TicketKeys,
        user: &User<'_>,
    ) -> Result<Self, rustls::Error> {
        let mut upstreams: HashMap<Arc<str>, Arc<Upstream>> = HashMap::new();
        let mut routes = Vec::new();
        for route in &terminate.routes {
            let made = || Arc::new(Upstream::new(&route.upstream, user));
            // Routes to one upstream take turns at it together.
            let upstream = upstreams
                .entry(Arc::clone(&route.upstream.name))
                .or_insert_with(made);
            let route_at_work = Route {
                name: Arc::clone(&route.name),
                gate: gate(listener, &terminate.alpn, route, keys, user.metrics)?,
                upstream: Arc::clone(upstream),
            };
            routes.push((route.server_names.clone(), route_at_work));
        }
        let greets = |(names, _): &&(Vec<_>, _)| names.is_empty();
        let greeter = routes.iter().find(greets).or(routes.first());
        let greeter = greeter.map(|(_, route)| route.gate.clone());
        Ok(Self {
            greeter: greeter.unwrap_or_else(|| unreachable!("a listener has a route")),
            routes: Routes::new(routes),
        })
    }
}

fn gate(
    listener: &Listener,
    alpn: &[Vec<u8>],
    route: &config::Route,
    keys: &TicketKeys,
    metrics: &Metrics,
) -> Result<ServerGate, rustls::Error> {
    let chain = CurrentChain::from(route.chain.clone());
    let builder = ServerGate::builder(chain, Arc::clone(&route.certificates))
        .listener(&*listener.name)
        .tenant(&*route.name)
        .alpn(alpn.to_vec())
        .resumption(route.resumption)
        .ticket_keys(keys.clone())
        .ticket_context(route.identity.clone())
        .timeout(listener.handshake_timeout)
        .observer(observer(listener, metrics));
    match &route.client_certificates {
        Some(verifier) => builder.client_certificates(Arc::clone(verifier)).build(),
        None => builder.build(),
    }
}

fn observer(
    listener: &Listener,
    metrics: &Metrics,
) -> impl Fn(&Arc<DecisionRecord>) + Send + Sync + 'static {
    let (listener, metrics) = (Arc::clone(&listener.name), metrics.clone());
    move |record| metrics.decided(&listener, Side::Client, record)
}
