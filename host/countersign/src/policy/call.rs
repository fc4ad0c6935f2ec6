//! One question to one policy, from every side: is it asked at all, is the answer known, in which instance is it asked.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, Instant},
};

use super::{
    Account, CallError, OutputError,
    account::{Ledger, Outcome},
    breaker::{Admitted, Breaker, Change, Tripped},
    deadline::Deadline,
    instance::{Running, Template},
    keep::{Keeper, Leave},
    lanes::Lanes,
    memo::{Asked, Key, Memo, MemoCounts, Remembered},
    question::{Answer, Question},
};
use crate::facts::{ConnectionFacts, FactsRead};

/// A call that ended, one way or the other.
#[derive(Debug)]
pub struct Called<T> {
    /// The checked answer, or why there is none.
    pub result: Result<T, CallError>,
    /// Wall-clock time, from the question to an answer and an instance that is ready for the next one.
    pub duration: Duration,
    /// What the guest read of the facts.
    pub facts_read: FactsRead,
}

/// Everything that calls of one policy need. What they change lies in lanes, so that threads do not meet.
pub(super) struct Calls {
    template: Arc<Template>,
    name: Arc<str>,
    memo: Memo,
    breaker: Breaker,
    lanes: Lanes<Mutex<Lane>>,
    this: Weak<Self>,
}

/// What one thread has of a policy.
#[derive(Default)]
struct Lane {
    /// An instance that is as it was when it started. None while it is asked.
    kept: Option<Kept>,
    ledger: Ledger,
}

struct Kept {
    running: Running,
    leave: Leave,
}

/// How a call in the sandbox ended.
struct Ran {
    result: Result<Answer, CallError>,
    facts_read: FactsRead,
    memory_bytes: usize,
}

impl Calls {
    pub(super) fn new(template: Template, name: &Arc<str>, memo: bool) -> Arc<Self> {
        Self::of(Arc::new(template), name, memo)
    }

    /// Calls of the same policy that share nothing with these: neither what is remembered, nor what is counted, nor whether it is tripped.
    /// Nothing is remembered for them.
    pub(super) fn apart(&self) -> Arc<Self> {
        Self::of(Arc::clone(&self.template), &self.name, false)
    }

    fn of(template: Arc<Template>, name: &Arc<str>, memo: bool) -> Arc<Self> {
        let limits = *template.engine.limits();
        let memo_bytes_max = if memo { limits.memo_bytes_max } else { 0 };
        Arc::new_cyclic(|this| Self {
            template,
            name: Arc::clone(name),
            memo: Memo::new(memo_bytes_max),
            breaker: Breaker::new(limits.overruns_max, Duration::from_millis(limits.trip_ms)),
            lanes: Lanes::new(Mutex::default),
            this: Weak::clone(this),
        })
    }

    /// What the calls came to so far.
    pub(super) fn account(&self) -> Account {
        let mut account = Account::default();
        for lane in self.lanes.iter() {
            open(lane).ledger.add_to(&mut account);
        }
        let MemoCounts { entries, bytes } = self.memo.counts();
        (account.memo_entries, account.memo_bytes) = (entries as u64, bytes);
        account
    }

    /// Asks, and takes the answer for what the question's answer is.
    pub(super) fn ask<T>(
        &self,
        question: &Question<'_>,
        facts: Arc<ConnectionFacts>,
        take: impl FnOnce(Answer) -> Option<T>,
    ) -> Called<T> {
        let Called {
            result,
            duration,
            facts_read,
        } = self.answer(question, &facts, Instant::now());
        let other_kind = || OutputError::Malformed("it answers another question".to_owned()).into();
        Called {
            result: result.and_then(|answer| take(answer).ok_or_else(other_kind)),
            duration,
            facts_read,
        }
    }

    /// The answer that is known, or else that of an instance.
    fn answer(
        &self,
        question: &Question<'_>,
        facts: &Arc<ConnectionFacts>,
        started: Instant,
    ) -> Called<Answer> {
        match self.memo.ask(question, facts) {
            Asked::Known(Remembered { answer, facts_read }) => {
                let outcome = Outcome::of(Ok(&answer));
                self.write(|ledger| ledger.remembered(outcome));
                Called {
                    result: Ok(answer),
                    duration: started.elapsed(),
                    facts_read,
                }
            }
            Asked::New(key) => self.answer_anew(key, question, facts, started),
        }
    }

