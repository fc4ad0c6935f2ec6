//! What compiling a function takes beyond its size.
//!
//! The compiler follows each local variable through every branch, and each loop through every other of its function. A few kilobytes
//! would keep it busy for hours, or have it fill the memory.

use wasmparser::{CompositeInnerType, FunctionBody, Operator, Parser, Payload, TypeSectionReader};

use super::LoadError;

/// Local variables of a function times its branches. Those of the languages tried have up to 250,000.
const LOCALS_TIMES_BRANCHES_MAX: u64 = 1_000_000;

/// Of all functions together, each one's loops times themselves. Those of the languages tried have up to 110,000.
const SQUARES_OF_LOOPS_MAX: u64 = 1_000_000;

/// Refuses what would take too long to compile. One pass over all instructions: before compiling only, as it takes longer than all else
/// that is looked at.
pub(in crate::policy::load) fn check(component: &[u8]) -> Result<(), LoadError> {
    // The most parameters and results of a function type in the module at hand: each is a local variable of what is called or
    // branched to with it.
    let mut passed = 0;
    let mut squares_of_loops: u64 = 0;
    for payload in Parser::new(0).parse_all(component).map_while(Result::ok) {
        match payload {
            Payload::Version { .. } => passed = 0,
            Payload::TypeSection(section) => passed = most_passed(section),
            Payload::CodeSectionEntry(body) => {
                let counts = Counts::of(&body);
                let product = counts.locals.saturating_add(passed) * counts.branches;
                if product > LOCALS_TIMES_BRANCHES_MAX {
                    return Err(LoadError::Invalid(format!(
                        "one of its functions has too many local variables for its branches: their product is {product}, more than the {LOCALS_TIMES_BRANCHES_MAX} allowed"
                    )));
                }
                squares_of_loops = squares_of_loops.saturating_add(counts.loops * counts.loops);
            }
            _ => {}
        }
    }
    match squares_of_loops > SQUARES_OF_LOOPS_MAX {
        true => Err(LoadError::Invalid(format!(
            "its functions have too many loops: their squares are {squares_of_loops} together, more than the {SQUARES_OF_LOOPS_MAX} allowed"
        ))),
        false => Ok(()),
    }
}

fn most_passed(section: TypeSectionReader<'_>) -> u64 {
    let groups = section.into_iter().map_while(Result::ok);
    let types = groups.flat_map(|group| group.into_types().map(|ty| ty.composite_type.inner));
    let passed = types.map(|ty| match ty {
        CompositeInnerType::Func(ty) => (ty.params().len() + ty.results().len()) as u64,
        _ => 0,
    });
    passed.max().unwrap_or(0)
}

/// Of one function. None of them is larger than the bytes of a component but the first, of which the binary format has room for
/// 2^32 a declaration.
#[derive(Default)]
struct Counts {
    locals: u64,
    branches: u64,
    loops: u64,
}

impl Counts {
    /// Up to what is malformed.
    fn of(body: &FunctionBody<'_>) -> Self {
        let mut counts = Self::default();
        let locals = body.get_locals_reader().into_iter().flatten();
        for (count, _) in locals.map_while(Result::ok) {
            counts.locals = counts.locals.saturating_add(count.into());
        }
        let operators = body.get_operators_reader().into_iter().flatten();
        for operator in operators.map_while(Result::ok) {
            counts.take(&operator);
        }
        counts
    }

    fn take(&mut self, operator: &Operator<'_>) {
        match operator {
            Operator::Loop { .. } => {
                self.loops += 1;
                self.branches += 1;
            }
            Operator::Block { .. }
            | Operator::If { .. }
            | Operator::Else
            | Operator::Br { .. }
            | Operator::BrIf { .. }
            | Operator::BrTable { .. }
            | Operator::Return
            | Operator::Unreachable => self.branches += 1,
            _ => {}
        }
    }
}
