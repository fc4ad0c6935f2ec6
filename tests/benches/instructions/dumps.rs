//! What callgrind wrote down. The format: <https://valgrind.org/docs/manual/cl-format.html>.

use std::collections::HashSet;

/// The functions through which a gate asks a policy. None of ours calls another.
const CALLS: &str = "countersign::policy::Policy::";

/// The instructions of one dump.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) all: u64,
    /// The part of them that was spent in calls of the policy.
    pub(crate) in_calls: u64,
}

/// One count for each dump in a file.
pub(crate) fn counts(file: &str) -> Vec<Count> {
    let mut reader = Reader::default();
    file.lines().filter_map(|line| reader.read(line)).collect()
}

#[derive(Default)]
struct Reader<'a> {
    /// The numbers that stand for the functions of [`CALLS`]: only the first mention in a dump has the name.
    calls: HashSet<&'a str>,
    /// Whether the function that was named last as a called one is among them.
    is_call: bool,
    /// Whether the next line says what a call of it cost.
    is_cost: bool,
    in_calls: u64,
}

impl<'a> Reader<'a> {
    /// The count, when a dump ends.
    fn read(&mut self, line: &'a str) -> Option<Count> {
        if std::mem::take(&mut self.is_cost) {
            self.in_calls += last_number(line);
        } else if let Some(function) = line.strip_prefix("fn=") {
            self.know(function);
        } else if let Some(function) = line.strip_prefix("cfn=") {
            self.is_call = self.know(function);
        } else if line.starts_with("calls=") {
            self.is_cost = self.is_call;
        } else if line.starts_with("totals:") {
            return Some(Count {
                all: last_number(line),
                in_calls: std::mem::take(&mut self.in_calls),
            });
        }
        None
    }

    /// Whether a function is one of [`CALLS`]: `(number) name`, or `(number)` if it was named before.
    fn know(&mut self, function: &'a str) -> bool {
        let (number, name) = function.split_once(' ').unwrap_or((function, ""));
        if name.starts_with(CALLS) {
            self.calls.insert(number);
        }
        self.calls.contains(number)
    }
}

fn last_number(line: &str) -> u64 {
    let number = line.rsplit(' ').next().unwrap_or(line);
    number.parse().expect("a number of instructions")
}
