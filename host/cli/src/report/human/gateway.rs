//! What becomes of a gateway.

use std::path::Path;

use super::OK;
use crate::{gateway::Counts, report::text};

/// Says that a configuration holds.
pub(in crate::report) fn gateway_checked(path: &Path, counts: &Counts, warnings: usize) -> String {
    let Counts {
        listeners,
        routes,
        policies,
    } = counts;
    let path = path.display().to_string();
    let path = text::line(&path);
    let warned = match warnings {
        0 => String::new(),
        1 => ", 1 warning".to_owned(),
        many => format!(", {many} warnings"),
    };
    let count = |count: usize, one: &str, many: &str| match count {
        1 => format!("1 {one}"),
        count => format!("{count} {many}"),
    };
    format!(
        "{OK}OK{OK:#} {path}: {}, {}, {}{warned}\n",
        count(*listeners, "listener", "listeners"),
        count(*routes, "route", "routes"),
        count(*policies, "policy", "policies"),
    )
}
