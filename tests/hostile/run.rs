//! Sends guests the whole way, and says of each what was not as it has to be.

use std::{
    any::Any,
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering::SeqCst},
        mpsc,
    },
    thread,
    time::Duration,
};

use countersign::policy::{Limits, Policy};

use crate::{
    corpus::Case,
    gates::WAYS,
    neighbour::{self, GUESTS_MAX, Neighbourhood},
    outcome::{Outcome, check_plain},
};

/// No family of guests takes a tenth of this, on a busy machine neither.
const WATCHDOG: Duration = Duration::from_secs(15 * 60);

/// The cases that are being run, for the case that one of them never ends.
type UnderWay = Arc<Mutex<BTreeSet<String>>>;

/// Runs all cases and fails with a list of those that did not come out as demanded.
pub(crate) fn run(cases: Vec<Case>) {
    run_under(neighbour::limits(), cases);
}

/// The same under other limits than the usual ones.
pub(crate) fn run_under(limits: Limits, cases: Vec<Case>) {
    assert!(!cases.is_empty(), "nothing to run");
    let under_way = UnderWay::default();
    let (sender, receiver) = mpsc::channel();
    let work = {
        let under_way = Arc::clone(&under_way);
        move || sender.send(mistakes(limits, &cases, &under_way))
    };
    thread::spawn(work);
    match receiver.recv_timeout(WATCHDOG) {
        Ok(mistakes) => assert!(mistakes.is_empty(), "\n{}", mistakes.join("\n")),
        Err(_) => panic!("without an end: {:?}", lock(&under_way)),
    }
}

fn mistakes(limits: Limits, cases: &[Case], under_way: &UnderWay) -> Vec<String> {
    let neighbourhood = Neighbourhood::new(limits);
    let mistakes = Mutex::new(Vec::new());
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..GUESTS_MAX {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, SeqCst)) {
                    lock(under_way).insert(case.name.clone());
                    if let Err(mistake) = tried(&neighbourhood, case) {
                        lock(&mistakes).push(format!("{}: {mistake}", case.name));
                    }
                    lock(under_way).remove(&case.name);
                }
            });
        }
    });
    mistakes
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)
}

/// Sends one guest the whole way, with the neighbour beside it.
fn tried(neighbourhood: &Neighbourhood, case: &Case) -> Result<(), String> {
    let (tried, neighbour) = neighbourhood.beside(|| {
        catch_unwind(AssertUnwindSafe(|| load_and_connect(neighbourhood, case)))
            .unwrap_or_else(|panic| Err(format!("panicked: {}", said(panic.as_ref()))))
    });
    tried.and(neighbour)
}

fn load_and_connect(neighbourhood: &Neighbourhood, case: &Case) -> Result<(), String> {
    match neighbourhood.load(case.guest.component(), &case.settings) {
        Ok(guest) => connect(&guest, neighbourhood.good(), case),
        Err(error) => {
            let shown = error.to_string();
            check_plain(&shown)?;
            case.check("load", &Outcome::of_load(&error))
                .map_err(|mistake| format!("{mistake} ({shown})"))
        }
    }
}

/// Asks a guest that was loaded, by every way there is.
fn connect(guest: &Policy, neighbour: &Policy, case: &Case) -> Result<(), String> {
    let description = guest.description();
    check_plain(&description.name)?;
    check_plain(&description.version)?;
    check_plain(&description.summary)?;
    for doc in &description.findings {
        check_plain(&doc.summary)?;
    }
    for (way, ask) in WAYS {
        let outcome = ask(guest, neighbour).map_err(|mistake| format!("{way}: {mistake}"))?;
        case.check(way, &outcome)?;
    }
    Ok(())
}

fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string))
        .unwrap_or_default()
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
