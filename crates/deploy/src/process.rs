//! Runs the programs that some targets need. What they write is kept, and shown only when they fail.

use std::io::{self, IsTerminal, Read, Write};
use std::process::{Child, Command, Stdio};
use std::thread;

use newsprint_model::Diagnostic;

use crate::redact::Secrets;

/// A program that has to be installed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Program {
    /// What it is, for messages.
    pub(crate) what: &'static str,
    /// How to get it.
    pub(crate) install: &'static str,
}

/// What a program came to.
#[derive(Debug)]
pub(crate) struct Finished {
    /// Its exit code; none where a signal ended it.
    pub(crate) code: Option<i32>,
    /// What it wrote to standard output.
    pub(crate) stdout: Vec<u8>,
    /// What it wrote to standard error, without secrets.
    pub(crate) stderr: String,
}

/// Lines of a failed program's own words that are shown.
const SHOWN_LINES: usize = 12;

/// Runs a program that needs no input.
///
/// # Errors
/// A program that is not installed or cannot be started. That it fails is for the caller to judge.
pub(crate) fn run(
    program: Program,
    command: &mut Command,
    secrets: &Secrets,
) -> Result<Finished, Diagnostic> {
    command.stdin(Stdio::null());
    run_fed(program, command, secrets, |_| Ok(()))
}

/// Runs a program to its end; `feed` writes to its standard input, if that is a pipe.
///
/// # Errors
/// As for [`run`], and what `feed` says.
pub(crate) fn run_fed(
    program: Program,
    command: &mut Command,
    secrets: &Secrets,
    feed: impl FnOnce(&mut dyn Write) -> Result<(), Diagnostic>,
) -> Result<Finished, Diagnostic> {
    let mut child = start(program, command)?;
    let readers = (
        child.stdout.take().map(drain),
        child.stderr.take().map(drain),
    );
    let fed = child.stdin.take().map_or(Ok(()), |stdin| {
        let mut stdin = io::BufWriter::with_capacity(1 << 16, stdin);
        feed(&mut stdin).and_then(|()| stdin.flush().map_err(|error| cut_off(program, &error)))
    });
    if fed.is_err() {
        // It must not take what it got for all there is.
        let _ = child.kill();
    }
    let status = child
        .wait()
        .map_err(|error| Diagnostic::error(format!("{}: {error}", program.what)))?;
    let text = |reader: Option<thread::JoinHandle<Vec<u8>>>| {
        let joined = reader.and_then(|reader| reader.join().ok());
        joined.unwrap_or_default()
    };
    let finished = Finished {
        code: status.code(),
        stdout: text(readers.0),
        stderr: secrets.clean(&String::from_utf8_lossy(&text(readers.1))),
    };
    match fed {
        // That nobody reads any more is only the consequence of what the program says itself.
        Err(error) if !is_cut_off(&error) => Err(error),
        Err(_) | Ok(()) => Ok(finished),
    }
}

fn start(program: Program, command: &mut Command) -> Result<Child, Diagnostic> {
    command
        .env("LC_ALL", "C")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if !io::stdin().is_terminal() {
        // Nobody is there to be asked for a password.
        command.env("GIT_TERMINAL_PROMPT", "0");
    }
    command.spawn().map_err(|error| {
        let name = command.get_program().to_string_lossy().into_owned();
        if error.kind() == io::ErrorKind::NotFound {
            Diagnostic::error(format!(
                "this target needs {}, but there is no `{name}`",
                program.what
            ))
            .hint(program.install)
        } else {
            Diagnostic::error(format!("`{name}` could not be started: {error}"))
        }
    })
}

fn drain(mut pipe: impl Read + Send + 'static) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // A pipe that breaks has ended.
        let _ = pipe.read_to_end(&mut bytes);
        bytes
    })
}

const CUT_OFF: &str = "did not take what was sent to it";

/// The program stopped reading.
pub(crate) fn cut_off(program: Program, error: &io::Error) -> Diagnostic {
    Diagnostic::error(format!("{} {CUT_OFF}: {error}", program.what))
}

fn is_cut_off(error: &Diagnostic) -> bool {
    error.reason.contains(CUT_OFF)
}

impl Finished {
    /// Whether it went well.
    pub(crate) fn succeeded(&self) -> bool {
        self.code == Some(0)
    }

    /// Standard output as text, without blanks at its ends.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).trim().to_owned()
    }

    /// The end of what it complained of, as a few lines.
    pub(crate) fn complaint(&self) -> String {
        let lines: Vec<&str> = self
            .stderr
            .lines()
            .filter(|line| !line.trim().is_empty())
            .collect();
        let from = lines.len().saturating_sub(SHOWN_LINES);
        let mut text = lines[from..].join("\n");
        if text.is_empty() {
            text = match self.code {
                Some(code) => format!("exit code {code}"),
                None => "a signal ended it".into(),
            };
        }
        text
    }
}
