//! The command line: parses what was typed, calls the library, shows what came of it.
//!
//! Exit codes: 0 fine; 1 could not build; 2 wrong usage (clap's own); 3 built, but some posts were set aside.

mod args;
mod commands;
mod profile;
mod terminal;

use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;

pub use args::Cli;
use args::Command;
use terminal::Terminal;

/// Everything went well.
const FINE: u8 = 0;
/// Nothing, or not everything, could be made.
const FAILED: u8 = 1;
/// Everything was made but for posts that could not be used.
const SET_ASIDE: u8 = 3;

/// Runs the program on a full list of arguments, the program's name first.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    let terminal = Arc::new(Terminal::new(&cli.global));
    let code = match &cli.command {
        Command::Build(options) => commands::build::run(&cli.global, options, &terminal),
        Command::Check(options) => commands::check::run(&cli.global, options, &terminal),
        Command::Deploy(options) => commands::deploy::run(&cli.global, options, &terminal),
        Command::CleanHtml(options) => commands::clean_html::run(&cli.global, options, &terminal),
        Command::New(options) => commands::new::run(&cli.global, options, &terminal),
        Command::Serve(options) => commands::serve::run(&cli.global, options, terminal),
        Command::Init(options) => commands::init::run(options, &terminal),
    };
    ExitCode::from(code)
}
