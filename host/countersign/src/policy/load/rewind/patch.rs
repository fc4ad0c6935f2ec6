//! The function that puts a module's state back, and how it gets into the module.

use std::ops::Range;

use wasm_encoder::{
    BlockType, Encode, ExportKind, Function, Ieee32, Ieee64, InstructionSink, Module, RawSection,
    SectionId,
};

use super::{
    super::sections::{number, sections},
    NAME,
    survey::{Memory, State, Value},
};

/// Zeros between two parts of an image for which they are put back one by one: an instruction costs about as much as
/// writing so many bytes.
const GAP_BYTES: usize = 1_024;

/// The order of sections in a module (core specification, "Modules").
const ORDER: [SectionId; 12] = [
    SectionId::Type,
    SectionId::Import,
    SectionId::Function,
    SectionId::Table,
    SectionId::Memory,
    SectionId::Tag,
    SectionId::Global,
    SectionId::Export,
    SectionId::Start,
    SectionId::Element,
    SectionId::DataCount,
    SectionId::Code,
];

/// A module with the function that puts its state back.
pub(super) fn module(original: &[u8], state: &State) -> Vec<u8> {
    let segments = segments(state);
    let mut additions = additions(state, &segments);
    let mut module = Module::new();
    for section in sections(original) {
        // What has to stand before this one and does not occur.
        let place = ORDER.iter().position(|&id| id as u8 == section.id);
        let is_last = section.id == SectionId::Data as u8;
        let before = place.unwrap_or(if is_last { ORDER.len() } else { 0 });
        for addition in take_all(&mut additions, &ORDER[..before]) {
            addition.write(&mut module, &[]);
        }
        // It is written anew.
        if section.id == SectionId::DataCount as u8 {
            continue;
        }
        match take(&mut additions, section.id) {
            Some(addition) => addition.write(&mut module, section.body),
            None => {
                let (id, data) = (section.id, section.body);
                module.section(&RawSection { id, data });
            }
        }
    }
    for addition in additions {
        addition.write(&mut module, &[]);
    }
    module.finish()
}

/// What goes to the end of a section.
struct Addition {
    section: SectionId,
    count: u32,
    items: Vec<u8>,
}

impl Addition {
    /// Writes the section with these items behind the ones it has. A section is a count, and as many items.
    fn write(&self, module: &mut Module, body: &[u8]) {
        let mut data = Vec::new();
        let (count, items) = number(body).unwrap_or((0, &[]));
        (count + self.count).encode(&mut data);
        data.extend_from_slice(items);
        data.extend_from_slice(&self.items);
        let id = self.section as u8;
        module.section(&RawSection { id, data: &data });
    }
}

fn take(additions: &mut Vec<Addition>, id: u8) -> Option<Addition> {
    let at = additions.iter().position(|it| it.section as u8 == id)?;
    Some(additions.remove(at))
}

fn take_all(additions: &mut Vec<Addition>, ids: &[SectionId]) -> Vec<Addition> {
    let ids = ids.iter().filter_map(|&id| take(additions, id as u8));
    ids.collect()
}

/// A part of an image that is not all zeros.
struct Segment {
    memory: u32,
    range: Range<usize>,
    bytes: Vec<u8>,
}

fn segments(state: &State) -> Vec<Segment> {
    let parts = state.memories.iter().flat_map(|memory| {
        parts(&memory.image).into_iter().map(|range| Segment {
            memory: memory.index,
            bytes: memory.image[range.clone()].to_vec(),
            range,
        })
    });
    parts.collect()
}

/// The parts of an image between long runs of zeros.
fn parts(image: &[u8]) -> Vec<Range<usize>> {
    let mut parts: Vec<Range<usize>> = Vec::new();
    for (at, _) in image.iter().enumerate().filter(|&(_, &byte)| byte != 0) {
        match parts.last_mut() {
            Some(last) if at - last.end < GAP_BYTES => last.end = at + 1,
            _ => parts.push(at..at + 1),
        }
    }
    parts
}

