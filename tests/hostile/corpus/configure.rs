//! Guests that play with their settings.

use countersign_test_guests::Guest;

use super::{Case, Source};

const ANSI: &str = "\u{1b}[2J\u{202e}";

/// A guest that takes its settings in the time for loading, and not in that for a call on a connection.
///
/// No machine counts so far in the fifth of a second that a call has here, and every machine does in a minute.
pub(crate) fn slow() -> Vec<Case> {
    let guest = Guest::named("configure-slowly").put("count", 1_000_000_000);
    vec![Case::stopped(
        "configure-slowly",
        guest,
        "constrain",
        &["engine.deadline"],
    )]
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
