//! The handles to certificates and hellos that a guest was given in one call.

/// What a handle stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Handle {
    /// The ClientHello of the connection.
    Hello,
    /// A certificate.
    Certificate {
        /// Its place in the peer's chain.
        place: u32,
    },
}

/// The open ones, the youngest last, as long as each one closed was the youngest. Each is known by its place here, so no two
/// are confused, even if they stand for the same.
///
/// A guest sees a handle as an index into a table of its instance. Indices that became free there are given out again, the
/// last one first, so the order in which handles are closed can be seen in later ones. It cannot if each one closed is the
/// youngest: then every close undoes the last open that was not undone, and at the end the table is what it was at first.
/// That is what [`are_gone`](Self::are_gone) tells.
#[derive(Debug, Default)]
pub(super) struct Handles {
    open: Vec<Handle>,
}

impl Handles {
    /// Gives out another one. It is known by its number.
    pub(super) fn open(&mut self, handle: Handle) -> u32 {
        // The limit on bytes of facts is far below.
        let number = u32::try_from(self.open.len()).unwrap_or(u32::MAX);
        self.open.push(handle);
        number
    }

    /// What a number stands for. A guest cannot name one that it does not hold: the engine looks after that.
    pub(super) fn get(&self, number: u32) -> Option<Handle> {
        self.open.get(number as usize).copied()
    }

    /// The guest gave it back. One that is not the youngest keeps its place for good, so that this list is never empty again.
    pub(super) fn close(&mut self, number: u32) {
        if number as usize + 1 == self.open.len() {
            self.open.pop();
        }
    }

    /// Whether the guest's table of handles is as if none had been given out.
    pub(super) fn are_gone(&self) -> bool {
        self.open.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(closed: &[u32]) -> bool {
        let mut handles = Handles::default();
        for place in 0..3 {
            handles.open(Handle::Certificate { place });
        }
        closed.iter().for_each(|&number| handles.close(number));
        handles.are_gone()
    }

    #[test]
    fn only_what_was_closed_youngest_first_leaves_no_trace() {
        assert!(Handles::default().are_gone());
        assert!(after(&[2, 1, 0]));
        assert!(!after(&[0, 1, 2]));
        assert!(!after(&[2, 1]));
        assert!(!after(&[]));
        assert!(!after(&[1, 2, 0]));
    }

    #[test]
    fn two_handles_to_the_same_certificate_are_two() {
        let mut handles = Handles::default();
        let first = handles.open(Handle::Certificate { place: 0 });
        let second = handles.open(Handle::Certificate { place: 0 });
        assert_ne!(first, second);
        handles.close(first);
        handles.close(second);
        assert!(!handles.are_gone());
    }
}
