//! Steps that change state.

use arbitrary::Arbitrary;

use super::Shape;

/// One step.
#[derive(Arbitrary, Debug)]
pub struct Step {
    act: Act,
    /// Taken only where this bit of a global is set.
    bit: Option<u8>,
}

#[derive(Arbitrary, Debug)]
enum Act {
    Add(u32),
    Store(u16, u64),
    Set64(u64),
    Set32Float(u32),
    Set64Float(u64),
    SetReference(bool),
    SetVector(u64),
    StoreByte(u32, u8),
    Fill(u16, u8, u16),
    Copy(u16, u16, u16),
    Init(u16, u8),
    DropData,
    Grow(u8),
    SetElement(u8, bool),
    GrowTable(u8),
    FillTable(u8, u8),
    CopyTable(u8, u8, u8),
    InitTable(u8),
    DropElements,
    CallElement(u8),
    OpenHello,
    CloseHello(u8),
    ReadHello(u8),
    ReadToday,
    Realloc(u16),
    Trap,
}

impl Step {
    /// As instructions that leave nothing on the stack.
    pub fn text(&self, shape: Shape) -> String {
        let text = self.act.text(shape);
        match self.bit {
            Some(bit) => format!(
                "(if (i32.and (global.get $a) (i32.const {})) (then {text}))\n",
                1_u32 << (bit % 8)
            ),
            None => text,
        }
    }
}

impl Act {
    /// Nothing, where it is not in the shape.
    fn text(&self, shape: Shape) -> String {
        match self {
            Self::SetReference(_) if !shape.has_reference() => String::new(),
            Self::SetVector(_) if !shape.has_vector() => String::new(),
            Self::DropData | Self::DropElements if !shape.may_drop() => String::new(),
            Self::OpenHello | Self::CloseHello(_) | Self::ReadHello(_) | Self::ReadToday => self
                .reading()
                .filter(|_| shape.may_read())
                .unwrap_or_default(),
            Self::SetElement(..)
            | Self::GrowTable(_)
            | Self::FillTable(..)
            | Self::CopyTable(..)
            | Self::InitTable(_) => self
                .on_table()
                .filter(|_| shape.may_write_tables())
                .unwrap_or_default(),
            _ => self.on_memory(),
        }
    }

    fn on_memory(&self) -> String {
        match self {
            Self::Add(number) => add(&format!("(i32.const {number})")),
            Self::Set64(number) => format!("(global.set $b (i64.const {number}))\n"),
            Self::Set32Float(bits) => {
                format!("(global.set $c (f32.reinterpret_i32 (i32.const {bits})))\n")
            }
            Self::Set64Float(bits) => {
                format!("(global.set $d (f64.reinterpret_i64 (i64.const {bits})))\n")
            }
            Self::SetReference(is_null) => format!("(global.set $r {})\n", reference(*is_null)),
            Self::SetVector(lane) => format!("(global.set $v (v128.const i64x2 {lane} {lane}))\n"),
            Self::Store(at, number) => {
                format!("(i64.store (i32.const {at}) (i64.const {number}))\n")
            }
            Self::StoreByte(at, byte) => {
                // Beyond the second page only where the memory grew.
                let at = at % 0x4_0000;
                format!("(i32.store8 (i32.const {at}) (i32.const {byte}))\n")
            }
            Self::Fill(at, byte, count) => {
                format!("(memory.fill (i32.const {at}) (i32.const {byte}) (i32.const {count}))\n")
            }
            Self::Copy(to, from, count) => {
                format!("(memory.copy (i32.const {to}) (i32.const {from}) (i32.const {count}))\n")
            }
            Self::Init(to, count) => format!(
                "(memory.init $bytes (i32.const {to}) (i32.const 0) (i32.const {}))\n",
                count % 8
            ),
            Self::DropData => "(data.drop $bytes)\n".to_owned(),
            Self::DropElements => "(elem.drop $items)\n".to_owned(),
            Self::CallElement(at) => {
                format!(
                    "(call_indirect $table (type $act) (i32.const {}))\n",
                    at % 8
                )
            }
            Self::Grow(pages) => add(&format!("(memory.grow (i32.const {}))", pages % 4)),
            Self::Realloc(bytes) => add(&format!(
                "(call $realloc (i32.const 0) (i32.const 0) (i32.const 4) (i32.const {bytes}))"
            )),
            _ => "unreachable\n".to_owned(),
        }
    }

    fn on_table(&self) -> Option<String> {
        let element = |number: &u8| format!("(i32.const {})", number % 8);
        Some(match self {
            Self::SetElement(at, is_null) => {
                format!(
                    "(table.set $table {} {})\n",
                    element(at),
                    reference(*is_null)
                )
            }
            Self::GrowTable(count) => add(&format!(
                "(table.grow $table (ref.null func) {})",
                element(count)
            )),
            Self::FillTable(at, count) => {
                format!(
                    "(table.fill $table {} (ref.func $one) {})\n",
                    element(at),
                    element(count)
                )
            }
            Self::CopyTable(to, from, count) => {
                format!(
                    "(table.copy $table $table {} {} {})\n",
                    element(to),
                    element(from),
                    element(count)
                )
            }
            Self::InitTable(to) => {
                format!(
                    "(table.init $table $items {} (i32.const 0) (i32.const 2))\n",
                    element(to)
                )
            }
            _ => return None,
        })
    }

    /// Handles stand in memory from 2048, as many as were opened, or dropped: a place is used once.
    fn reading(&self) -> Option<String> {
        let handle = |number: &u8| {
            format!(
                "(i32.load (i32.const {}))",
                2048 + 4 * u32::from(number % 8)
            )
        };
        Some(match self {
            Self::OpenHello => {
                "(call $hello (i32.const 2032))
                 (i32.store
                   (i32.add (i32.const 2048) (i32.shl (i32.and (global.get $opened) (i32.const 7)) (i32.const 2)))
                   (i32.load (i32.const 2036)))
                 (global.set $opened (i32.add (global.get $opened) (i32.const 1)))\n"
                    .to_owned()
            }
            Self::CloseHello(number) => format!("(call $close {})\n", handle(number)),
            Self::ReadHello(number) => format!("(call $suites {} (i32.const 2032))\n", handle(number)),
            Self::ReadToday => add("(call $today)"),
            _ => return None,
        })
    }
}

fn add(number: &str) -> String {
    format!("(global.set $a (i32.add (global.get $a) {number}))\n")
}

fn reference(is_null: bool) -> &'static str {
    match is_null {
        true => "(ref.null func)",
        false => "(ref.func $two)",
    }
}
