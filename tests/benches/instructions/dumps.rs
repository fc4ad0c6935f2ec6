//! What callgrind wrote down. The format: <https://valgrind.org/docs/manual/cl-format.html>.

use std::collections::HashSet;

/// The function through which every question goes to a policy: those that call it may be compiled into their callers.
const CALL: &str = "countersign::policy::call::Calls::answer";

/// The instructions of one dump.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) all: u64,
    /// The part of them that was spent in calls of the policy.
    pub(crate) in_calls: u64,
    /// How many calls that were.
    pub(crate) calls: u64,
}

/// One count for each dump in a file.
pub(crate) fn counts(file: &str) -> Vec<Count> {
    let mut reader = Reader::default();
    file.lines().filter_map(|line| reader.read(line)).collect()
}

#[derive(Default)]
struct Reader<'a> {
    /// The numbers that stand for [`CALL`], one in each dump: only the first mention in a dump has the name.
    call: HashSet<&'a str>,
    /// Whether the function that was named last as a called one is among them.
    is_call: bool,
    /// Whether the next line says what a call of it cost.
    is_cost: bool,
    in_calls: u64,
    calls: u64,
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
        } else if let Some(calls) = line.strip_prefix("calls=").filter(|_| self.is_call) {
            self.is_cost = true;
            self.calls += first_number(calls);
        } else if line.starts_with("totals:") {
            return Some(Count {
                all: last_number(line),
                in_calls: std::mem::take(&mut self.in_calls),
                calls: std::mem::take(&mut self.calls),
            });
        }
        None
    }

    /// Whether a function is [`CALL`]: `(number) name`, or `(number)` if it was named before.
    fn know(&mut self, function: &'a str) -> bool {
        let (number, name) = function.split_once(' ').unwrap_or((function, ""));
        // Not another whose name goes on: one that it calls would be counted twice.
        let rest = name.strip_prefix(CALL);
        if rest.is_some_and(|rest| !rest.starts_with('_')) {
            self.call.insert(number);
        }
        self.call.contains(number)
    }
}

fn first_number(line: &str) -> u64 {
    let number = line.split(' ').next().unwrap_or(line);
    number.parse().expect("a number of calls")
}

fn last_number(line: &str) -> u64 {
    let number = line.rsplit(' ').next().unwrap_or(line);
    number.parse().expect("a number of instructions")
}
