//! Handles opened and closed, one after the other.

use super::CERTIFICATES;
use crate::dice::Dice;

/// What a guest does with handles.
#[derive(Default)]
pub(super) struct Script {
    steps: Vec<Step>,
    /// For each that is open, whether it is a certificate; and its number in this script.
    open: Vec<(bool, usize)>,
    given: usize,
    /// Whether each that was closed was the youngest.
    in_order: bool,
}

enum Step {
    OpenCertificates { first: usize },
    OpenHello { number: usize },
    Close { certificate: bool, number: usize },
}

impl Script {
    pub(super) fn new() -> Self {
        Self {
            in_order: true,
            ..Self::default()
        }
    }

    pub(super) fn certificates(mut self) -> Self {
        self.steps
            .push(Step::OpenCertificates { first: self.given });
        let numbers = self.given..self.given + CERTIFICATES;
        self.open.extend(numbers.map(|number| (true, number)));
        self.given += CERTIFICATES;
        self
    }

    pub(super) fn hello(mut self) -> Self {
        self.steps.push(Step::OpenHello { number: self.given });
        self.open.push((false, self.given));
        self.given += 1;
        self
    }

    /// Closes the one at this place among those that are open.
    pub(super) fn close(mut self, at: usize) -> Self {
        self.in_order &= at + 1 == self.open.len();
        let (certificate, number) = self.open.remove(at);
        self.steps.push(Step::Close {
            certificate,
            number,
        });
        self
    }

    pub(super) fn close_youngest(self, count: usize) -> Self {
        (0..count).fold(self, |script, _| {
            let last = script.open.len() - 1;
            script.close(last)
        })
    }

    pub(super) fn close_oldest(self, count: usize) -> Self {
        (0..count).fold(self, |script, _| script.close(0))
    }

    pub(super) fn by_chance(dice: &mut Dice) -> Self {
        let orderly = dice.flip();
        let mut script = Self::new();
        for _ in 0..12 {
            script = match (dice.below(4), script.open.len()) {
                (0, _) => script.certificates(),
                (1, _) | (_, 0) => script.hello(),
                (_, open) if orderly => script.close(open - 1),
                (_, open) => {
                    let at = dice.below(open);
                    script.close(at)
                }
            };
        }
        match dice.below(4) {
            0 => script,
            _ => {
                let left = script.open.len();
                script.close_youngest(left)
            }
        }
    }

    /// Whether no later handle can tell of these.
    pub(super) fn leaves_nothing(&self) -> bool {
        self.in_order && self.open.is_empty()
    }

    pub(super) fn text(&self) -> String {
        let locals: String = (0..self.given)
            .map(|number| format!("(local $h{number} i32)"))
            .collect();
        let steps = self.steps.iter().map(|step| match step {
            Step::OpenCertificates { first } => {
                let set = (0..CERTIFICATES).map(|at| {
                    let (number, offset) = (first + at, 4 * at);
                    format!("(local.set $h{number} (i32.load offset={offset} (i32.load (i32.const 1024))))")
                });
                format!("(call $peer_certificates (i32.const 1024)) {}", set.collect::<String>())
            }
            Step::OpenHello { number } => {
                format!("(call $hello (i32.const 1024)) (local.set $h{number} (i32.load (i32.const 1028)))")
            }
            Step::Close { certificate, number } => {
                let kind = if *certificate { "certificate" } else { "hello" };
                format!("(call $drop_{kind} (local.get $h{number}))")
            }
        });
        locals + &steps.collect::<String>()
    }
}
