use super::reader::Reader;

/// Below this another digit fits in 64 bits. Further ones change nothing that a double can hold.
const ROOM: u64 = 1_000_000_000_000_000_000;

/// A whole number, and how many times it is to be multiplied by ten.
#[derive(Default)]
struct Decimal {
    digits: u64,
    scale: i32,
}

/// Reads a number. With up to 15 digits and an exponent of up to 22 it is the nearest double; else its last digits may differ.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<f64, &'static str> {
    let is_negative = reader.has(b"-");
    let mut decimal = Decimal::default();
    if !reader.has(b"0") {
        digits(reader, |digit| decimal.whole(digit))?;
    }
    if reader.has(b".") {
        digits(reader, |digit| decimal.part(digit))?;
    }
    if reader.has(b"eE") {
        let is_small = reader.has(b"-");
        if !is_small {
            reader.has(b"+");
        }
        let mut exponent = 0_i32;
        digits(reader, |digit| {
            exponent = exponent.saturating_mul(10).saturating_add(digit.into());
        })?;
        let exponent = if is_small { -exponent } else { exponent };
        decimal.scale = decimal.scale.saturating_add(exponent);
    }
    let number = decimal.number();
    if number.is_finite() {
        Ok(if is_negative { -number } else { number })
    } else {
        Err("number out of range")
    }
}

/// Reads one digit or more.
fn digits(reader: &mut Reader<'_>, mut each: impl FnMut(u8)) -> Result<(), &'static str> {
    let start = reader.place();
    while let Some(digit @ b'0'..=b'9') = reader.byte() {
        each(digit - b'0');
        reader.skip();
    }
    if reader.place() == start {
        return Err("expected a digit");
    }
    Ok(())
}

impl Decimal {
    /// A digit before the point.
    fn whole(&mut self, digit: u8) {
        if self.digits < ROOM {
            self.digits = self.digits * 10 + u64::from(digit);
        } else {
            self.scale = self.scale.saturating_add(1);
        }
    }

    /// A digit behind the point.
    fn part(&mut self, digit: u8) {
        if self.digits < ROOM {
            self.digits = self.digits * 10 + u64::from(digit);
            self.scale = self.scale.saturating_sub(1);
        }
    }

    fn number(self) -> f64 {
        /// Ten to this power is a double.
        const STEP: i32 = 300;
        let (mut number, mut scale) = (self.digits as f64, self.scale);
        while scale != 0 && number != 0.0 && number.is_finite() {
            let step = scale.clamp(-STEP, STEP);
            let power = 10_f64.powi(step.abs());
            number = if step > 0 {
                number * power
            } else {
                number / power
            };
            scale -= step;
        }
        number
    }
}
