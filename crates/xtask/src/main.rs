//! Development tasks: `cargo xtask check` is the one local command that equals CI.

mod arrows;
mod bench;
mod check;
mod corpus;
mod instructions;
mod judge;
mod judge_deploy;
mod judge_search;
mod judge_tools;
mod readme;
mod shell;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Development tasks.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Format, lints, tests, documentation, crate arrows, README: everything that needs the Rust toolchain alone
    Check {
        /// Leave the tests out
        #[arg(long)]
        no_tests: bool,
    },
    /// Only the arrows between crates
    Arrows,
    /// Compare the help texts in the README with what the program prints
    Readme {
        /// Write them into the README instead
        #[arg(long)]
        bless: bool,
    },
    /// Take the pictures that the documentation shows, of the sample archive
    Screenshots,
    /// Let judges that no one here wrote look at the sample archive: Nu Html Checker, xmllint, feedparser, axe-core,
    /// Lighthouse; open it without a mouse, without scripts, in a narrow window; and search ten thousand made-up posts
    Judge {
        /// A site folder to judge instead of the sample archive
        #[arg(long, default_value = ".")]
        site: std::path::PathBuf,
    },
    /// Let `deploy` meet real peers: moto's S3 server, rsync, nginx; and let actionlint read the workflows of `init --host`
    JudgeDeploy {
        /// The program, if it is built already
        #[arg(long)]
        binary: Option<std::path::PathBuf>,
    },
    /// Measure builds, rebuilds, `cp -r` of the output and other programs over the same posts, by turns
    Bench(bench::Options),
    /// Count the instructions that a fixed post costs to read, rewrite and render; fails on a rise by a tenth
    Instructions {
        /// Write down today's counts instead
        #[arg(long)]
        bless: bool,
    },
    /// Write an archive of made-up posts, of the sizes and with the markup of a real one
    Corpus {
        /// How many
        #[arg(long)]
        posts: u64,
        /// The folder to write into; empty or not there yet
        #[arg(long)]
        out: std::path::PathBuf,
        /// The same seed gives the same bytes
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// The mean size of a file in bytes
        #[arg(long, default_value_t = corpus::MEASURED_MEAN)]
        mean_size: u64,
    },
}

fn main() -> ExitCode {
    let result = match Cli::parse().task {
        Task::Check { no_tests } => check::run(no_tests),
        Task::Arrows => arrows::run(),
        Task::Readme { bless } => readme::run(bless),
        Task::Screenshots => judge::screenshots(),
        Task::Judge { site } => judge::run(&site),
        Task::JudgeDeploy { binary } => judge_deploy::run(binary),
        Task::Bench(options) => bench::run(&options),
        Task::Instructions { bless } => instructions::run(bless),
        Task::Corpus {
            posts,
            out,
            seed,
            mean_size,
        } => corpus::run(posts, &out, seed, mean_size),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            shell::say(&format!("xtask: {message}"));
            ExitCode::FAILURE
        }
    }
}