    /// The answer of an instance, if the policy may be asked.
    fn answer_anew(
        &self,
        key: Key,
        question: &Question<'_>,
        facts: &Arc<ConnectionFacts>,
        started: Instant,
    ) -> Called<Answer> {
        if self.memo.is_on() {
            self.write(Ledger::not_remembered);
        }
        let admitted = match self.breaker.admit(started) {
            Ok(admitted) => admitted,
            Err(tripped) => {
                return Called {
                    result: Err(self.refuse(tripped)),
                    duration: started.elapsed(),
                    facts_read: FactsRead::default(),
                };
            }
        };
        let Ran {
            result,
            facts_read,
            memory_bytes,
        } = self.run(question, facts, started);
        let now = Instant::now();
        // Clocks are read seldom: to read one takes a while, beside a call.
        let duration = now - started;
        self.tell(admitted, &result, now);
        if let Ok(answer) = &result {
            self.memo.remember(key, question, facts, answer, facts_read);
        }
        let outcome = Outcome::of(result.as_ref());
        self.write(|ledger| match never_ran(&result) {
            true => ledger.refused(outcome),
            false => ledger.ran(outcome, duration, memory_bytes as u64),
        });
        Called {
            result,
            duration,
            facts_read,
        }
    }

    fn refuse(&self, tripped: Tripped) -> CallError {
        let retry_ms = tripped.retry_after.as_millis();
        let error = CallError::Tripped {
            retry_ms: u64::try_from(retry_ms).unwrap_or(u64::MAX),
        };
        let outcome = Outcome::of(Err(&error));
        self.write(|ledger| ledger.refused(outcome));
        error
    }

    /// Tells the breaker how a call ended, and the operator what follows from it.
    fn tell(&self, admitted: Admitted<'_>, result: &Result<Answer, CallError>, now: Instant) {
        let change = match result {
            Err(CallError::Deadline { .. }) => admitted.overran(now),
            _ if never_ran(result) => return admitted.never_ran(),
            _ => admitted.ended(now),
        };
        let policy = &self.name;
        match change {
            Change::Nothing => {}
            Change::Trips { pause } | Change::StaysTripped { pause } => {
                tracing::warn!(%policy, ?pause, "a policy keeps missing its deadline: it vetoes unasked for a while");
            }
            Change::Recovers => tracing::info!(%policy, "a policy meets its deadline again"),
        }
    }

    /// Asks an instance that knows nothing of other calls.
    fn run(&self, question: &Question<'_>, facts: &Arc<ConnectionFacts>, started: Instant) -> Ran {
        let place = self.lanes.here();
        let (mut running, leave) = match self.instance(place, started) {
            Ok(found) => found,
            Err(error) => {
                return Ran {
                    result: Err(error),
                    facts_read: FactsRead::default(),
                    memory_bytes: 0,
                };
            }
        };
        let result = running.ask(question, Arc::clone(facts), &self.name);
        let facts_read = running.facts_read();
        let memory_bytes = running.memory_bytes();
        if result.is_ok() {
            self.keep(place, running, leave);
        }
        Ran {
            result,
            facts_read,
            memory_bytes,
        }
    }

    fn instance(
        &self,
        place: usize,
        started: Instant,
    ) -> Result<(Running, Option<Leave>), CallError> {
        let deadline = Deadline::after(started, self.template.engine.limits().deadline_ms);
        let kept = open(self.lanes.at(place)).kept.take();
        match kept {
            Some(Kept { mut running, leave }) => {
                self.template.rearm(&mut running, deadline);
                Ok((running, Some(leave)))
            }
            None => Ok((self.template.start(deadline)?, None)),
        }
    }

    /// Keeps an instance for the next call of this thread, if it can be put back to its start.
    fn keep(&self, place: usize, running: Running, leave: Option<Leave>) {
        let Some(running) = running.rewound() else {
            return;
        };
        let ask = || {
            let this: Weak<dyn Keeper> = Weak::clone(&self.this) as _;
            self.template.engine.keep().ask(this, place)
        };
        let Some(leave) = leave.or_else(ask) else {
            return;
        };
        // One that another thread of the same lane has put there meanwhile goes.
        let before = open(self.lanes.at(place))
            .kept
            .replace(Kept { running, leave });
        drop(before);
    }

    fn write(&self, entry: impl FnOnce(&mut Ledger)) {
        entry(&mut open(self.lanes.mine()).ledger);
    }
}

/// Whether no guest code was run: that is not the policy's doing.
fn never_ran(result: &Result<Answer, CallError>) -> bool {
    matches!(result, Err(CallError::Busy { .. } | CallError::Start(_)))
}

/// A lane is whole between any two statements of those who hold it.
fn open(lane: &Mutex<Lane>) -> MutexGuard<'_, Lane> {
    lane.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Keeper for Calls {
    fn release(&self, place: usize) -> bool {
        let kept = open(self.lanes.at(place)).kept.take();
        kept.is_some()
    }
}

#[cfg(test)]
mod tests;
