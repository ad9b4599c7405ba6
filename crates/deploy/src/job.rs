//! One deploy from beginning to end: hash, ask, diff, check; then, if all is well, apply and ping.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use newsprint_model::Diagnostic;
use newsprint_model::config::{self, DeployConfig, Host};

use crate::diff::{Plan, Reason};
use crate::facts::Facts;
use crate::hashing;
use crate::local::Local;
use crate::manifest::{FILE_NAME, Hash, Manifest, is_inside};
use crate::ping;
use crate::preflight::{Findings, preflight};
use crate::progress::Progress;
use crate::redact::Secrets;
use crate::role::{Role, Roles};
use crate::state;
use crate::targets::{self, Context, Deploy, Live, Target};

/// What a deploy is made of.
#[derive(Debug)]
pub struct Settings<'a> {
    /// The target's name in the configuration.
    pub name: &'a str,
    /// What the configuration says about it.
    pub config: &'a DeployConfig,
    /// The site folder.
    pub site: &'a Path,
    /// The folder for our own records, `.newsprint`.
    pub state: &'a Path,
    /// The output folder.
    pub output: &'a Path,
    /// The files that the build made there.
    pub files: Vec<String>,
    /// Those of them that are posts' pages.
    pub posts: HashSet<String>,
    /// What is known of the site besides.
    pub facts: Facts,
    /// Whether nothing is to be changed anywhere: then not even what was hashed is remembered.
    pub dry_run: bool,
}

/// A deploy that is ready to be carried out.
pub struct Job {
    target: Box<dyn Target>,
    config: DeployConfig,
    facts: Facts,
    secrets: Secrets,
    roles: Roles,
    local: Local,
    live: Live,
    plan: Plan,
    record: PathBuf,
}

/// What is to be said before a deploy begins.
pub struct Prepared {
    /// The deploy.
    pub job: Job,
    /// What is odd, but stops nothing.
    pub warnings: Vec<Diagnostic>,
    /// What stops it unless the owner says yes.
    pub objections: Vec<Diagnostic>,
}

impl Job {
    /// Finds out what is to be done. Changes nothing at the target.
    ///
    /// # Errors
    /// A target that cannot be used or reached, files that are missing, a host that will not take the site.
    pub fn prepare(
        mut settings: Settings<'_>,
        progress: &dyn Progress,
    ) -> Result<Prepared, Vec<Diagnostic>> {
        let one = |error: Diagnostic| vec![error];
        check_name(settings.name).map_err(one)?;
        let secrets = Secrets::of_environment();
        let context = Context {
            site: settings.site.to_owned(),
            state: settings.state.join("deploy").join(settings.name),
            secrets: secrets.clone(),
        };
        let record = context.state.join("last");
        let mut target =
            targets::open(&settings.config.target, context, settings.output).map_err(one)?;
        let mut warnings = Vec::new();
        let mut local = read_output(&mut settings, progress, &mut warnings).map_err(one)?;
        add_extras(&mut local, target.as_ref(), &settings);
        let findings = check_host(&local, target.as_ref(), &settings);
        warnings.extend(findings.warnings);
        if !findings.hard.is_empty() {
            return Err(findings.hard);
        }
        let mut objections = findings.soft;
        let live = target.live(&local, progress).map_err(one)?;
        warnings.extend(live.warnings.iter().cloned());
        let roles = Roles::new(settings.posts);
        let nothing = Manifest::default();
        let was = live.manifest.as_ref().unwrap_or(&nothing);
        let plan = Plan::between(was, &local.manifest, |path| roles.of(path));
        if live.manifest.is_none() && live.is_known && record.exists() {
            objections.push(
                Diagnostic::error("the last deploy put files there, but nothing is there now")
                    .at(target.describe())
                    .hint(
                        "is it mounted, is it the right one? With --yes everything is sent again",
                    ),
            );
        }
        if plan.deletes_much(settings.config.max_delete) {
            objections.push(
                Diagnostic::error(format!(
                    "{} of {} live files would be deleted, more than {} %",
                    plan.deletes().count(),
                    plan.live,
                    settings.config.max_delete
                ))
                .at(target.describe())
                .hint("look at them with --dry-run; if they shall go, say --yes"),
            );
        }
        Ok(Prepared {
            job: Self {
                target,
                config: settings.config.clone(),
                facts: settings.facts,
                secrets,
                roles,
                local,
                live,
                plan,
                record,
            },
            warnings,
            objections,
        })
    }

    /// Only counts the output against what the host takes; asks nobody.
    ///
    /// # Errors
    /// A target that cannot be used, files that are missing, no host to count against.
    pub fn count(
        mut settings: Settings<'_>,
        progress: &dyn Progress,
    ) -> Result<Findings, Diagnostic> {
        check_name(settings.name)?;
        let context = Context {
            site: settings.site.to_owned(),
            state: settings.state.join("deploy").join(settings.name),
            secrets: Secrets::of_environment(),
        };
        let target = targets::open(&settings.config.target, context, settings.output)?;
        if settings.config.host.is_none() && target.host().is_none() {
            return Err(
                Diagnostic::error("it is not known which host's limits to count against")
                    .at(config::FILE_NAME)
                    .hint("set `host` of this target, for instance to \"github-pages\""),
            );
        }
        let mut local = read_output(&mut settings, progress, &mut Vec::new())?;
        add_extras(&mut local, target.as_ref(), &settings);
        Ok(check_host(&local, target.as_ref(), &settings))
    }

    /// What is to be done.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Where it goes.
    pub fn describe(&self) -> String {
        self.target.describe()
    }

    /// Whether everything is live already.
    pub fn is_done(&self) -> bool {
        self.plan.is_empty() && !self.live.is_pending
    }

