//! How many connections there may be.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

use tokio::sync::Notify;

/// Seats for connections. Where all are taken, whoever wants one waits. The number can change at any time.
#[derive(Debug)]
pub(crate) struct Seats {
    limit: AtomicUsize,
    taken: AtomicUsize,
    freed: Notify,
}

/// A seat, until it is dropped.
#[derive(Debug)]
pub(crate) struct Seat(Arc<Seats>);

impl Seats {
    pub(crate) fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self {
            limit: limit.into(),
            taken: AtomicUsize::new(0),
            freed: Notify::new(),
        })
    }

    /// Whoever has a seat keeps it.
    pub(crate) fn set_limit(&self, limit: usize) {
        self.limit.store(limit, SeqCst);
        self.freed.notify_waiters();
    }

    /// How many are taken.
    pub(crate) fn taken(&self) -> usize {
        self.taken.load(SeqCst)
    }

    pub(crate) fn try_take(self: &Arc<Self>) -> Option<Seat> {
        let limit = self.limit.load(SeqCst);
        let one_more = |taken| (taken < limit).then_some(taken + 1);
        let taken = self.taken.fetch_update(SeqCst, SeqCst, one_more);
        taken.is_ok().then(|| Seat(Arc::clone(self)))
    }

    /// A seat, as soon as there is one.
    pub(crate) async fn take(self: &Arc<Self>) -> Seat {
        loop {
            let freed = self.freed.notified();
            tokio::pin!(freed);
            // From here on nothing is missed.
            freed.as_mut().enable();
            if let Some(seat) = self.try_take() {
                return seat;
            }
            freed.await;
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.taken.fetch_sub(1, SeqCst);
        self.0.freed.notify_one();
    }
}

/// How many connections each client has. Clients of IPv6 are told apart by their network of 64 bits, which one of them has whole.
#[derive(Debug, Default)]
pub(crate) struct Clients(Mutex<HashMap<IpAddr, usize>>);

/// One connection of a client, until it is dropped.
#[derive(Debug)]
pub(crate) struct Admission {
    clients: Arc<Clients>,
    client: IpAddr,
}

impl Clients {
    /// One more connection of this client, if it has fewer than `limit`.
    pub(crate) fn admit(self: &Arc<Self>, client: IpAddr, limit: usize) -> Option<Admission> {
        let client = counted_as(client);
        let mut counts = self.lock();
        let count = counts.entry(client).or_default();
        if *count >= limit {
            return None;
        }
        *count += 1;
        drop(counts);
        Some(Admission {
            clients: Arc::clone(self),
            client,
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        let mut counts = self.clients.lock();
        if let Some(count) = counts.get_mut(&self.client) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.client);
            }
        }
        // What a flood of clients took is not kept for ever.
        if counts.capacity() > 1024 && counts.len() * 8 < counts.capacity() {
            counts.shrink_to_fit();
        }
    }
}

fn counted_as(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V6(address) => {
            let network = u128::from(address) & (u128::MAX << 64);
            IpAddr::V6(network.into())
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[tokio::test]
    async fn who_finds_no_seat_waits_until_one_is_free() {
        let seats = Seats::new(2);
        let (one, _other) = (seats.take().await, seats.take().await);
        assert!(seats.try_take().is_none());
        let waiting = tokio::spawn({
            let seats = Arc::clone(&seats);
            async move { seats.take().await }
        });
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(!waiting.is_finished());
        drop(one);
        let _third = waiting.await.expect("no panic");
        assert_eq!(seats.taken(), 2);
    }

    #[tokio::test]
    async fn fewer_seats_drive_nobody_out_and_more_are_found() {
        let seats = Seats::new(1);
        let first = seats.take().await;
        seats.set_limit(0);
        assert_eq!(seats.taken(), 1);
        drop(first);
        assert!(seats.try_take().is_none());
        let waiting = tokio::spawn({
            let seats = Arc::clone(&seats);
            async move { seats.take().await }
        });
        tokio::task::yield_now().await;
        seats.set_limit(1);
        waiting.await.expect("no panic");
    }

    #[test]
    fn each_client_is_counted_for_itself() {
        let clients = Arc::new(Clients::default());
        let admit = |text| clients.admit(ip(text), 2);
        let (one, _two) = (admit("192.0.2.1"), admit("::ffff:192.0.2.1"));
        assert!(admit("192.0.2.1").is_none());
        assert!(admit("192.0.2.2").is_some());
        drop(one);
        assert!(admit("192.0.2.1").is_some());
    }

    #[test]
    fn a_client_has_a_whole_network_of_ipv6() {
        let clients = Arc::new(Clients::default());
        let admit = |text| clients.admit(ip(text), 1);
        let _one = admit("2001:db8::1").expect("the first");
        assert!(admit("2001:db8::ffff:1").is_none());
        assert!(admit("2001:db8:0:1::1").is_some());
    }

    #[test]
    fn clients_that_are_gone_are_forgotten() {
        let clients = Arc::new(Clients::default());
        for last in 0..=255 {
            drop(clients.admit(ip(&format!("192.0.2.{last}")), 1));
        }
        assert!(clients.lock().is_empty());
    }
}
