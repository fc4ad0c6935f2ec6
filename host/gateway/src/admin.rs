//! Where the gateway can be looked at: health, readiness, numbers, policies. HTTP/1.1 without TLS; nothing can be changed there.

use std::{convert::Infallible, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use http_body_util::Full;
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Bytes, Incoming},
    header::{ALLOW, CONTENT_TYPE, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::json;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use crate::{config::NamedPolicy, metrics::Metrics};

/// Connections at the same time: people and collectors, not the public.
const CONNECTIONS_MAX: usize = 64;

/// How long a request may take to come.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a connection may be there, whatever it does.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(60);

const TEXT: &str = "text/plain; charset=utf-8";
const JSON: &str = "application/json";
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Whether the gateway serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readiness {
    Starting,
    Ready,
    Draining,
}

/// What can be looked at.
#[derive(Clone)]
pub(crate) struct State {
    pub(crate) readiness: watch::Receiver<Readiness>,
    pub(crate) metrics: Metrics,
    pub(crate) policies: Arc<ArcSwap<Vec<NamedPolicy>>>,
}

/// Serves until it is stopped.
pub(crate) async fn serve(listener: TcpListener, state: State, stop: CancellationToken) {
    let seats = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let Ok(seat) = Arc::clone(&seats).acquire_owned().await else {
            return;
        };
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((tcp, _)) = accepted else {
            // Out of files: that passes.
            tokio::time::sleep(HEADER_TIMEOUT / 100).await;
            continue;
        };
        let (state, stop) = (state.clone(), stop.clone());
        tokio::spawn(async move {
            let _seat = seat;
            tokio::select! {
                () = stop.cancelled() => (),
                _ = timeout(CONNECTION_TIMEOUT, answer(tcp, state)) => (),
            }
        });
    }
}

async fn answer(tcp: TcpStream, state: State) -> Result<(), hyper::Error> {
    let service = service_fn(move |request: Request<Incoming>| {
        let response = state.respond(request.method(), request.uri().path());
        async move { Ok::<_, Infallible>(response) }
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(16 * 1024)
        .serve_connection(TokioIo::new(tcp), service)
        .await
}

impl State {
    fn respond(&self, method: &Method, path: &str) -> Response<Full<Bytes>> {
        let (status, content, body) = match path {
            "/healthz" => (StatusCode::OK, TEXT, "ok\n".to_owned()),
            "/readyz" => self.ready(),
            "/metrics" => (StatusCode::OK, OPEN_METRICS, self.metrics.encode()),
            "/policies" => (StatusCode::OK, JSON, self.policies()),
            _ => {
                let known = "there are /healthz, /readyz, /metrics and /policies\n";
                (StatusCode::NOT_FOUND, TEXT, known.to_owned())
            }
        };
        if method != Method::GET && method != Method::HEAD {
            let mut response = response(StatusCode::METHOD_NOT_ALLOWED, TEXT, String::new());
            let allowed = HeaderValue::from_static("GET, HEAD");
            response.headers_mut().insert(ALLOW, allowed);
            return response;
        }
        response(status, content, body)
    }

    fn ready(&self) -> (StatusCode, &'static str, String) {
        match *self.readiness.borrow() {
            Readiness::Ready => (StatusCode::OK, TEXT, "ready\n".to_owned()),
            Readiness::Starting => (
                StatusCode::SERVICE_UNAVAILABLE,
                TEXT,
                "starting\n".to_owned(),
            ),
            Readiness::Draining => (
                StatusCode::SERVICE_UNAVAILABLE,
                TEXT,
                "draining\n".to_owned(),
            ),
        }
    }

    fn policies(&self) -> String {
        let policies = self.policies.load();
        let policies: Vec<_> = policies
            .iter()
            .map(|NamedPolicy { name, policy }| {
                let description = policy.description();
                json!({
                    "name": **name,
                    "policy": *description.name,
                    "version": description.version,
                    "digest": policy.digest(),
                    "settings_digest": policy.settings_digest(),
                    "imports": policy.imports(),
                    "execution": policy.execution(),
                    "account": policy.account(),
                })
            })
            .collect();
        format!("{}\n", json!({ "policies": policies }))
    }
}

fn response(status: StatusCode, content: &'static str, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_looked_at_is_there_and_nothing_else() {
        let readiness = watch::Sender::new(Readiness::Starting);
        let state = State {
            readiness: readiness.subscribe(),
            metrics: Metrics::new(Arc::default()),
            policies: Arc::default(),
        };
        let status = |path| state.respond(&Method::GET, path).status().as_u16();
        assert_eq!(status("/healthz"), 200);
        assert_eq!(status("/readyz"), 503);
        readiness.send_replace(Readiness::Ready);
        assert_eq!(status("/readyz"), 200);
        readiness.send_replace(Readiness::Draining);
        assert_eq!(status("/readyz"), 503);
        assert_eq!(status("/metrics"), 200);
        assert_eq!(status("/policies"), 200);
        assert_eq!(status("/"), 404);
        assert_eq!(
            state.respond(&Method::POST, "/metrics").status().as_u16(),
            405
        );
    }
}
