//! A site in a temporary folder, and the program run on it.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use walkdir::WalkDir;

/// The time of every build in these tests: 2024-06-01T00:00:00Z.
pub const NOW: &str = "1717200000";

/// A site folder that goes away with the test.
pub struct Site {
    folder: TempDir,
}

impl Site {
    /// An empty site.
    pub fn new() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        fs::create_dir(folder.path().join("content")).expect("content/");
        Self { folder }
    }

    /// A copy of a folder of this repository.
    pub fn copy_of(example: &str) -> Self {
        let site = Self {
            folder: TempDir::new().expect("a temporary folder"),
        };
        let from = repository().join(example);
        for entry in WalkDir::new(&from)
            .into_iter()
            .flatten()
            .filter(|entry| entry.file_type().is_file())
        {
            let relative = entry.path().strip_prefix(&from).expect("below");
            if relative.starts_with("public") || relative.starts_with(".newsprint") {
                continue;
            }
            let target = site.path().join(relative);
            fs::create_dir_all(target.parent().expect("a parent")).expect("folders");
            fs::copy(entry.path(), target).expect("a copy");
        }
        site
    }

    /// The same site once more, with its output and its records.
    pub fn duplicate(&self) -> Self {
        let site = Self {
            folder: TempDir::new().expect("a temporary folder"),
        };
        for (path, bytes) in tree(self.path()) {
            site.file(&path, bytes);
        }
        site
    }

    /// The site folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Where the output goes unless told otherwise.
    pub fn public(&self) -> PathBuf {
        self.path().join("public")
    }

    /// Writes a file of the site.
    pub fn file(&self, path: &str, text: impl AsRef<[u8]>) -> &Self {
        let target = self.path().join(path);
        fs::create_dir_all(target.parent().expect("a parent")).expect("folders");
        fs::write(target, text).expect("a file");
        self
    }

    /// Writes an ordinary post.
    pub fn post(&self, path: &str, title: &str, date: &str) -> &Self {
        let text = format!(
            "\n---\ntitle: '{title}'\ncategories:\n - 新媒体\n - 某报\n - 头条\nauthor: 某报\ndate: {date}\n---\n\n<div>\n<p>正文：{title}。</p>\n</div>\n"
        );
        self.file(&format!("content/{path}"), text)
    }

    /// Writes ordinary posts with these numbers, on days of one year.
    pub fn posts(&self, numbers: std::ops::Range<usize>) -> &Self {
        for number in numbers {
            self.post(
                &format!("栏目/{number}.md"),
                &format!("第{number}篇"),
                &format!(
                    "2022-{:02}-{:02} 10:00:00",
                    1 + number % 12,
                    1 + number % 28
                ),
            );
        }
        self
    }

    /// Takes a file of the site away.
    pub fn remove(&self, path: &str) -> &Self {
        fs::remove_file(self.path().join(path)).expect("removed");
        self
    }

    /// A command on this site.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program();
        command.arg("--site").arg(self.path()).args(arguments);
        command
    }

    /// Runs the program on this site.
    pub fn run(&self, arguments: &[&str]) -> Run {
        Run::of(&mut self.command(arguments))
    }

    /// Builds, and expects that to succeed.
    pub fn build(&self) -> Run {
        self.run(&["build"]).expect_code(0)
    }

    /// Builds with a report, whatever the exit code.
    pub fn report(&self) -> Value {
        let path = self.path().join("report.json");
        self.run(&["build", "--report", path.to_str().expect("UTF-8")]);
        let text = fs::read_to_string(path).expect("a report");
        serde_json::from_str(&text).expect("JSON")
    }

    /// A file of the output as text.
    pub fn output(&self, path: &str) -> String {
        let bytes =
            fs::read(self.public().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        String::from_utf8(bytes).expect("UTF-8")
    }

    /// Whether the output has a file.
    pub fn has(&self, path: &str) -> bool {
        self.public().join(path).is_file()
    }

    /// The pages whose text holds a phrase, posts only.
    pub fn posts_with(&self, phrase: &str) -> Vec<String> {
        let all = tree(&self.public());
        all.into_iter()
            .filter(|(path, bytes)| {
                let text = String::from_utf8_lossy(bytes);
                path.ends_with(".html")
                    && text.contains("data-kind=\"post\"")
                    && text.contains(phrase)
            })
            .map(|(path, _)| path)
            .collect()
    }
}

/// What a run of the program came to.
pub struct Run {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// Runs a command to its end.
    pub fn of(command: &mut Command) -> Self {
        Self::from(command.output().expect("the program starts"))
    }

    /// Runs a command with this text on standard input.
    pub fn with_input(command: &mut Command, input: &[u8]) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        let input = input.to_vec();
        let writer = std::thread::spawn(move || stdin.write_all(&input));
        let run = Self::from(child.wait_with_output().expect("ends"));
        writer.join().expect("a thread").expect("all was read");
        run
    }

    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }

    /// The exit code must be this one.
    pub fn expect_code(self, code: i32) -> Self {
        assert_eq!(
            self.code,
            Some(code),
            "stdout: {}\nstderr: {}",
            self.stdout,
            self.stderr
        );
        self
    }

    /// Standard error must hold this.
    pub fn expect_error(self, text: &str) -> Self {
        assert!(
            self.stderr.contains(text),
            "no `{text}` in: {}",
            self.stderr
        );
        self
    }
}

/// The program, with a fixed clock and no colours.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_newsprint"));
    command.env("SOURCE_DATE_EPOCH", NOW).env("NO_COLOR", "1");
    command
}

/// The repository's top folder.
pub fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("two levels up")
        .to_owned()
}

/// Every file below a folder with its bytes.
pub fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    WalkDir::new(folder)
        .into_iter()
        .flatten()
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let relative = entry.path().strip_prefix(folder).expect("below");
            (
                relative.to_string_lossy().replace('\\', "/"),
                fs::read(entry.path()).expect("readable"),
            )
        })
        .collect()
}
