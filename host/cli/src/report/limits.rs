//! The limits by their names.

use countersign::policy::Limits;

/// The name of each limit, unit last, and its value.
pub(super) fn all(limits: &Limits) -> [(&'static str, u64); 18] {
    let size = |size: usize| size as u64;
    [
        ("deadline_ms", limits.deadline_ms),
        ("load_deadline_ms", limits.load_deadline_ms),
        ("overruns_max", limits.overruns_max.into()),
        ("trip_ms", limits.trip_ms),
        ("memory_bytes_max", size(limits.memory_bytes_max)),
        ("stack_bytes_max", size(limits.stack_bytes_max)),
        ("table_elements_max", size(limits.table_elements_max)),
        ("output_bytes_max", size(limits.output_bytes_max)),
        ("string_bytes_max", size(limits.string_bytes_max)),
        ("findings_max", size(limits.findings_max)),
        ("fact_reads_max", limits.fact_reads_max.into()),
        ("fact_bytes_max", size(limits.fact_bytes_max)),
        ("instances_max", limits.instances_max.into()),
        ("kept_instances_max", limits.kept_instances_max.into()),
        ("memo_bytes_max", size(limits.memo_bytes_max)),
        ("component_bytes_max", size(limits.component_bytes_max)),
        ("function_bytes_max", size(limits.function_bytes_max)),
        ("settings_bytes_max", size(limits.settings_bytes_max)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_is_there_once() {
        let limits = Limits::default();
        // `Limits { a: 1, b: 2 }`
        let whole = format!("{limits:?}");
        let (_, fields) = whole.split_once("{ ").expect("it has fields");
        let fields = fields.trim_end_matches(" }").split(", ");
        let mut fields: Vec<_> = fields.map(str::to_owned).collect();
        let mut listed: Vec<_> = all(&limits)
            .iter()
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        fields.sort_unstable();
        listed.sort_unstable();
        assert_eq!(listed, fields);
    }
}
