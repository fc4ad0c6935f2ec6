//! The sections of modules and components, and the bodies of functions (core specification, "Binary Format").

/// The preamble.
const HEADER: usize = 8;

/// What a section holds that is a module or has instances of modules, in a component, and that is code in a module.
pub const MODULE: u8 = 1;
pub const CORE_INSTANCE: u8 = 2;
pub const CODE: u8 = 10;

/// A section: its number, and what it holds.
pub type Section = (u8, Vec<u8>);

/// Takes a module or component apart. None if its sections do not fill it.
pub fn split(wasm: &[u8]) -> Option<(Vec<u8>, Vec<Section>)> {
    let (header, mut rest) = wasm.split_at_checked(HEADER)?;
    let mut sections = Vec::new();
    while let Some((&id, behind)) = rest.split_first() {
        let body;
        (body, rest) = prefixed(behind)?;
        sections.push((id, body.to_vec()));
    }
    Some((header.to_vec(), sections))
}

/// Puts it together.
pub fn join(header: &[u8], sections: &[Section]) -> Vec<u8> {
    let mut wasm = header.to_vec();
    for (id, body) in sections {
        wasm.push(*id);
        put(&mut wasm, body);
    }
    wasm
}

/// Takes a code section apart.
pub fn bodies(code: &[u8]) -> Option<Vec<Vec<u8>>> {
    let (count, mut rest) = number(code)?;
    let mut bodies = Vec::new();
    for _ in 0..count {
        let body;
        (body, rest) = prefixed(rest)?;
        bodies.push(body.to_vec());
    }
    Some(bodies)
}

/// Puts it together.
pub fn code(bodies: &[Vec<u8>]) -> Vec<u8> {
    let mut code = Vec::new();
    put_number(&mut code, bodies.len());
    for body in bodies {
        put(&mut code, body);
    }
    code
}

fn put(wasm: &mut Vec<u8>, body: &[u8]) {
    put_number(wasm, body.len());
    wasm.extend_from_slice(body);
}

fn prefixed(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = number(bytes)?;
    rest.split_at_checked(len)
}

/// LEB128.
fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let len = bytes.iter().take(5).position(|byte| byte & 0x80 == 0)? + 1;
    let (number, rest) = bytes.split_at(len);
    let digits = number.iter().rev();
    let number = digits.fold(0, |number, byte| number << 7 | usize::from(byte & 0x7f));
    Some((number, rest))
}

fn put_number(wasm: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        wasm.push(number as u8 | 0x80);
        number >>= 7;
    }
    wasm.push(number as u8);
}
