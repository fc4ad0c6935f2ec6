//! How much a policy may use. Everything is finite.

mod check;

/// The limits under which policies are loaded and called.
///
/// Going over any of them while a policy is loaded refuses the policy; going over one during a call is a veto. Limits under which
/// nothing could run are refused by [`Engine::new`](super::Engine::new). What is limited beyond these stands in `docs/engine.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Size of a component.
    pub component_bytes_max: usize,
    /// Size of the settings text.
    pub settings_bytes_max: usize,
    /// Linear memory of an instance, all memories together. From one page, 64 KiB, to 4 GiB.
    pub memory_bytes_max: usize,
    /// Table elements of an instance, all tables together.
    pub table_elements_max: usize,
    /// Native stack that guest code may use in one call. Threads that poll connections need this much, and what they need
    /// themselves: with the default, the 2 MiB of a Tokio worker are ample. The runtime allows 2 MiB at most.
    pub stack_bytes_max: usize,
    /// Wall-clock time of one call on a connection, instantiation and `configure` included; at least 1. A call is stopped at most
    /// one tick (a millisecond, more on a busy machine) later; a single instruction that works on much memory is not, but an answer that
    /// comes more than 10 ms too late counts as none. Choose many times what a busy machine takes a thread off its core for.
    pub deadline_ms: u64,
    /// Wall-clock time of each step of loading, at least 1.
    pub load_deadline_ms: u64,
    /// Bytes that one call may pass from the guest to the host.
    pub output_bytes_max: usize,
    /// Findings in one verdict; also findings in a description, and mistakes reported in settings.
    pub findings_max: usize,
    /// Bytes of one string from the guest.
    pub string_bytes_max: usize,
    /// Calls of getters within one call.
    pub fact_reads_max: u32,
    /// Bytes of facts that one call may read.
    pub fact_bytes_max: usize,
    /// Instances made for calls and for loading that are alive at once, those not counted that are kept. Where there would be more,
    /// calls are refused, not queued. At least 1.
    pub instances_max: u32,
    /// Instances kept for the next call, of all policies together. Where more would be, those that were made first go.
    pub kept_instances_max: u32,
    /// Bytes of answers that are remembered, for each policy. 0: none.
    pub memo_bytes_max: usize,
    /// Deadlines that a policy may miss before it is tripped: all that is not remembered is vetoed at once, unasked, for a while.
    pub overruns_max: u32,
    /// How long a tripped policy is left alone before it is asked again.
    pub trip_ms: u64,
    /// Size of one function's body in a component, in bytes of WebAssembly. Compiling takes longer than in proportion to it.
    pub function_bytes_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        const KIB: usize = 1024;
        const MIB: usize = 1024 * KIB;
        Self {
            component_bytes_max: 32 * MIB,
            settings_bytes_max: 256 * KIB,
            memory_bytes_max: 32 * MIB,
            table_elements_max: 60_000,
            stack_bytes_max: 512 * KIB,
            deadline_ms: 100,
            load_deadline_ms: 2_000,
            output_bytes_max: 256 * KIB,
            findings_max: 64,
            string_bytes_max: 4 * KIB,
            fact_reads_max: 10_000,
            fact_bytes_max: 4 * MIB,
            instances_max: 128,
            kept_instances_max: 256,
            memo_bytes_max: MIB,
            overruns_max: 3,
            trip_ms: 10_000,
            function_bytes_max: 512 * KIB,
        }
    }
}
