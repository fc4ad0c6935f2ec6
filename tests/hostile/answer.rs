//! Answers word by word: what a function of the contract returns, as it stands in the guest's memory by the canonical ABI.

use countersign_test_guests::Guest;

/// The functions that answer a judge call.
pub(crate) const JUDGES: [&str; 2] = ["judge-parameters", "judge-peer"];

/// Where the answer stands.
pub(crate) const RESULT: u32 = 1024;

/// Where the answer's list stands, if it is short.
pub(crate) const LIST: u32 = 2048;

/// Where its first text stands, and its second.
pub(crate) const TEXT: u32 = 8192;
pub(crate) const OTHER_TEXT: u32 = 16_384;

/// Where a long list stands: what the host writes begins at 65,536 and is short.
pub(crate) const LONG_LIST: u32 = 131_072;

/// The guest's memory ends here.
pub(crate) const END: u32 = 4 * 65_536;

/// An answer in the making.
#[derive(Clone)]
pub(crate) struct Answer {
    pub(crate) function: &'static str,
    pointer: u32,
    words: Vec<u32>,
    data: Vec<(u32, Vec<u8>)>,
    pages: u32,
}

impl Answer {
    fn new(function: &'static str, words: &[u32]) -> Self {
        Self {
            function,
            pointer: RESULT,
            words: words.to_vec(),
            data: Vec::new(),
            pages: END / 65_536,
        }
    }

    /// A good description, made of the texts of `base.wat`: name, version, summary, schema, findings.
    pub(crate) fn description() -> Self {
        Self::new("describe", &[16, 4, 32, 5, 48, 23, 0, 0, 0, 0, 0])
    }

    /// Settings refused: the tag, a list of errors.
    pub(crate) fn settings_errors() -> Self {
        Self::new("configure", &[1, 0, 0])
    }

    /// Something of everything: versions, cipher suites, groups, protocols; resumption, and no client certificate.
    pub(crate) fn offer() -> Self {
        const ALPN: u32 = LIST + 64;
        const PROTOCOL: u32 = LIST + 96;
        let lists = [LIST, 1, LIST + 16, 3, LIST + 32, 2, ALPN, 1, 1];
        Self::new("constrain", &lists)
            .holding(LIST, &numbers(&[0x0304]))
            .holding(LIST + 16, &numbers(&[0x1301, 0x1302, 0x1303]))
            .holding(LIST + 32, &numbers(&[0x11ec, 0x001d]))
            .holding(ALPN, &words(&[PROTOCOL, 2]))
            .holding(PROTOCOL, b"h2")
    }

    /// An approval without findings: the tag, the list.
    pub(crate) fn approval(judge: &'static str) -> Self {
        Self::new(judge, &[0, 0, 0, 0])
    }

    /// A veto without an alert and without findings: the tag, the alert, the list.
    pub(crate) fn veto(judge: &'static str) -> Self {
        Self::new(judge, &[1, 0, 0, 0])
    }

    /// Changes a word.
    pub(crate) fn word(mut self, at: usize, value: u32) -> Self {
        self.words[at] = value;
        self
    }

    /// Changes a list, or a text: two words.
    pub(crate) fn list(self, at: usize, pointer: u32, count: u32) -> Self {
        self.word(at, pointer).word(at + 1, count)
    }

    /// Lets bytes stand in memory.
    pub(crate) fn holding(mut self, at: u32, bytes: &[u8]) -> Self {
        self.data.push((at, bytes.to_vec()));
        self
    }

    /// Says that the answer stands elsewhere.
    pub(crate) fn standing_at(mut self, pointer: u32) -> Self {
        self.pointer = pointer;
        self
    }

    /// Gives the guest so many pages of memory.
    pub(crate) fn with_pages(mut self, pages: u32) -> Self {
        self.pages = pages;
        self
    }

    /// A good policy but for this answer.
    pub(crate) fn guest(&self) -> Guest {
        let Self {
            function, pointer, ..
        } = self;
        let function_text = format!(
            "(func (export \"{function}\") {} (i32.const {}))\n",
            core_type(function),
            pointer.cast_signed(),
        );
        let guest = Guest::good()
            .part(
                "memory",
                format!("(memory (export \"memory\") {})\n", self.pages),
            )
            .part(function, function_text)
            .holding(RESULT, &words(&self.words));
        let hold = |guest: Guest, (at, bytes): &(u32, Vec<u8>)| guest.holding(*at, bytes);
        self.data.iter().fold(guest, hold)
    }
}

/// Canonical ABI, `flatten_functype`: more results than one are returned by a pointer.
fn core_type(function: &str) -> String {
    match function {
        "describe" => "(result i32)".to_owned(),
        "configure" => "(param i32 i32) (result i32)".to_owned(),
        "constrain" => format!("{} (result i32)", "(param i32) ".repeat(13)),
        _ => "(type $judge)".to_owned(),
    }
}

/// A finding, or its documentation: code, severity, message.
pub(crate) fn finding(code: [u32; 2], severity: u32, message: [u32; 2]) -> Vec<u8> {
    words(&[code[0], code[1], severity, message[0], message[1]])
}

/// Little-endian words, as in memory.
pub(crate) fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// 16-bit numbers, as in memory.
pub(crate) fn numbers(numbers: &[u16]) -> Vec<u8> {
    numbers
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect()
}
