//! How many instructions a gate takes, against plain rustls that does the same handshake.
//!
//! Unlike times, counts hardly change from run to run, so a change of a few per cent is seen. The program runs itself again
//! under valgrind's callgrind, compiled guest code included. Only our end of a handshake is counted: see `callgrind`.

mod callgrind;
#[path = "../parts/calls.rs"]
mod calls;
mod client;
mod dumps;
mod hello;
mod met;
#[path = "../parts/plain.rs"]
mod plain;
#[path = "../parts/policies.rs"]
mod policies;
mod server;
mod table;

use std::env;

use callgrind::{UNDER_CALLGRIND, counted, end_of_section};
use calls::Calls;
use client::ClientCase;
use policies::Answers;
use rustls::version::{TLS12, TLS13};
use server::ServerCase;
use table::{Column, Table};

/// Odd, for the median. The first of them fills caches.
const ROUNDS: usize = 11;

fn main() {
    if env::args().any(|argument| argument == UNDER_CALLGRIND) {
        count();
    } else {
        Table::from(callgrind::run()).print();
    }
}

#[tokio::main(flavor = "current_thread")]
async fn count() {
    let clients = [
        ClientCase::new("client, TLS 1.3", &TLS13),
        ClientCase::new("client, TLS 1.2", &TLS12),
    ];
    let servers = [
        ServerCase::full("server, TLS 1.3", &TLS13),
        ServerCase::resumed("server, TLS 1.3 resumed").await,
        ServerCase::identified("server, TLS 1.3 with client certificate"),
        ServerCase::full("server, TLS 1.2", &TLS12),
    ];
    let calls = Answers::ALL.map(|answers| (answers, Calls::new(answers)));
    let hello = hello::bytes();
    for _ in 0..ROUNDS {
        for case in &clients {
            case.count().await;
        }
        for case in &servers {
            case.count().await;
        }
        for (answers, calls) in &calls {
            calls.each(|name, call| {
                counted(call);
                end_of_section(name, Column::Gate(*answers));
            });
        }
        let read = hello::count_reading(&hello);
        hello::count_ja4(&read);
    }
}
