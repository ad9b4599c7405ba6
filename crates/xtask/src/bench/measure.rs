//! One run of one program: how long it took, what it cost, what it left behind.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use walkdir::WalkDir;

use super::clearing::Clearing;
use crate::shell;

/// What one run cost.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Run {
    /// Seconds on the wall.
    pub(super) wall: f64,
    /// Processor seconds in the program, and memory; where GNU time is not installed nobody knows.
    pub(super) usage: Option<Usage>,
}

/// What the system says that a program used, its children included.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Usage {
    /// Processor seconds in the program.
    pub(super) user: f64,
    /// Processor seconds in the kernel on its behalf.
    pub(super) system: f64,
    /// The most memory held at any time, in bytes.
    pub(super) peak: u64,
}

/// Runs programs under GNU time where it is installed: it asks the kernel (`wait4`), so nothing is sampled or guessed.
pub(super) struct Meter {
    gnu_time: bool,
    coreutils_timeout: bool,
    /// A folder for what programs say.
    folder: PathBuf,
    clearing: Clearing,
}

/// How long a peer may take, in seconds, before it is ended.
const LIMIT: u64 = 1_800;

impl Meter {
    pub(super) fn new(folder: &Path) -> Self {
        Self {
            gnu_time: shell::exists("/usr/bin/time", "--version"),
            coreutils_timeout: shell::exists("timeout", "--version"),
            folder: folder.to_owned(),
            clearing: Clearing::of(folder),
        }
    }

    /// Makes a place free for the next run.
    pub(super) fn clear(&self, folder: &Path) -> Result<(), String> {
        self.clearing.clear(folder)
    }

    /// Runs a command to its end. An error holds the end of what it said.
    pub(super) fn run(&self, command: &Command, accepted: &[i32]) -> Result<Run, String> {
        let usage_file = self.folder.join("usage.txt");
        let said_file = self.folder.join("said.txt");
        let said = fs::File::create(&said_file).map_err(|error| error.to_string())?;
        let errors = said.try_clone().map_err(|error| error.to_string())?;
        let mut measured = self.wrapped(command, &usage_file);
        measured.stdout(said).stderr(errors);
        let start = Instant::now();
        let status = measured
            .status()
            .map_err(|error| format!("{:?}: {error}", command.get_program()))?;
        let wall = start.elapsed().as_secs_f64();
        if !status.code().is_some_and(|code| accepted.contains(&code)) {
            let said = fs::read(&said_file).unwrap_or_default();
            let here = format!("{}/", self.folder.display());
            let said = String::from_utf8_lossy(&said).replace(&here, "");
            return Err(format!("{status}: {}", complaint(&said)));
        }
        let usage = fs::read_to_string(&usage_file).unwrap_or_default();
        let _ = fs::remove_file(&usage_file);
        Ok(Run {
            wall,
            usage: parse_usage(&usage),
        })
    }

    /// The command with GNU time and a limit around it.
    fn wrapped(&self, command: &Command, usage_file: &Path) -> Command {
        let mut words = Vec::new();
        if self.gnu_time {
            words.extend(["/usr/bin/time", "--format", "%U %S %M", "--output"].map(Into::into));
            words.push(usage_file.as_os_str().to_owned());
        }
        if self.coreutils_timeout {
            words.extend(["timeout".into(), LIMIT.to_string().into()]);
        }
        words.push(command.get_program().to_owned());
        words.extend(command.get_args().map(ToOwned::to_owned));
        let mut wrapped = Command::new(&words[0]);
        wrapped.args(&words[1..]);
        if let Some(folder) = command.get_current_dir() {
            wrapped.current_dir(folder);
        }
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => wrapped.env(name, value),
                None => wrapped.env_remove(name),
            };
        }
        wrapped
    }
}

/// The last line that GNU time writes is the one that was asked for; one about an exit code may stand before it.
fn parse_usage(text: &str) -> Option<Usage> {
    let mut words = text.lines().last()?.split(' ');
    Some(Usage {
        user: words.next()?.parse().ok()?,
        system: words.next()?.parse().ok()?,
        peak: words.next()?.parse::<u64>().ok()? * 1024,
    })
}

/// What a program complained about, on one line and not too long: its last line about an error, else its last lines.
fn complaint(text: &str) -> String {
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let about_error = |line: &&&str| line.to_ascii_lowercase().contains("error");
    let said = match lines.iter().rfind(about_error) {
        Some(line) => (*line).to_owned(),
        None => lines[lines.len().saturating_sub(3)..].join(" / "),
    };
    let plain: String = said.chars().filter(|one| !one.is_control()).collect();
    match plain.char_indices().nth(300) {
        Some((end, _)) => format!("{}...", &plain[..end]),
        None => plain,
    }
}

