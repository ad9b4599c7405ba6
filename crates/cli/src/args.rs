//! What can be typed.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use newsprint_preview::Port;

/// Turns a folder of scraped posts into a static archive site: fast, clean, safe, complete.
#[derive(Debug, Parser)]
#[command(
    name = "newsprint",
    bin_name = "newsprint",
    version,
    arg_required_else_help = true,
    max_term_width = 100
)]
pub struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every verb.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// The site folder, which holds `content/` and perhaps `newsprint.toml`
    #[arg(long, value_name = "DIR", default_value = ".", global = true)]
    pub site: PathBuf,
    /// Say nothing but errors
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say everything: all warnings, and how long each phase took
    #[arg(long, short, global = true)]
    pub verbose: bool,
    /// Whether to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    pub color: Color,
}

/// Whether to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Hosts that `init` knows how to deploy to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Host {
    /// GitHub Pages, by a workflow of GitHub Actions
    GithubPages,
    /// GitLab Pages, by a job of GitLab CI
    GitlabPages,
    /// Cloudflare Pages, by a workflow of GitHub Actions
    Cloudflare,
    /// Netlify, by a workflow of GitHub Actions
    Netlify,
    /// Vercel, by a workflow of GitHub Actions
    Vercel,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Build the site into `public/`
    Build(Build),
    /// Show the site in the browser while you write: pages are made on request and follow every save
    Serve(Serve),
    /// Complain about everything that `build` would, follow every internal link, write nothing
    Check(Check),
    /// Put the output where its readers are: send what changed, delete what is gone
    Deploy(Deploy),
    /// Clean an article's HTML: body on standard input, rewritten body on standard output
    CleanHtml(CleanHtml),
    /// Begin a post
    New(New),
    /// Begin a site
    Init(Init),
}

/// What decides which posts are shown.
#[derive(Debug, Args)]
pub(crate) struct Selection {
    /// Show drafts
    #[arg(long)]
    pub drafts: bool,
    /// Show posts dated more than a day ahead
    #[arg(long)]
    pub future: bool,
    /// Threads; one a core where not given
    #[arg(long, short, value_name = "N")]
    pub jobs: Option<std::num::NonZeroUsize>,
    /// Write a report of everything that was found, assumed and done
    #[arg(long, value_name = "FILE.json")]
    pub report: Option<PathBuf>,
}

/// `build`.
#[derive(Debug, Args)]
pub(crate) struct Build {
    /// Where the site goes; `public/` in the site folder where not given
    #[arg(long, short, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Write nothing if anything had to be assumed or set aside
    #[arg(long)]
    pub strict: bool,
    /// Write every file anew, trusting nothing that earlier builds left but the URL ledger
    #[arg(long)]
    pub clean: bool,
    /// Measure how long each phase and each template takes, and print it as a table
    #[arg(long)]
    pub profile: bool,
    /// Where the site will stand, instead of what the configuration says
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    #[command(flatten)]
    pub selection: Selection,
}

/// `serve`.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// The port to listen on; 0 or `auto` for the first free one from 8080 on
    #[arg(long, short, value_name = "PORT", default_value = "8080", value_parser = port)]
    pub port: Port,
    /// The address to listen on: 0.0.0.0 shows the site to everybody in your network
    #[arg(long, value_name = "IP", default_value = "127.0.0.1")]
    pub bind: IpAddr,
    /// Another name that the server may be called by; may be given more than once
    #[arg(long, value_name = "NAME")]
    pub allow_host: Vec<String>,
    /// Open the site in your browser
    #[arg(long)]
    pub open: bool,
    /// Show the address as a QR code, for a phone
    #[arg(long)]
    pub qr: bool,
    /// Show drafts
    #[arg(long)]
    pub drafts: bool,
    /// Show posts dated more than a day ahead
    #[arg(long)]
    pub future: bool,
    /// Where the site will stand, instead of what the configuration says
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// Threads that read posts; one a core where not given
    #[arg(long, short, value_name = "N")]
    pub jobs: Option<std::num::NonZeroUsize>,
}

/// A port, or the wish for any that is free.
fn port(text: &str) -> Result<Port, String> {
    match text {
        "0" | "auto" => Ok(Port::Free),
        text => text
            .parse()
            .map(Port::Fixed)
            .map_err(|_| "a port is a number up to 65535, or `auto`".to_owned()),
    }
}

/// `check`.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Fail on warnings too
    #[arg(long)]
    pub strict: bool,
    #[command(flatten)]
    pub selection: Selection,
}

/// `deploy`.
#[derive(Debug, Args)]
pub(crate) struct Deploy {
    /// Which `[deploy.NAME]` of the configuration; may be left out where there is one
    #[arg(value_name = "TARGET")]
    pub target: Option<String>,
    /// Say what would be done, and do nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Go on even if much would be deleted, or more than the host likes would be sent
    #[arg(long)]
    pub yes: bool,
    /// Only count the output against what the host takes; ask nobody
    #[arg(long, conflicts_with_all = ["dry_run", "yes"])]
    pub preflight: bool,
    /// Where the site was built; `public/` in the site folder where not given
    #[arg(long, short, value_name = "DIR")]
    pub output: Option<PathBuf>,
}

/// `clean-html`.
#[derive(Debug, Args)]
pub(crate) struct CleanHtml {
    /// The article's own address, for relative links to resolve against
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// The input is Markdown
    #[arg(long)]
    pub markdown: bool,
    /// Write a report of what was changed
    #[arg(long, value_name = "FILE.json")]
    pub report: Option<PathBuf>,
}

/// `new`.
#[derive(Debug, Args)]
pub(crate) struct New {
    /// The post's title
    pub title: String,
    /// Its categories, from section to channel
    #[arg(long, short, value_name = "SECTION/SOURCE/CHANNEL", default_value = "")]
    pub category: String,
    /// Its author
    #[arg(long, value_name = "NAME")]
    pub author: Option<String>,
    /// A tag; may be given more than once
    #[arg(long, short, value_name = "NAME")]
    pub tag: Vec<String>,
    /// Begin it as a draft
    #[arg(long)]
    pub draft: bool,
}

/// `init`.
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The folder; it need not exist
    #[arg(value_name = "DIR", default_value = ".")]
    pub dir: PathBuf,
    /// The archive's name
    #[arg(long, default_value = "Newsprint")]
    pub title: String,
    /// Also write what builds and deploys the site there: a workflow, and a section of the configuration
    #[arg(long, value_name = "HOST")]
    pub host: Option<Host>,
}
