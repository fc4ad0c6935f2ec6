//! The gateway between real peers: TLS clients and servers of rustls, on the loopback interface.

mod drain;
mod examples;
mod faults;
mod mistakes;
mod originate;
mod proxy;
mod reload;
mod routes;
mod site;
mod terminate;
mod upstreams;
