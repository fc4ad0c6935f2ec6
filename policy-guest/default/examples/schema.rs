//! Writes the JSON Schema of the settings to standard output, for `settings.schema.json`:
//!
//! ```text
//! cargo run --release -p countersign-default-policy --example schema > policy-guest/default/settings.schema.json
//! ```

use std::io::{self, Write};

fn main() -> io::Result<()> {
    io::stdout().write_all(countersign_default_policy::settings_schema().as_bytes())
}
