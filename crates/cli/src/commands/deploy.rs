//! `newsprint deploy`

use std::collections::HashSet;
use std::fs;
use std::time::Instant;

use newsprint_build::folder::SiteFolder;
use newsprint_build::ledger::Ledger;
use newsprint_build::lock;
use newsprint_build::manifest::Manifest;
use newsprint_deploy::{Change, Facts, Findings, Job, Prepared, Reason, Settings, bytes};
use newsprint_model::config::{DeployConfig, FILE_NAME, nearest};
use newsprint_model::{Config, Diagnostic, UrlPath};
use newsprint_theme::Theme;

use crate::args::{Deploy, Global};
use crate::commands::stopped;
use crate::terminal::{Terminal, counted, grouped, seconds};
use crate::{FAILED, FINE};

pub(crate) fn run(global: &Global, deploy: &Deploy, terminal: &Terminal) -> u8 {
    match carry_out(global, deploy, terminal) {
        Ok(code) => code,
        Err(errors) => stopped(&errors, terminal),
    }
}

fn carry_out(global: &Global, deploy: &Deploy, terminal: &Terminal) -> Result<u8, Vec<Diagnostic>> {
    let since = Instant::now();
    let one = |error: Diagnostic| vec![error];
    let folder = SiteFolder::at(&global.site, deploy.output.as_deref());
    let config = folder.config().map_err(one)?;
    let (name, target) = choose(&config, deploy.target.as_deref()).map_err(one)?;
    let _lock = built_and_locked(&folder, terminal).map_err(one)?;
    let manifest = finished_build(&folder).map_err(one)?;
    let ledger = read_ledger(&folder);
    let settings = Settings {
        name,
        config: target,
        site: &folder.root,
        state: &folder.state,
        output: &folder.output,
        posts: posts(&ledger),
        facts: facts(&folder, &config, &ledger, &manifest)?,
        files: manifest.files().into_iter().map(str::to_owned).collect(),
        dry_run: deploy.dry_run,
    };
    if deploy.preflight {
        let findings = Job::count(settings, terminal).map_err(one)?;
        return Ok(show_findings(&findings, terminal));
    }
    let Prepared {
        job,
        mut warnings,
        objections,
    } = Job::prepare(settings, terminal)?;
    terminal.finish();
    if !config.has_base_url() {
        warnings.push(
            Diagnostic::warning(
                "`base_url` is not set: feeds, sitemap and metadata name addresses on this machine",
            )
            .at(FILE_NAME)
            .hint("set it to where the site will stand, and build again"),
        );
    }
    terminal.warnings(&warnings);
    if deploy.dry_run {
        terminal.warnings(&objections);
        show_plan(&job, terminal);
        terminal.result(&format!("would {}", summary(&job)));
        return Ok(FINE);
    }
    if !objections.is_empty() && !deploy.yes {
        terminal.errors(&objections);
        terminal.remark("nothing was changed; --yes goes on all the same");
        return Ok(FAILED);
    }
    let text = summary(&job);
    let is_done = job.is_done();
    let late = job.run(terminal).map_err(one)?;
    terminal.finish();
    terminal.warnings(&late);
    let time = seconds(since.elapsed());
    terminal.result(&if is_done {
        format!("nothing to do: {text}, in {time}")
    } else {
        format!("deployed: {text}, in {time}")
    });
    Ok(FINE)
}

