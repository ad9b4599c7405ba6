//! Keeps the help texts in the README equal to what the program prints.
//!
//! A block begins with a line `<!-- help: ARGUMENTS -->` and ends with `<!-- /help -->`.

use std::fs;

use crate::shell;

const BEGIN: &str = "<!-- help:";
const END: &str = "<!-- /help -->";

pub(crate) fn run(bless: bool) -> Result<(), String> {
    shell::say("── help texts in the README");
    let path = shell::root().join("README.md");
    let text = fs::read_to_string(&path).map_err(|error| format!("README.md: {error}"))?;
    let fresh = with_fresh_help(&text)?;
    if text == fresh {
        return Ok(());
    }
    if bless {
        return fs::write(&path, fresh).map_err(|error| format!("README.md: {error}"));
    }
    Err("a help text in README.md is not what the program prints; `cargo xtask readme --bless` writes it".into())
}

fn with_fresh_help(text: &str) -> Result<String, String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut blocks = 0;
    while let Some(begin) = rest.find(BEGIN) {
        let (before, block) = rest.split_at(begin);
        let (marker, after) = block
            .split_once("-->")
            .ok_or("README.md: a help marker is not closed")?;
        let (_, after) = after
            .split_once(END)
            .ok_or("README.md: a help block does not end")?;
        let arguments: Vec<&str> = marker[BEGIN.len()..].split_whitespace().collect();
        out.push_str(before);
        out.push_str(&format!(
            "{marker}-->\n```text\n{}```\n{END}",
            help(&arguments)?
        ));
        rest = after;
        blocks += 1;
    }
    if blocks == 0 {
        return Err("README.md holds no help text".into());
    }
    out.push_str(rest);
    Ok(out)
}

fn help(arguments: &[&str]) -> Result<String, String> {
    let mut all = vec![
        "run",
        "--quiet",
        "--package",
        "newsprint-cli",
        "--bin",
        "newsprint",
        "--",
    ];
    all.extend(arguments);
    let (ok, text) = shell::output(&mut shell::cargo(&all))?;
    if !ok {
        return Err(format!("`newsprint {}` fails", arguments.join(" ")));
    }
    let trimmed: Vec<&str> = text.lines().map(str::trim_end).collect();
    Ok(trimmed.join("\n") + "\n")
}