    /// How many bytes will be sent.
    pub fn bytes_to_send(&self) -> u64 {
        let size = |path: &str| {
            self.local
                .manifest
                .files
                .get(path)
                .map_or(0, |entry| entry.size)
        };
        self.plan.uploads().map(|(path, _)| size(path)).sum()
    }

    /// Carries it out; then tells those whom the owner wants told. Returns what went wrong with that, which does not take
    /// the deploy back.
    ///
    /// # Errors
    /// Whatever stopped it. What is live then holds together, and the next deploy goes on from there.
    pub fn run(mut self, progress: &dyn Progress) -> Result<Vec<Diagnostic>, Diagnostic> {
        let live = self.live.manifest.take().unwrap_or_default();
        if !self.is_done() {
            let deploy = Deploy {
                local: &self.local,
                live: &live,
                plan: &self.plan,
            };
            self.target.apply(&deploy, progress)?;
        }
        let mut warnings = Vec::new();
        let files = format!("{}\n", self.local.manifest.files.len());
        if let Err(error) = state::write(&self.record, files.as_bytes()) {
            warnings.push(
                Diagnostic::warning(format!("what was done could not be noted: {error}"))
                    .at(self.record.display().to_string()),
            );
        }
        progress.begin("ping", 0);
        warnings.extend(self.ping(progress));
        Ok(warnings)
    }

    /// Pages that readers could not reach before. Redirects and the page for errors are no news.
    fn new_pages(&self) -> Vec<String> {
        let redirects: HashSet<String> = self
            .facts
            .redirects
            .iter()
            .map(|(from, _)| newsprint_model::UrlPath::new(from).file())
            .collect();
        self.plan
            .uploads()
            .filter(|(path, reason)| {
                let role = self.roles.of(path);
                *reason == Reason::New
                    && matches!(role, Role::Post | Role::List | Role::Home)
                    && !redirects.contains(*path)
                    && *path != "404.html"
            })
            .map(|(path, _)| ping::address(&self.facts, path))
            .collect()
    }

    fn ping(&self, progress: &dyn Progress) -> Vec<Diagnostic> {
        let mut warnings = Vec::new();
        if self.config.indexnow.is_none() && self.config.websub.is_none() {
            return warnings;
        }
        if !self.live.is_known {
            progress.note("no pings: it is not known which of these pages are new");
            return warnings;
        }
        let pages = self.new_pages();
        if pages.is_empty() {
            return warnings;
        }
        if let Some(indexnow) = &self.config.indexnow {
            let result = ping::indexnow(indexnow, &self.facts, &pages, &self.secrets);
            warnings.extend(result.err());
        }
        if let Some(hub) = &self.config.websub {
            let is_feed = |path: &str| {
                let name = path.rsplit('/').next().unwrap_or(path);
                matches!(name, "atom.xml" | "rss.xml" | "feed.json")
            };
            let feeds: Vec<String> = self
                .plan
                .uploads()
                .filter(|(path, _)| is_feed(path))
                .map(|(path, _)| ping::address(&self.facts, path))
                .collect();
            warnings.extend(ping::websub(hub, &feeds, &self.secrets).err());
        }
        warnings
    }
}

/// The name becomes the name of a folder.
fn check_name(name: &str) -> Result<(), Diagnostic> {
    let is_sound = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    if !name.is_empty() && name.chars().all(is_sound) {
        return Ok(());
    }
    Err(
        Diagnostic::error(format!("`{name}` cannot be the name of a target"))
            .at(config::FILE_NAME)
            .hint("use letters, digits, `-` and `_`"),
    )
}

/// Hashes the output and remembers that for the next time.
fn read_output(
    settings: &mut Settings<'_>,
    progress: &dyn Progress,
    warnings: &mut Vec<Diagnostic>,
) -> Result<Local, Diagnostic> {
    // A record of ours that found its way into the output would describe itself.
    settings
        .files
        .retain(|path| is_inside(path) && path != FILE_NAME);
    let place = std::path::absolute(settings.output).unwrap_or_else(|_| settings.output.to_owned());
    let id = Hash::of(place.as_os_str().as_encoded_bytes()).to_string();
    let cache = settings
        .state
        .join("deploy")
        .join(format!("hashes-{}.cache", &id[..8]));
    let (manifest, news) = hashing::hash(settings.output, &settings.files, &cache, progress)?;
    if let Some(news) = news.filter(|_| !settings.dry_run)
        && let Err(error) = hashing::store(&cache, &news)
    {
        warnings.push(
            Diagnostic::warning(format!("what was hashed could not be remembered: {error}"))
                .at(cache.display().to_string())
                .hint("the next deploy hashes everything again"),
        );
    }
    Ok(Local::new(settings.output, manifest))
}

/// Adds what the target and the pings need, and the headers that files are stored with.
fn add_extras(local: &mut Local, target: &dyn Target, settings: &Settings<'_>) {
    if let Some(indexnow) = &settings.config.indexnow {
        let (path, bytes) = ping::key_file(indexnow);
        local.add(&path, bytes);
    }
    for (path, bytes) in target.extras(&settings.facts, local) {
        local.add(&path, bytes);
    }
    for (path, entry) in &mut local.manifest.files {
        entry.headers = target.headers(path);
    }
}

fn check_host(local: &Local, target: &dyn Target, settings: &Settings<'_>) -> Findings {
    let archived = match &settings.config.target {
        config::Target::Vercel(vercel) => vercel.archive,
        _ => false,
    };
    let host: Option<Host> = settings.config.host.or_else(|| target.host());
    host.map_or_else(Findings::default, |host| {
        preflight(host, local, &settings.facts, archived)
    })
}