/// Files below a folder and their bytes.
pub(super) fn weigh(folder: &Path) -> Result<(u64, u64), String> {
    let (mut files, mut bytes) = (0, 0);
    for entry in WalkDir::new(folder) {
        let entry = entry.map_err(|error| error.to_string())?;
        if entry.file_type().is_file() {
            files += 1;
            bytes += entry.metadata().map_err(|error| error.to_string())?.len();
        }
    }
    Ok((files, bytes))
}

/// Reads all files below a folder, so that the system has them in its cache: some systems give it up within seconds.
pub(super) fn warm(folder: &Path) -> Result<(), String> {
    for entry in WalkDir::new(folder) {
        let entry = entry.map_err(|error| error.to_string())?;
        if entry.file_type().is_file() {
            fs::File::open(entry.path())
                .and_then(|mut file| io::copy(&mut file, &mut io::sink()))
                .map_err(|error| format!("{}: {error}", entry.path().display()))?;
        }
    }
    Ok(())
}

/// Removes a folder that may not be there.
pub(super) fn remove(folder: &Path) -> Result<(), String> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(format!("{}: {error}", folder.display()))
        }
        _ => Ok(()),
    }
}

/// The middle of some numbers, and how far they spread.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Spread {
    pub(super) median: f64,
    pub(super) least: f64,
    pub(super) most: f64,
}

impl Spread {
    /// Nothing of no numbers.
    pub(super) fn of(numbers: impl Iterator<Item = f64>) -> Option<Self> {
        let mut numbers: Vec<f64> = numbers.collect();
        numbers.sort_by(f64::total_cmp);
        let (least, most) = (*numbers.first()?, *numbers.last()?);
        let middle = numbers.len() / 2;
        let median = if numbers.len() % 2 == 1 {
            numbers[middle]
        } else {
            f64::midpoint(numbers[middle - 1], numbers[middle])
        };
        Some(Self {
            median,
            least,
            most,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Command, Meter, Spread, Usage, complaint, parse_usage, remove, weigh};

    #[test]
    fn medians_are_those_of_the_sorted_numbers() {
        for (numbers, wanted) in [
            (&[][..], None),
            (&[2.0], Some((2.0, 2.0, 2.0))),
            (&[9.0, 1.0, 2.0], Some((2.0, 1.0, 9.0))),
            (&[4.0, 1.0, 2.0, 8.0], Some((3.0, 1.0, 8.0))),
        ] {
            let spread = Spread::of(numbers.iter().copied());
            let found = spread.map(|one| (one.median, one.least, one.most));
            assert_eq!(found, wanted, "{numbers:?}");
        }
    }

    #[test]
    fn what_gnu_time_writes_is_understood() {
        let usage = Usage {
            user: 1.25,
            system: 0.5,
            peak: 2048,
        };
        for (text, wanted) in [
            ("1.25 0.50 2\n", Some(usage)),
            (
                "Command exited with non-zero status 3\n1.25 0.50 2\n",
                Some(usage),
            ),
            ("", None),
            ("1.25 0.50\n", None),
            ("a b c\n", None),
        ] {
            assert_eq!(parse_usage(text), wanted, "{text:?}");
        }
    }

    #[test]
    fn complaints_are_found_and_cut() {
        for (said, wanted) in [
            ("one\n\n two \nthree\nfour\n", "two / three / four"),
            ("Error: a\nERROR b\n > 3 | line\n > 4 | line\n", "ERROR b"),
            ("", ""),
        ] {
            assert_eq!(complaint(said), wanted);
        }
        assert_eq!(complaint(&"长".repeat(1000)).chars().count(), 303);
    }

    #[test]
    fn a_program_is_timed_and_one_that_fails_is_quoted() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let meter = Meter::new(folder.path());
        let mut shell = Command::new("sh");
        shell.args(["-c", "sleep 0.05; exit 3"]);
        let run = meter.run(&shell, &[0, 3]).expect("3 is accepted");
        assert!(run.wall >= 0.05, "{run:?}");
        let mut shell = Command::new("sh");
        let quarrel = format!(
            "echo {}/a.md: no such post; exit 1",
            folder.path().display()
        );
        shell.args(["-c", &quarrel]);
        let error = meter.run(&shell, &[0]).expect_err("1 is not accepted");
        assert!(error.ends_with(": a.md: no such post"), "{error}");
    }

    #[test]
    fn folders_are_weighed_and_removed() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let inner = folder.path().join("a/b");
        std::fs::create_dir_all(&inner).expect("it can be made");
        std::fs::write(inner.join("c"), "12345").expect("it can be written");
        assert_eq!(weigh(folder.path()), Ok((1, 5)));
        assert_eq!(remove(&folder.path().join("a")), Ok(()));
        assert_eq!(remove(&folder.path().join("a")), Ok(()));
        assert_eq!(weigh(folder.path()), Ok((0, 0)));
    }
}