/// In the order of the sections.
fn additions(state: &State, segments: &[Segment]) -> Vec<Addition> {
    /// A function type without parameters and results (core specification, "Function Types").
    const FUNCTION_TYPE: [u8; 3] = [0x60, 0, 0];
    /// A passive segment (core specification, "Data Section").
    const PASSIVE: u8 = 1;
    let mut function = Vec::new();
    state.counts.types.encode(&mut function);
    let mut export = Vec::new();
    NAME.encode(&mut export);
    ExportKind::Func.encode(&mut export);
    state.counts.functions.encode(&mut export);
    let mut code = Vec::new();
    body(state, segments).encode(&mut code);
    let mut data = Vec::new();
    for segment in segments {
        data.push(PASSIVE);
        segment.bytes.as_slice().encode(&mut data);
    }
    // Far below the limit: each has a gap behind it.
    let count = u32::try_from(segments.len()).unwrap_or(u32::MAX);
    let addition = |section, count, items| Addition {
        section,
        count,
        items,
    };
    vec![
        addition(SectionId::Type, 1, FUNCTION_TYPE.to_vec()),
        addition(SectionId::Function, 1, function),
        addition(SectionId::Export, 1, export),
        // A section that is a number and no more: of all segments.
        addition(
            SectionId::DataCount,
            state.counts.segments + count,
            Vec::new(),
        ),
        addition(SectionId::Code, 1, code),
        addition(SectionId::Data, count, data),
    ]
}

fn body(state: &State, segments: &[Segment]) -> Function {
    let mut function = Function::new([]);
    let mut code = function.instructions();
    for memory in &state.memories {
        check_size(&mut code, memory);
        let parts: Vec<_> = segments
            .iter()
            .filter(|segment| segment.memory == memory.index)
            .map(|segment| segment.range.clone())
            .collect();
        for gap in gaps(&parts, memory.image.len()) {
            constant(&mut code, gap.start);
            code.i32_const(0);
            constant(&mut code, gap.len());
            code.memory_fill(memory.index);
        }
    }
    for (number, segment) in (state.counts.segments..).zip(segments) {
        constant(&mut code, segment.range.start);
        code.i32_const(0);
        constant(&mut code, segment.range.len());
        code.memory_init(segment.memory, number);
    }
    for &(index, value) in &state.globals {
        match value {
            Value::I32(value) => code.i32_const(value),
            Value::I64(value) => code.i64_const(value),
            Value::F32(bits) => code.f32_const(Ieee32::new(bits)),
            Value::F64(bits) => code.f64_const(Ieee64::new(bits)),
        };
        code.global_set(index);
    }
    code.end();
    function
}

/// A memory that grew cannot be put back.
fn check_size(code: &mut InstructionSink<'_>, memory: &Memory) {
    code.memory_size(memory.index);
    constant(code, memory.pages());
    code.i32_ne();
    code.if_(BlockType::Empty);
    code.unreachable();
    code.end();
}

/// What lies between the parts, before the first and behind the last.
fn gaps(parts: &[Range<usize>], len: usize) -> Vec<Range<usize>> {
    let starts = parts.iter().map(|part| part.end);
    let ends = parts.iter().map(|part| part.start).chain([len]);
    let gaps = [0].into_iter().chain(starts).zip(ends);
    gaps.map(|(start, end)| start..end)
        .filter(|gap| !gap.is_empty())
        .collect()
}

/// Sizes and places are below the limit on memory, so they fit.
fn constant(code: &mut InstructionSink<'_>, value: usize) {
    code.i32_const(i32::try_from(value).unwrap_or(i32::MAX));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_and_gaps_cover_every_byte_once() {
        let mut image = vec![0; 10_000];
        for at in [0, 1, 700, 5_000, 5_001 + GAP_BYTES, 9_999] {
            image[at] = 1;
        }
        let parts = parts(&image);
        assert_eq!(parts, [0..701, 5_000..5_001, 6_025..6_026, 9_999..10_000]);
        let mut all = [parts.clone(), gaps(&parts, image.len())].concat();
        all.sort_by_key(|range| range.start);
        assert_eq!((all[0].start, all[all.len() - 1].end), (0, image.len()));
        assert!(all.windows(2).all(|pair| pair[0].end == pair[1].start));
    }

    #[test]
    fn an_empty_image_is_one_gap() {
        assert!(parts(&[0; 64]).is_empty());
        assert_eq!(gaps(&[], 64), vec![Range { start: 0, end: 64 }]);
        assert!(gaps(&[], 0).is_empty());
    }
}