/// The target that was named, or the only one there is.
fn choose<'a>(
    config: &'a Config,
    name: Option<&str>,
) -> Result<(&'a str, &'a DeployConfig), Diagnostic> {
    let known = || {
        let names: Vec<&str> = config.deploy.keys().map(String::as_str).collect();
        names.join(", ")
    };
    if config.deploy.is_empty() {
        return Err(Diagnostic::error("there is no target to deploy to")
            .at(FILE_NAME)
            .hint("add a section [deploy.NAME] (docs/deploy.md); `newsprint init --host HOST` writes one for the usual hosts"));
    }
    let chosen = match name {
        Some(name) => config.deploy.get_key_value(name).ok_or_else(|| {
            let hint = match nearest(name, config.deploy.keys().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`? The targets are: {}", known()),
                None => format!("the targets are: {}", known()),
            };
            Diagnostic::error(format!("there is no target `{name}`"))
                .at(FILE_NAME)
                .hint(hint)
        })?,
        None if config.deploy.len() > 1 => {
            return Err(
                Diagnostic::error("there are several targets: name the one to deploy to")
                    .at(FILE_NAME)
                    .hint(known()),
            );
        }
        None => config
            .deploy
            .first_key_value()
            .ok_or_else(|| Diagnostic::error("there is no target to deploy to"))?,
    };
    Ok((chosen.0, chosen.1))
}

/// Waits until no build is writing, if there has been one at all.
fn built_and_locked(
    folder: &SiteFolder,
    terminal: &Terminal,
) -> Result<lock::BuildLock, Diagnostic> {
    if !folder.manifest_file().exists() {
        return Err(Diagnostic::error("nothing has been built here yet")
            .at(folder.output.display().to_string())
            .hint("`deploy` does not build; run `newsprint build` before it"));
    }
    lock::acquire(folder, terminal)
        .map_err(|error| Diagnostic::error(format!("the site cannot be locked: {error}")))
}

/// What the last build made, if it came to its end.
fn finished_build(folder: &SiteFolder) -> Result<Manifest, Diagnostic> {
    let manifest = Manifest::load(&folder.manifest_file());
    if manifest.unfinished {
        return Err(Diagnostic::error("the last build did not finish")
            .at(folder.output.display().to_string())
            .hint("run `newsprint build` again"));
    }
    if manifest.files().is_empty() {
        return Err(Diagnostic::error("there is nothing to deploy")
            .at(folder.output.display().to_string())
            .hint("run `newsprint build`"));
    }
    Ok(manifest)
}

/// A ledger that cannot be read is for `build` to complain about; here it costs the order of posts and the redirects.
fn read_ledger(folder: &SiteFolder) -> Ledger {
    let text = fs::read(folder.ledger_file()).unwrap_or_default();
    Ledger::parse(String::from_utf8_lossy(&text).into_owned(), "").0
}

fn posts(ledger: &Ledger) -> HashSet<String> {
    let posts = ledger.entries().filter(|(key, _)| key.starts_with("post:"));
    posts
        .map(|(_, entry)| UrlPath::new(entry.url).file())
        .collect()
}

/// What becomes headers, redirects and pings.
fn facts(
    folder: &SiteFolder,
    config: &Config,
    ledger: &Ledger,
    manifest: &Manifest,
) -> Result<Facts, Vec<Diagnostic>> {
    let theme = Theme::load(&folder.root, config)?;
    let files: HashSet<&str> = manifest.files().into_iter().collect();
    let stands = |url: &str| files.contains(UrlPath::new(url).file().as_str());
    let current: HashSet<String> = ledger
        .entries()
        .map(|(_, entry)| entry.url.into_owned())
        .collect();
    let mut redirects = Vec::new();
    for entry in ledger.with_former() {
        for from in &entry.former {
            // Another page may have the old address now, and a page that is gone leads nowhere.
            if !current.contains(&**from) && stands(from) && stands(&entry.url) {
                redirects.push((from.to_string(), entry.url.to_string()));
            }
        }
    }
    Ok(Facts {
        base_url: config.base_url.clone(),
        redirects,
        policy: theme.content_security_policy().to_owned(),
    })
}

/// What `--preflight` has found.
fn show_findings(findings: &Findings, terminal: &Terminal) -> u8 {
    terminal.finish();
    terminal.warnings(&findings.warnings);
    terminal.errors(&findings.soft);
    terminal.errors(&findings.hard);
    if findings.soft.is_empty() && findings.hard.is_empty() {
        terminal.result("within the host's limits");
        FINE
    } else {
        FAILED
    }
}

/// Every step, in the order in which it would be taken.
fn show_plan(job: &Job, terminal: &Terminal) {
    for (path, change) in job.plan().steps() {
        let path = crate::terminal::printable(path);
        terminal.result(&match change {
            Change::Upload(reason) => format!("send    {path} ({reason})"),
            Change::Delete => format!("delete  {path}"),
        });
    }
}

/// `send 12 files (10 new, 2 changed; 1.2 MB) to the folder x, delete 3, leave 1,234 as they are`.
fn summary(job: &Job) -> String {
    let plan = job.plan();
    let of = |reason: Reason| plan.uploads().filter(|(_, found)| *found == reason).count();
    let reasons: Vec<String> = [Reason::New, Reason::Changed, Reason::Headers]
        .into_iter()
        .map(|reason| (of(reason), reason))
        .filter(|(count, _)| *count > 0)
        .map(|(count, reason)| format!("{} {reason}", grouped(count)))
        .collect();
    let uploads = plan.uploads().count();
    let mut text = format!("send {}", counted(uploads, "file"));
    if uploads > 0 {
        text.push_str(&format!(
            " ({}; {})",
            reasons.join(", "),
            bytes(job.bytes_to_send())
        ));
    }
    text.push_str(&format!(
        " to {}, delete {}, leave {} as they are",
        job.describe(),
        grouped(plan.deletes().count()),
        grouped(plan.unchanged)
    ));
    text
}
