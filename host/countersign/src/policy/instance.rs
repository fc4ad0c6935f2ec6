//! A running instance: started, asked, and put back to its start or thrown away.

use std::{sync::Arc, time::Instant};

use wasmtime::{
    PoolConcurrencyLimitError, Store, Trap,
    component::{ComponentExportIndex, Instance, InstancePre, TypedFunc},
};

use super::{
    CallError, Engine, Limits, OutputError,
    bindings::{self, PolicyIndices, countersign::policy::types as wit},
    convert::{Checked, quoted},
    deadline::Deadline,
    engine::Ticket,
    imports::{Budget, HostState, MemoryLimit, Misuse},
    question::{Answer, Question},
};
use crate::facts::{ConnectionFacts, FactsRead};

/// A compiled component, ready to be instantiated.
pub(super) struct Template {
    pub(super) engine: Engine,
    pub(super) pre: InstancePre<HostState>,
    pub(super) indices: PolicyIndices,
    pub(super) preparation: Preparation,
    /// What puts an instance back to its start. None if nothing does.
    pub(super) rewind: Option<Box<[ComponentExportIndex]>>,
}

/// What a new instance needs before it can be asked.
#[derive(Clone, Debug)]
pub(super) enum Preparation {
    /// Nothing: it starts as one that was prepared, or it is there to be prepared.
    None,
    /// It is configured, and then asked a first question that nobody wants to know.
    Each { settings: Arc<str>, rehearsed: bool },
}

/// An instance, alone in its store.
pub(super) struct Running {
    /// None while it is kept: those are counted apart.
    ticket: Option<Ticket>,
    store: Store<HostState>,
    instance: Instance,
    policy: bindings::Policy,
    rewind: Option<Box<[TypedFunc<(), ()>]>>,
    limits: Limits,
    deadline: Deadline,
}

impl Template {
    /// A new instance, prepared. The deadline is for all that it does until it is armed again.
    pub(super) fn start(&self, deadline: Deadline) -> Result<Running, CallError> {
        let mut running = self.instantiate(deadline)?;
        if let Preparation::Each {
            settings,
            rehearsed,
        } = &self.preparation
        {
            running
                .configure(settings)?
                .map_err(|_| CallError::Settings)?;
            if *rehearsed {
                running.rehearse()?;
            }
        }
        Ok(running)
    }

    fn instantiate(&self, deadline: Deadline) -> Result<Running, CallError> {
        let limits = *self.engine.limits();
        let ticket = self.engine.ticket().ok_or_else(|| busy(&limits))?;
        let mut store = self.store(&limits);
        self.arm(&mut store, &deadline);
        let made = self.instantiate_in(&mut store);
        let (instance, policy, rewind) = made
            .map_err(|error| explain(&limits, &error, store.data(), &deadline).before_it_ran())?;
        Ok(Running {
            ticket: Some(ticket),
            store,
            instance,
            policy,
            rewind,
            limits,
            deadline,
        })
    }

    #[expect(
        clippy::type_complexity,
        reason = "the parts of one type, taken apart at once"
    )]
    fn instantiate_in(
        &self,
        store: &mut Store<HostState>,
    ) -> wasmtime::Result<(Instance, bindings::Policy, Option<Box<[TypedFunc<(), ()>]>>)> {
        let instance = self.pre.instantiate(&mut *store)?;
        let policy = self.indices.load(&mut *store, &instance)?;
        let mut function = |index| instance.get_typed_func(&mut *store, index);
        let rewind = self.rewind.as_deref();
        let rewind = rewind.map(|rewind| rewind.iter().map(&mut function).collect());
        Ok((instance, policy, rewind.transpose()?))
    }

    fn store(&self, limits: &Limits) -> Store<HostState> {
        let memory = MemoryLimit::new(limits.memory_bytes_max, limits.table_elements_max);
        let state = HostState::new(memory, Budget::of(limits));
        let mut store = Store::new(self.pre.component().engine(), state);
        store.limiter(|state| &mut state.memory);
        store.set_max_component_handles(limits.fact_reads_max as usize);
        store
    }

    /// Sets the limits on time and output anew.
    fn arm(&self, store: &mut Store<HostState>, deadline: &Deadline) {
        store.set_hostcall_fuel(self.engine.limits().output_bytes_max);
        let ticker = self.engine.ticker();
        let ticks = ticker.ticks(deadline);
        store.set_epoch_deadline(ticks);
        ticker.wake(ticks);
    }

    /// Lets an instance be asked under new limits: one that was kept, or one that was prepared for longer than a call may take.
    pub(super) fn rearm(&self, running: &mut Running, deadline: Deadline) {
        self.arm(&mut running.store, &deadline);
        running.deadline = deadline;
    }
}

impl Running {
    /// What the policy says about itself.
    pub(super) fn describe(&mut self) -> Result<wit::Description, CallError> {
        let described = self.policy.call_describe(&mut self.store);
        self.ended(described)
    }

    /// Gives it its settings.
    pub(super) fn configure(
        &mut self,
        settings: &str,
    ) -> Result<Result<(), Vec<wit::SettingsError>>, CallError> {
        let configured = self.policy.call_configure(&mut self.store, settings);
        self.ended(configured)
    }

