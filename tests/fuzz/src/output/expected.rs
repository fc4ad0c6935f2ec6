//! The answers of the contract, as they stand in memory.

use super::memory::Memory;

/// Code, severity, and what is said.
pub type Finding = (String, u8, String);

/// `verdict`.
pub struct Verdict {
    pub approves: bool,
    pub alert: Option<u8>,
    pub findings: Vec<Finding>,
}

/// `description`.
pub struct Description {
    pub name: String,
    pub version: String,
    pub summary: String,
    pub schema: Option<String>,
    pub findings: Vec<Finding>,
}

/// What `configure` returns.
pub type Configured = Result<(), Vec<(String, String)>>;

/// `offer`.
#[derive(Debug, PartialEq, Eq)]
pub struct Offer {
    pub versions: Vec<u16>,
    pub suites: Vec<u16>,
    pub groups: Vec<u16>,
    pub alpn: Vec<Vec<u8>>,
    pub resumption: bool,
    pub client_auth: u8,
}

/// Size and alignment (component model, "Alignment", "Element Size").
const FINDING: (u32, u32) = (20, 4);
const SETTINGS_ERROR: (u32, u32) = (16, 4);
const BYTES: (u32, u32) = (8, 4);
const U16: (u32, u32) = (2, 2);

impl Verdict {
    /// `variant { approve(list<finding>), veto(record { option<u8>, list<finding> }) }`
    pub fn read(memory: &mut Memory) -> Option<Self> {
        let at = memory.root(16, 4)?;
        if memory.case(at, 2)? == 0 {
            return Some(Self {
                approves: true,
                alert: None,
                findings: findings(memory, at + 4)?,
            });
        }
        let has_alert = memory.case(at + 4, 2)? == 1;
        Some(Self {
            approves: false,
            alert: has_alert.then(|| memory.u8(at + 5)),
            findings: findings(memory, at + 8)?,
        })
    }
}

impl Description {
    /// `record { string, string, string, option<string>, list<finding-doc> }`
    pub fn read(memory: &mut Memory) -> Option<Self> {
        let at = memory.root(44, 4)?;
        Some(Self {
            name: memory.string(at)?,
            version: memory.string(at + 8)?,
            summary: memory.string(at + 16)?,
            schema: match memory.case(at + 24, 2)? {
                0 => None,
                _ => Some(memory.string(at + 28)?),
            },
            findings: findings(memory, at + 36)?,
        })
    }
}

/// `result<_, list<record { string, string }>>`
pub fn configured(memory: &mut Memory) -> Option<Configured> {
    let at = memory.root(12, 4)?;
    if memory.case(at, 2)? == 0 {
        return Some(Ok(()));
    }
    let errors = memory.list(at + 4, SETTINGS_ERROR, |memory, at| {
        Some((memory.string(at)?, memory.string(at + 8)?))
    });
    Some(Err(errors?))
}

impl Offer {
    /// `record { list<u16>, list<u16>, list<u16>, list<list<u8>>, bool, enum }`
    pub fn read(memory: &mut Memory) -> Option<Self> {
        let at = memory.root(36, 4)?;
        let numbers =
            |memory: &mut Memory, at| memory.list(at, U16, |memory, at| Some(memory.u16(at)));
        Some(Self {
            versions: numbers(memory, at)?,
            suites: numbers(memory, at + 8)?,
            groups: numbers(memory, at + 16)?,
            alpn: memory.list(at + 24, BYTES, Memory::list_u8)?,
            resumption: memory.u8(at + 32) != 0,
            client_auth: memory.case(at + 33, 3)?,
        })
    }
}

/// `list<record { string, enum, string }>`
fn findings(memory: &mut Memory, at: u32) -> Option<Vec<Finding>> {
    memory.list(at, FINDING, |memory, at| {
        let severity = memory.case(at + 8, 3)?;
        Some((memory.string(at)?, severity, memory.string(at + 12)?))
    })
}
