//! What an operator may change of a policy's limits.

use countersign::policy::Limits;

use super::super::file;

/// The limits of a policy.
pub(super) fn limits(said: &file::PolicyLimits) -> Limits {
    let mut limits = Limits::default();
    let file::PolicyLimits {
        deadline_ms,
        load_deadline_ms,
        memory_bytes_max,
        memo_bytes_max,
        instances_max,
        kept_instances_max,
        overruns_max,
        trip_ms,
        settings_bytes_max,
        component_bytes_max,
    } = *said;
    set(&mut limits.deadline_ms, deadline_ms);
    set(&mut limits.load_deadline_ms, load_deadline_ms);
    set(&mut limits.memory_bytes_max, memory_bytes_max);
    set(&mut limits.memo_bytes_max, memo_bytes_max);
    set(&mut limits.instances_max, instances_max);
    set(&mut limits.kept_instances_max, kept_instances_max);
    set(&mut limits.overruns_max, overruns_max);
    set(&mut limits.trip_ms, trip_ms);
    set(&mut limits.settings_bytes_max, settings_bytes_max);
    set(&mut limits.component_bytes_max, component_bytes_max);
    limits
}

fn set<T>(limit: &mut T, said: Option<T>) {
    if let Some(said) = said {
        *limit = said;
    }
}
