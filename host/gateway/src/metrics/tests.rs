use super::*;
use crate::log::{End, Entry};

fn metrics() -> Metrics {
    Metrics::new(Arc::default())
}

#[test]
fn connections_are_counted_in_and_out() {
    let metrics = metrics();
    for _ in 0..3 {
        metrics.accepted("web");
    }
    let mut entry = Entry::new("web".into());
    entry.end = End::IdleTimeout;
    (entry.bytes_in, entry.bytes_out) = (5, 7);
    metrics.ended(&entry);
    metrics.turned_away("web", TurnedAway::ClientLimit);
    metrics.upstream_failed("app", "unreachable");
    metrics.reloaded(true);
    metrics.log_lines_dropped().inc();
    let text = metrics.encode();
    for line in [
        "countersign_connections_total{listener=\"web\"} 3",
        "countersign_connections_active{listener=\"web\"} 2",
        "countersign_connections_ended_total{listener=\"web\",reason=\"idle-timeout\"} 1",
        "countersign_relayed_bytes_total{listener=\"web\",direction=\"out\"} 7",
        "countersign_connections_turned_away_total{listener=\"web\",reason=\"client-limit\"} 1",
        "countersign_upstream_failures_total{upstream=\"app\",reason=\"unreachable\"} 1",
        "countersign_reloads_total{result=\"success\"} 1",
        "countersign_log_lines_dropped_total 1",
    ] {
        assert!(
            text.lines().any(|it| it == line),
            "{line} is not in\n{text}"
        );
    }
    assert!(text.contains("countersign_build_info{version=\""), "{text}");
    assert!(text.ends_with("# EOF\n"));
}