    /// Asks it about a session that never was, so that what it does only once is done. The answer does not count.
    pub(super) fn rehearse(&mut self) -> Result<(), CallError> {
        let budget = Budget::of(&self.limits);
        self.store.data_mut().show(Arc::default(), budget);
        let session = rehearsal();
        let judged = self.policy.call_judge_parameters(&mut self.store, &session);
        let judged = self.ended(judged);
        self.store.data_mut().hide();
        judged.map(drop)
    }

    /// Asks it about a connection.
    pub(super) fn ask(
        &mut self,
        question: &Question<'_>,
        facts: Arc<ConnectionFacts>,
        policy: &Arc<str>,
    ) -> Result<Answer, CallError> {
        let budget = Budget::of(&self.limits);
        self.store.data_mut().show(facts, budget);
        self.store.set_hostcall_fuel(self.limits.output_bytes_max);
        let raw = self.put(question);
        match self.ended(raw)? {
            Raw::Offer(offer) => Ok(Answer::Offer(offer.into())),
            Raw::Verdict(verdict) => {
                let verdict = Checked(&self.limits).verdict(verdict, policy)?;
                Ok(Answer::Verdict(verdict))
            }
        }
    }

    fn put(&mut self, question: &Question<'_>) -> wasmtime::Result<Raw> {
        let (policy, store) = (&self.policy, &mut self.store);
        Ok(match question {
            Question::Constrain {
                endpoint,
                available,
            } => Raw::Offer(policy.call_constrain(
                store,
                &(*endpoint).into(),
                &(*available).into(),
            )?),
            Question::JudgeParameters(session) => {
                Raw::Verdict(policy.call_judge_parameters(store, &(*session).into())?)
            }
            Question::JudgePeer(session) => {
                Raw::Verdict(policy.call_judge_peer(store, &(*session).into())?)
            }
        })
    }

    /// What it read of the facts it was last asked about.
    pub(super) fn facts_read(&self) -> FactsRead {
        self.store.data().facts_read()
    }

    /// Bytes of linear memory that it has.
    pub(super) fn memory_bytes(&self) -> usize {
        self.store.data().memory.bytes()
    }

    /// How many memories it has, at least.
    pub(super) fn memories(&self) -> usize {
        self.store.data().memory.memories()
    }

    /// Puts it back to how it started. None if that cannot be proved: `load::rewind` has the argument. Only for an instance whose last
    /// call gave an answer.
    pub(super) fn rewound(mut self) -> Option<Self> {
        let left_no_handle = self.store.data_mut().hide();
        let rewind = self.rewind.as_deref().filter(|_| left_no_handle)?;
        for function in rewind {
            function.call(&mut self.store, ()).ok()?;
        }
        self.ticket = None;
        Some(self)
    }

    /// The store and the instance, to be looked into.
    pub(super) fn parts(&mut self) -> (&mut Store<HostState>, Instance) {
        (&mut self.store, self.instance)
    }

    /// What a call came to: what the guest answered too late counts for nothing, although nothing stopped it.
    fn ended<T>(&self, called: wasmtime::Result<T>) -> Result<T, CallError> {
        let deadline = &self.deadline;
        match called {
            Ok(_) if deadline.is_missed(Instant::now()) => Err(missed(deadline)),
            Ok(answer) => Ok(answer),
            Err(error) => Err(explain(&self.limits, &error, self.store.data(), deadline)),
        }
    }
}

/// An answer as it comes from the guest.
enum Raw {
    Offer(wit::Offer),
    Verdict(wit::Verdict),
}

/// TLS 1.3 with TLS_AES_128_GCM_SHA256, on a server without a name, and nothing else.
fn rehearsal() -> wit::Session {
    wit::Session {
        endpoint: wit::Endpoint {
            role: wit::Role::Server,
            listener: String::new(),
        },
        version: 0x0304,
        cipher_suite: 0x1301,
        group: None,
        alpn: None,
        resumed: false,
        retried: false,
    }
}

/// What went wrong, in the terms of the limits rather than of the machine below.
fn explain(
    limits: &Limits,
    error: &wasmtime::Error,
    state: &HostState,
    deadline: &Deadline,
) -> CallError {
    if error.is::<PoolConcurrencyLimitError>() {
        return busy(limits);
    }
    // Before all that it did: it cannot pay for the time with a trap.
    if deadline.is_missed(Instant::now()) {
        return missed(deadline);
    }
    if state.memory.is_exceeded() {
        return CallError::Memory {
            bytes_max: limits.memory_bytes_max,
        };
    }
    if let Some(misuse) = error.downcast_ref::<Misuse>() {
        return CallError::Trap(misuse.to_string());
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::Interrupt) => missed(deadline),
        Some(trap) => CallError::Trap(trap.to_string()),
        None => CallError::Output(OutputError::Malformed(one_line(error))),
    }
}

fn missed(deadline: &Deadline) -> CallError {
    CallError::Deadline {
        deadline_ms: deadline.ms(),
    }
}

fn busy(limits: &Limits) -> CallError {
    CallError::Busy {
        instances_max: limits.instances_max,
    }
}

/// The innermost cause, on one line. It may quote the guest, whose names are arbitrary text.
pub(super) fn one_line(error: &wasmtime::Error) -> String {
    let text = error.root_cause().to_string();
    quoted(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}
