//! Development tasks: `cargo xtask check` is the one local command that equals CI.

mod arrows;
mod check;
mod judge;
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
    /// Lighthouse; and open it without a mouse, without scripts, in a narrow window
    Judge {
        /// A site folder to judge instead of the sample archive
        #[arg(long, default_value = ".")]
        site: std::path::PathBuf,
    },
}

fn main() -> ExitCode {
    let result = match Cli::parse().task {
        Task::Check { no_tests } => check::run(no_tests),
        Task::Arrows => arrows::run(),
        Task::Readme { bless } => readme::run(bless),
        Task::Screenshots => judge::screenshots(),
        Task::Judge { site } => judge::run(&site),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            shell::say(&format!("xtask: {message}"));
            ExitCode::FAILURE
        }
    }
}
