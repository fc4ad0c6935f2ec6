//! Guests that play with their settings.

use countersign_test_guests::Guest;

use super::{Case, Source};
use crate::outcome::Outcome;

const ANSI: &str = "\u{1b}[2J\u{202e}";

/// Guests that take their settings in the time for loading, and not in that for a call on a connection. Where each instance begins
/// configured that harms nobody; where each has to be configured first, it is too late.
///
/// No machine counts so far in the fifth of a second that a call has here, and every machine does in a minute.
pub(crate) fn slow() -> Vec<Case> {
    let guest = Guest::named("configure-slowly").put("count", 1_000_000_000);
    let unfrozen = Source::Bytes(with_state_apart(guest.component()));
    let late = Outcome::Stopped("constrain", "engine.deadline".to_owned());
    vec![
        Case::approved("configure-slowly", guest),
        Case::new("configure-slowly each time", unfrozen, vec![late]),
    ]
}

/// Puts a module with a memory that nobody can look into at the end of a component: no snapshot can be made of that.
fn with_state_apart(mut component: Vec<u8>) -> Vec<u8> {
    const CORE_MODULE: u8 = 1;
    const CORE_INSTANCE: u8 = 2;
    let module = wat::parse_str("(module (memory 1))").expect("it is a module");
    component.extend([
        CORE_MODULE,
        u8::try_from(module.len()).expect("it is short"),
    ]);
    component.extend(module);
    // `(core instance (instantiate 1))`; module 0 is the guest itself.
    component.extend([CORE_INSTANCE, 4, 1, 0, 1, 0]);
    component
}

pub(crate) fn cases() -> Vec<Case> {
    let echo = |text: &str| {
        Guest::named("echo-settings")
            .put("code", "(i32.const 8192)")
            .put("code.len", format!("(i32.const {})", text.len()))
    };
    let message = echo("hostile.echo");
    let code = Guest::named("echo-settings")
        .put("code", "(global.get $settings)")
        .put("code.len", "(global.get $settings_len)");
    let long = "x".repeat(5_000);
    vec![
        Case::approved("settings as a message", message.clone()),
        Case::approved(
            "control characters of settings as a message",
            message.clone(),
        )
        .with_settings(ANSI),
        Case::stopped(
            "long settings as a message",
            message,
            "judge-peer",
            &["engine.output"],
        )
        .with_settings(long),
        Case::stopped("settings as a code", code, "judge-peer", &["engine.output"])
            .with_settings(ANSI),
        // More than 256 KiB.
        Case::not_loaded(
            "endless settings",
            Source::Guest(Guest::good()),
            &["too-large"],
        )
        .with_settings(" ".repeat(1 << 20)),
        // A new instance has not counted yet.
        Case::approved("configure-once", Guest::named("configure-once")),
    ]
}
