//! The JSON of TOML, and the places in it.

mod places;
mod values;

use super::*;

/// The JSON of a text.
fn json(text: &str) -> String {
    match to_json(text) {
        Ok(json) => json,
        Err(_) => panic!("this has its JSON: {text}"),
    }
}

/// Everything that is wrong in a text, with its place.
fn wrong(text: &str) -> Vec<Mistake> {
    match to_json(text) {
        Ok(json) => panic!("this is JSON: {json}"),
        Err(NoJson::Syntax(mistake)) => vec![mistake],
        Err(NoJson::Values(mistakes)) => mistakes,
    }
}

/// Line and column of a mark in a text, and the text without it.
fn marked(text: &str) -> (Position, String) {
    let (before, after) = text.split_once('«').expect("it is marked");
    let lines: Vec<&str> = before.split('\n').collect();
    let line = lines.len();
    let column = lines[line - 1].chars().count() + 1;
    (Position { line, column }, format!("{before}{after}"))
}
