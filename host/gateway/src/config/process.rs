//! `[gateway]`, `[log]` and `[admin]`.

use std::{
    net::{Ipv4Addr, SocketAddr},
    num::NonZeroUsize,
    ops::Range,
    time::Duration,
};

use countersign::TicketKeys;
use toml::Spanned;

use super::{
    Admin, Log, LogFormat, LogTarget, Process, WhenFull,
    draft::Draft,
    file::{self},
    loader::Parts,
};

const CONNECTIONS_MAX: usize = 10_000;
const DRAIN: Duration = Duration::from_secs(30);
const QUEUE: NonZeroUsize = NonZeroUsize::new(4_096).expect("it is not zero");

/// More threads than any machine has cores.
const WORKERS_MAX: usize = 1_024;

/// Lines of a few hundred bytes each.
const QUEUE_MAX: usize = 1 << 20;

/// The longest time that is a time and no slip of the pen.
const SECONDS_MAX: u64 = 24 * 60 * 60;

const ADMIN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 9_180);

/// A file of keys for session tickets: some lines.
const TICKET_KEYS_BYTES_MAX: usize = 64 * 1024;

/// None if anything is wrong.
pub(super) fn of(draft: &mut Draft<'_>, parts: &Parts) -> Option<Process> {
    let said = &parts.gateway;
    let workers = workers(draft, said.workers.as_ref());
    let connections_max = at_least_one(draft, said.connections_max.as_ref(), CONNECTIONS_MAX);
    let drain = match &said.drain_seconds {
        Some(seconds) if *seconds.get_ref() == 0 => Duration::ZERO,
        seconds => self::seconds(draft, seconds.as_ref(), DRAIN),
    };
    let ticket_keys = ticket_keys(draft, said);
    let log = log(draft, &parts.log);
    let admin = parts.admin.as_ref().map(|admin| self::admin(draft, admin));
    Some(Process {
        workers,
        connections_max,
        drain,
        watch: said.watch.unwrap_or(true),
        ticket_keys,
        log,
        admin,
    })
}

fn workers(draft: &mut Draft<'_>, said: Option<&Spanned<usize>>) -> Option<NonZeroUsize> {
    let said = said?;
    let workers = NonZeroUsize::new(*said.get_ref()).filter(|it| it.get() <= WORKERS_MAX);
    if workers.is_none() {
        let sentence = format!("from 1 to {WORKERS_MAX} threads, or leave it out for one a core");
        draft.wrong(&said.span(), sentence);
    }
    workers
}

/// A number of things of which there must be one.
pub(super) fn at_least_one(
    draft: &mut Draft<'_>,
    said: Option<&Spanned<usize>>,
    default: usize,
) -> usize {
    let Some(said) = said else {
        return default;
    };
    if *said.get_ref() == 0 {
        draft.wrong(&said.span(), "with 0 nobody could connect: write 1 or more");
    }
    *said.get_ref()
}

/// A time in seconds.
pub(super) fn seconds(
    draft: &mut Draft<'_>,
    said: Option<&Spanned<u64>>,
    default: Duration,
) -> Duration {
    let Some(said) = said else {
        return default;
    };
    if !(1..=SECONDS_MAX).contains(said.get_ref()) {
        let sentence = format!("from 1 to {SECONDS_MAX} seconds, which is a day");
        draft.wrong(&said.span(), sentence);
    }
    Duration::from_secs(*said.get_ref())
}

fn ticket_keys(draft: &mut Draft<'_>, said: &file::Gateway) -> Option<TicketKeys> {
    let path = said.ticket_keys.as_ref()?;
    let bytes = draft.read("ticket keys", path, TICKET_KEYS_BYTES_MAX)?;
    let file = draft.resolve(path.get_ref());
    let keys = TicketKeys::from_text(&String::from_utf8_lossy(&bytes));
    keys.map_err(|error| {
        let sentence = format!("ticket keys {}: {error}", file.display());
        draft.wrong(&path.span(), sentence);
    })
    .ok()
}

fn log(draft: &mut Draft<'_>, said: &file::Log) -> Log {
    let target = match said
        .to
        .as_ref()
        .map(|to| (to.get_ref().as_str(), to.span()))
    {
        None | Some(("stdout", _)) => LogTarget::Stdout,
        Some(("off", _)) => LogTarget::Off,
        Some(("", at)) => {
            draft.wrong(&at, "write `stdout`, `off` or the name of a file");
            LogTarget::Off
        }
        Some((path, _)) => LogTarget::File(draft.resolve(path.as_ref())),
    };
    let queue = match &said.queue {
        None => Some(QUEUE),
        Some(queue) => {
            let size = NonZeroUsize::new(*queue.get_ref()).filter(|it| it.get() <= QUEUE_MAX);
            if size.is_none() {
                draft.wrong(&queue.span(), format!("from 1 to {QUEUE_MAX} lines"));
            }
            size
        }
    };
    Log {
        format: match said.format {
            Some(file::LogFormat::Text) => LogFormat::Text,
            Some(file::LogFormat::Json) | None => LogFormat::Json,
        },
        target,
        queue: queue.unwrap_or(QUEUE),
        when_full: match said.when_full {
            Some(file::WhenFull::Hold) => WhenFull::Hold,
            Some(file::WhenFull::Drop) | None => WhenFull::Drop,
        },
    }
}

fn admin(draft: &mut Draft<'_>, said: &file::Admin) -> Admin {
    let Some(listen) = &said.listen else {
        return Admin { listen: ADMIN };
    };
    let listen_at = address(draft, listen.get_ref(), &listen.span());
    if listen_at.is_some_and(|it| !it.ip().is_loopback()) {
        let sentence = "the admin listener has no TLS and asks nobody who they are: others than this machine can reach it";
        draft.doubtful(&listen.span(), sentence);
    }
    Admin {
        listen: listen_at.unwrap_or(ADMIN),
    }
}

/// An address to listen at.
pub(super) fn address(draft: &mut Draft<'_>, text: &str, at: &Range<usize>) -> Option<SocketAddr> {
    let address = text.parse();
    if address.is_err() {
        let sentence = format!(
            "`{text}` is no address to listen at: write an IP address and a port, such as 0.0.0.0:443 or [::]:443"
        );
        draft.wrong(at, sentence);
    }
    address.ok()
}
