//! A guest's memory, read by the canonical ABI (component model, "Loading"). What traps there is `None` here.

use super::{IMAGE_AT, MEMORY_BYTES, OUTPUT_BYTES_MAX};

/// The most bytes that an item of a list takes in the host, whatever it is in the guest.
const HOST_ITEM_BYTES: usize = 64;

/// The memory, and what was read of it so far.
pub struct Memory {
    bytes: Vec<u8>,
    /// Bytes that count as output: at least, and at most.
    least: usize,
    most: usize,
}

impl Memory {
    /// Nothing but zeros, and the image.
    pub fn new(image: &[u8]) -> Self {
        let mut bytes = vec![0; MEMORY_BYTES];
        bytes[IMAGE_AT..IMAGE_AT + image.len()].copy_from_slice(image);
        Self {
            bytes,
            least: 0,
            most: 0,
        }
    }

    /// Whether all that was read may, by a way of counting, be more output than allowed.
    pub fn is_near_limit(&self) -> bool {
        self.most > OUTPUT_BYTES_MAX
    }

    /// Where a function's answer stands, if one of this size and alignment can stand there.
    pub fn root(&self, bytes: u32, align: u32) -> Option<u32> {
        let at = self.u32(u32::try_from(IMAGE_AT).ok()?);
        self.slice(at, bytes, align)?;
        Some(at)
    }

    /// The bytes of a discriminant or flag.
    pub fn u8(&self, at: u32) -> u8 {
        self.bytes[at as usize]
    }

    /// The number of a case, of so many.
    pub fn case(&self, at: u32, cases: u8) -> Option<u8> {
        Some(self.u8(at)).filter(|&case| case < cases)
    }

    /// Two bytes.
    pub fn u16(&self, at: u32) -> u16 {
        u16::from(self.u8(at)) | u16::from(self.u8(at + 1)) << 8
    }

    fn u32(&self, at: u32) -> u32 {
        u32::from(self.u16(at)) | u32::from(self.u16(at + 2)) << 16
    }

    /// `list<u8>` whose place and length stand here.
    pub fn list_u8(&mut self, at: u32) -> Option<Vec<u8>> {
        let (from, bytes) = (self.u32(at), self.u32(at + 4));
        let found = self.slice(from, bytes, 1)?.to_vec();
        self.spend(found.len(), found.len())?;
        Some(found)
    }

    /// `string`.
    pub fn string(&mut self, at: u32) -> Option<String> {
        String::from_utf8(self.list_u8(at)?).ok()
    }

    /// `list` of items of this size and alignment.
    pub fn list<T>(
        &mut self,
        at: u32,
        (bytes, align): (u32, u32),
        item: impl Fn(&mut Self, u32) -> Option<T>,
    ) -> Option<Vec<T>> {
        let (from, count) = (self.u32(at), self.u32(at + 4));
        let all = self.slice(from, count.checked_mul(bytes)?, align)?.len();
        self.spend(all, count as usize * HOST_ITEM_BYTES)?;
        (0..count)
            .map(|number| item(self, from + number * bytes))
            .collect()
    }

    fn slice(&self, at: u32, bytes: u32, align: u32) -> Option<&[u8]> {
        let end = at.checked_add(bytes)?;
        let found = self.bytes.get(at as usize..end as usize)?;
        at.is_multiple_of(align).then_some(found)
    }

    fn spend(&mut self, least: usize, most: usize) -> Option<()> {
        self.least += least;
        self.most += most;
        (self.least <= OUTPUT_BYTES_MAX).then_some(())
    }
}
