//! Counts the instructions that a fixed post costs, stage by stage, and fails where they have risen by a tenth.
//!
//! Seconds vary from machine to machine and from minute to minute; instructions counted by Valgrind's callgrind do not. Each stage is
//! run a few times and many times over, and only the difference counts, so that starting up is left out. The counts that hold are in
//! `crates/xtask/data/instructions.toml`; `--bless` writes those of today.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::shell;

/// The stages that `crates/build/examples/stages.rs` knows.
const STAGES: [&str; 3] = ["read", "rewrite", "render"];

/// How often a stage is run in the shorter and in the longer of two runs.
const TIMES: [u64; 2] = [20, 220];

/// By so many hundredths may a count rise.
const TOLERANCE: u64 = 10;

/// What the numbers are called in the file that holds them.
type Counts = BTreeMap<String, u64>;

pub(crate) fn run(bless: bool) -> Result<(), String> {
    if !shell::exists("valgrind", "--version") {
        return Err("Valgrind is missing: apt-get install valgrind".into());
    }
    let build = [
        "build",
        "--release",
        "--locked",
        "-p",
        "newsprint-build",
        "--example",
        "stages",
    ];
    shell::run("build the stages", &mut shell::cargo(&build))?;
    let site = site()?;
    let mut counts = Counts::new();
    for stage in STAGES {
        let [few, many] = TIMES.map(|times| count(stage, &site, times));
        let each = many?.saturating_sub(few?) / (TIMES[1] - TIMES[0]);
        counts.insert(stage.to_owned(), each);
    }
    let file = data().join("instructions.toml");
    if bless {
        return fs::write(&file, to_text(&counts))
            .map_err(|error| format!("{}: {error}", file.display()));
    }
    let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    compare(&parse(&text)?, &counts)
}

/// Says how the counts compare with those that hold.
fn compare(held: &Counts, counts: &Counts) -> Result<(), String> {
    let mut risen = Vec::new();
    for (stage, now) in counts {
        let before = *held
            .get(stage)
            .ok_or(format!("no count is held for {stage}"))?;
        let change = (*now as f64 / before as f64 - 1.0) * 100.0;
        shell::say(&format!(
            "{stage:8} {now:>10} instructions a post, {change:+.1} % of {before}"
        ));
        if now * 100 > before * (100 + TOLERANCE) {
            risen.push(stage.as_str());
        }
    }
    if risen.is_empty() {
        return Ok(());
    }
    Err(format!(
        "more than {TOLERANCE} % above what held: {}; find out why, or `cargo xtask instructions --bless`",
        risen.join(", ")
    ))
}

fn to_text(counts: &Counts) -> String {
    let mut text = "# Instructions that the post beside this file costs, by stage; `cargo xtask instructions --bless` writes them.\n".to_owned();
    for (stage, count) in counts {
        text.push_str(&format!("{stage} = {count}\n"));
    }
    text
}

fn parse(text: &str) -> Result<Counts, String> {
    let lines = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    lines
        .map(|line| {
            let (stage, count) = line.split_once('=')?;
            Some((stage.trim().to_owned(), count.trim().parse().ok()?))
        })
        .collect::<Option<Counts>>()
        .ok_or("instructions.toml: a line is not `stage = count`".to_owned())
}

fn data() -> PathBuf {
    shell::root().join("crates/xtask/data")
}

/// A site folder that holds the fixed post alone.
fn site() -> Result<PathBuf, String> {
    let site = shell::target().join("instructions");
    let folder = site.join("content/生活/慢旅行/推荐");
    let made = fs::create_dir_all(&folder)
        .and_then(|()| fs::copy(data().join("post.md"), folder.join("post.md")));
    made.map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(site)
}

/// The instructions of a whole run.
fn count(stage: &str, site: &Path, times: u64) -> Result<u64, String> {
    let program = shell::target().join("release/examples/stages");
    let mut command = shell::command(
        "valgrind",
        &["--tool=callgrind", "--callgrind-out-file=/dev/null"],
    );
    command
        .arg(program)
        .arg(stage)
        .arg(site)
        .arg(times.to_string());
    // One thread: what the others would do while they wait is not counted twice.
    let output = command.env("RAYON_NUM_THREADS", "1").output();
    let output = output.map_err(|error| format!("valgrind: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    said.lines()
        .filter(|_| output.status.success())
        .find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok())
        .ok_or(format!("valgrind did not count {stage}:\n{said}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(read: u64, render: u64) -> Counts {
        [("read".to_owned(), read), ("render".to_owned(), render)].into()
    }

    #[test]
    fn a_rise_by_more_than_a_tenth_fails_and_names_the_stage() {
        let held = counts(1000, 5000);
        for (now, expected) in [
            (counts(1000, 5000), None),
            (counts(1100, 5500), None),
            (counts(500, 100), None),
            (counts(1101, 5000), Some("read")),
            (counts(1000, 6000), Some("render")),
        ] {
            let result = compare(&held, &now);
            match expected {
                None => assert_eq!(result, Ok(())),
                Some(stage) => assert!(result.is_err_and(|error| error.contains(stage))),
            }
        }
    }

    #[test]
    fn counts_come_back_as_they_were_written() {
        let held = counts(12, 345_678);
        assert_eq!(parse(&to_text(&held)), Ok(held));
        assert!(parse("read 12\n").is_err());
    }
}
