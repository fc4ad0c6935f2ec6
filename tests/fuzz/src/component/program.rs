//! Policies that change all the state that an instance can have, and tell of it: whatever is left of an earlier call, or lost of what
//! was configured, shows in the next verdict.

mod act;
mod text;

use std::sync::LazyLock;

use arbitrary::Arbitrary;
use countersign_test_guests::Guest;

use super::sections::{MODULE, join, split};
use act::Step;

/// What a policy does when. It approves all it can.
#[derive(Arbitrary, Debug)]
pub struct Program {
    configuring: Vec<Step>,
    judging: Vec<Step>,
    /// What runs when the host has read a verdict on a peer.
    afterwards: Vec<Step>,
    describing: Vec<Step>,
    starting: Vec<Step>,
    shape: Shape,
}

/// What it may have and do beyond the rest: much of that rules out a snapshot, and so most programs have little of it.
#[derive(Arbitrary, Clone, Copy, Debug)]
struct Shape(u8);

impl Shape {
    const EMPTY: Self = Self(0);

    fn may_read(self) -> bool {
        self.0 & 1 != 0
    }

    fn is_memory_bounded(self) -> bool {
        self.0 & 2 != 0
    }

    /// What is exported is found in another way than what is not.
    fn exports_state(self) -> bool {
        self.0 & 4 != 0
    }

    fn has_reference(self) -> bool {
        self.0 & 0x38 == 0x38
    }

    fn has_vector(self) -> bool {
        self.0 & 0x38 == 0x20
    }

    fn may_write_tables(self) -> bool {
        self.0 & 0x38 == 0x30
    }

    fn may_drop(self) -> bool {
        self.0 & 0x38 == 0x28
    }
}

/// The most steps at one place.
const STEPS_MAX: usize = 16;

/// Components around modules: by whether they import facts, and whether anything runs afterwards.
static AROUND: LazyLock<[[Vec<u8>; 2]; 2]> = LazyLock::new(|| {
    [false, true]
        .map(|may_read| [false, true].map(|has_more| text::guest(may_read, has_more).component()))
});

static GUESTS: LazyLock<[[Guest; 2]; 2]> = LazyLock::new(|| {
    [false, true].map(|may_read| [false, true].map(|has_more| text::guest(may_read, has_more)))
});

impl Program {
    /// The component: a new module in what is made once, which is the same for all.
    pub fn component(&self) -> Vec<u8> {
        let may_read = usize::from(self.shape.may_read());
        let has_more = usize::from(!self.afterwards.is_empty());
        let around = &AROUND[may_read][has_more];
        let module = self.guest(GUESTS[may_read][has_more].clone()).module();
        let (header, mut sections) = split(around).expect("it is a component");
        let mut all = sections.iter_mut();
        let (_, place) = all
            .find(|(id, body)| *id == MODULE && is_policy(body))
            .expect("it has a module");
        *place = module;
        join(&header, &sections)
    }

    fn guest(&self, guest: Guest) -> Guest {
        let shape = self.shape;
        let steps = |steps: &[Step]| -> String {
            let count = steps.len().min(STEPS_MAX);
            steps[..count].iter().map(|step| step.text(shape)).collect()
        };
        let function = |name: &str, body: &[Step]| format!("(func ${name} {})\n", steps(body));
        let mut guest = guest
            .part("state", text::state(shape))
            .part("digest", text::digest(shape))
            .part("judging", function("judging", &self.judging))
            .part("afterwards", function("afterwards", &self.afterwards))
            .part(
                "before-configure",
                function("before_configure", &self.configuring),
            )
            .part(
                "before-describe",
                function("before_describe", &self.describing),
            );
        if !self.starting.is_empty() {
            let start = function("starting", &self.starting);
            guest = guest.part("start", format!("{start} (start $starting)"));
        }
        guest
    }
}

/// Whether it is the module of the policy, not one that `wit-component` adds.
fn is_policy(module: &[u8]) -> bool {
    const NAME: &[u8] = b"judge-parameters";
    module.windows(NAME.len()).any(|it| it == NAME)
}
