//! Guests that misuse the facts: before there is a connection, where no call is allowed, with handles that are none.

use countersign_test_guests::{Guest, Place};

use super::Case;

/// The host does not know the handle, or cannot write where it is told to.
const MALFORMED: &[&str] = &["engine.output"];

/// It is stopped because of what it does, or of how often.
const TRAP: &[&str] = &["engine.trap"];

/// The same, or the host says that it cannot even be started.
const BEFORE_IT_RAN: &[&str] = &["engine.trap", "engine.start"];

/// A guest that goes astray.
struct Stray {
    name: String,
    guest: Guest,
    /// The codes on a connection.
    connected: &'static [&'static str],
    /// The codes where there is no connection yet: only facts are not there then, handles are not even looked at.
    unconnected: &'static [&'static str],
}

impl Stray {
    fn new(name: &str, guest: Guest, connected: &'static [&'static str]) -> Self {
        Self {
            name: name.to_owned(),
            guest,
            connected,
            unconnected: TRAP,
        }
    }

    /// Where no call of the host is allowed at all (component model, `may_leave`), that is what stops it.
    fn in_place(&self, place: Place) -> Case {
        let codes = match place {
            Place::In("describe" | "configure") => self.unconnected,
            Place::In(_) => self.connected,
            Place::Start => BEFORE_IT_RAN,
            Place::Lowering(_) | Place::PostReturn(_) => TRAP,
        };
        let name = format!("{} in {place}", self.name);
        let guest = self.guest.clone().acting_in(place);
        Case::stopped(name, guest, place.noticed_in(), codes)
    }
}

pub(crate) fn cases() -> Vec<Case> {
    let strays = hoarders().into_iter().chain(astray()).chain(forgers());
    strays
        .flat_map(|stray| Place::ALL.map(|place| stray.in_place(place)))
        .collect()
}

/// Those that take and take: handles, answers, stack.
fn hoarders() -> [Stray; 3] {
    // Where there is no certificate, there is no handle to read from.
    const NONE_OR_FULL: &[&str] = &["engine.output"];
    [
        Stray::new(
            "collect-certificates",
            Guest::named("collect-certificates"),
            TRAP,
        ),
        Stray::new(
            "keep-certificates",
            Guest::named("keep-certificates"),
            NONE_OR_FULL,
        ),
        Stray::new("recurse-through-facts", recursing(), TRAP),
    ]
}

/// Those that use what they no longer have or what is something else, and want answers where there is no room.
fn astray() -> Vec<Stray> {
    let handles = [
        "use-dropped-handle",
        "use-dropped-hello",
        "read-hello-as-certificate",
        "drop-twice",
    ]
    .map(|name| Stray::new(name, Guest::named(name), MALFORMED));
    // The end of the address space, and two places where an `option<string>` cannot stand: not aligned, half outside.
    let pointers = ["-1", "-16", "1026", "262136"].map(|pointer| {
        let guest = Guest::named("read-to").put("pointer", pointer);
        Stray::new(&format!("read-to {pointer}"), guest, MALFORMED)
    });
    handles.into_iter().chain(pointers).collect()
}

/// Those with handles that nobody gave them.
fn forgers() -> Vec<Stray> {
    let handle = |handle| {
        ["forge-handle", "drop-forged"].map(|name| {
            let guest = Guest::named(name).put("handle", handle);
            (format!("{name} {handle}"), guest)
        })
    };
    let hello = (
        "forge-hello-handle".to_owned(),
        Guest::named("forge-hello-handle"),
    );
    ["0", "1", "2", "-1"]
        .into_iter()
        .flat_map(handle)
        .chain([hello])
        .map(|(name, guest)| Stray {
            unconnected: MALFORMED,
            ..Stray::new(&name, guest, MALFORMED)
        })
        .collect()
}

/// Frames with so many values that fewer of them fill the stack than facts may be read.
fn recursing() -> Guest {
    const VALUES: usize = 120;
    let list = |item: &dyn Fn(usize) -> String| (0..VALUES).map(item).collect::<Vec<_>>().join(" ");
    let sum = (1..VALUES).fold("(local.get 0)".to_owned(), |sum, at| {
        format!("(i64.xor {sum} (local.get {at}))")
    });
    Guest::named("recurse-through-facts")
        .put("arguments", list(&|at| format!("(i64.const {at})")))
        .put("parameters", list(&|_| "(param i64)".to_owned()))
        .put("parameters.passed", list(&|at| format!("(local.get {at})")))
        .put("parameters.added", sum)
}
