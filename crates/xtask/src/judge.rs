//! Judges that no one here wrote: the Nu Html Checker, xmllint, feedparser, and in a real browser axe-core and Lighthouse; and a
//! browser in front of the preview.
//!
//! They need Java, Python, Node and Chromium; `judge_tools` finds them. The sample archive is judged in its own theme and
//! in the other embedded one.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use walkdir::WalkDir;

use crate::bench::release_build;
use crate::judge_search;
use crate::judge_tools::{Tools, judges};
use crate::shell;

/// The scripts that drive a browser, with what each looks after.
const BROWSER_JUDGES: [(&str, &str); 3] = [
    ("axe-core", "axe.mjs"),
    ("keyboard, no scripts, narrow pages", "readers.mjs"),
    ("Lighthouse", "lighthouse.mjs"),
];
/// Pages of each kind that the slower judges look at.
const PAGES_A_KIND: usize = 6;
/// Files handed to one run of a judge.
const FILES_A_RUN: usize = 200;

pub(crate) fn run(site: &Path) -> Result<(), String> {
    let tools = Tools::find()?;
    let output = build(&shell::root().join(site), "site")?;
    judge(&tools, &output)?;
    for (name, script) in BROWSER_JUDGES {
        browser(&tools, name, script, &output)?;
    }
    if site != Path::new(".") {
        return Ok(());
    }
    live(&tools)?;
    shell::say("── the same posts in the theme `wire`");
    let output = build(&in_wire()?, "wire")?;
    judge(&tools, &output)?;
    let (name, script) = BROWSER_JUDGES[0];
    browser(&tools, name, script, &output)?;
    judge_search::run(&tools)
}

/// The judges that read files.
fn judge(tools: &Tools, output: &Path) -> Result<(), String> {
    let files = files(output);
    let with = |extension: &str| {
        files
            .iter()
            .filter(|path| path.extension().is_some_and(|e| e == extension))
            .cloned()
            .collect::<Vec<_>>()
    };
    let (pages, feeds) = (with("html"), with("xml"));
    if pages.is_empty() || feeds.is_empty() {
        return Err(format!("{}: nothing to judge", output.display()));
    }
    xmllint(&feeds)?;
    feedparser(tools, output)?;
    nu_html_checker(tools, &one_of_each_kind(&pages))
}

/// Lets a browser follow changes to a copy of the sample posts.
fn live(tools: &Tools) -> Result<(), String> {
    let site = copy_of_content("live")?;
    shell::run(
        "live reload",
        shell::command("node", &[])
            .arg(judges().join("live.mjs"))
            .arg(release_build()?)
            .arg(site)
            .arg(&tools.node_modules),
    )
}

/// A site of the sample posts in the embedded theme that the sample archive does not use.
fn in_wire() -> Result<PathBuf, String> {
    let site = copy_of_content("in-wire")?;
    let config = "title = \"Wire\"\ndescription = \"The sample archive\"\n\
                  base_url = \"https://newsprint.example/\"\npage_size = 20\ntheme = \"wire\"\n";
    fs::write(site.join("newsprint.toml"), config)
        .map_err(|error| format!("{}: {error}", site.display()))?;
    Ok(site)
}

/// A new site folder of this name with the sample posts and nothing else.
fn copy_of_content(name: &str) -> Result<PathBuf, String> {
    let site = shell::root().join("target").join("judge").join(name);
    let failed = |error: std::io::Error| format!("{}: {error}", site.display());
    if site.exists() {
        fs::remove_dir_all(&site).map_err(failed)?;
    }
    let content = site.join("content");
    for entry in WalkDir::new(shell::root().join("content"))
        .into_iter()
        .flatten()
        .filter(|entry| entry.file_type().is_file())
    {
        let below = entry.path().strip_prefix(shell::root().join("content"));
        let target = content.join(below.map_err(|error| error.to_string())?);
        fs::create_dir_all(target.parent().unwrap_or(&content)).map_err(failed)?;
        fs::copy(entry.path(), target).map_err(failed)?;
    }
    Ok(site)
}

/// Takes the pictures for the documentation; makes them small where pngquant is there.
pub(crate) fn screenshots() -> Result<(), String> {
    let tools = Tools::find()?;
    let output = build(&shell::root(), "site")?;
    let images = shell::root().join("docs").join("images");
    let script = judges().join("screenshots.mjs");
    let mut node = shell::command("node", &[]);
    node.arg(script)
        .arg(output)
        .arg(&tools.node_modules)
        .arg(&images);
    shell::run("screenshots", &mut node)?;
    if !shell::exists("pngquant", "--version") {
        shell::say("pngquant is not installed; the pictures are larger than they need be");
        return Ok(());
    }
    let pictures = files(&images)
        .into_iter()
        .filter(|path| path.extension().is_some_and(|e| e == "png"));
    let mut pngquant = shell::command(
        "pngquant",
        &[
            "--force",
            "--ext",
            ".png",
            "--skip-if-larger",
            "--strip",
            "--",
        ],
    );
    shell::run("pngquant", pngquant.args(pictures))
}

/// Builds a site where judges can look at it, in a folder of this name.
pub(crate) fn build(site: &Path, name: &str) -> Result<PathBuf, String> {
    let site = site.display().to_string();
    let output = shell::root().join("target").join("judge").join(name);
    // What another site left there is not to be judged with this one.
    if output.exists() {
        fs::remove_dir_all(&output).map_err(|error| format!("{}: {error}", output.display()))?;
    }
    let text = output.display().to_string();
    let program = [
        "run",
        "--release",
        "--quiet",
        "--package",
        "newsprint-cli",
        "--bin",
        "newsprint",
        "--",
    ];
    let arguments = ["--site", &site, "--quiet", "build", "--output", &text];
    shell::run("build", shell::cargo(&program).args(arguments))?;
    Ok(output)
}

fn files(output: &Path) -> Vec<PathBuf> {
    let entries = WalkDir::new(output)
        .sort_by_file_name()
        .into_iter()
        .flatten();
    let mut files: Vec<PathBuf> = entries
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .collect();
    // The pages at the top are of kinds that there are few of.
    files.sort_by_key(|path| path.components().count());
    files
}

/// Some pages of every kind; a page's kind is on its `<html>` element.
fn one_of_each_kind(pages: &[PathBuf]) -> Vec<PathBuf> {
    let mut kinds: Vec<(String, usize)> = Vec::new();
    let mut chosen = Vec::new();
    for page in pages {
        let text = fs::read_to_string(page).unwrap_or_default();
        let kind = text
            .split("data-kind=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .unwrap_or("post")
            .to_owned();
        let count = match kinds.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, count)) => count,
            None => {
                kinds.push((kind.clone(), 0));
                let last = kinds.len() - 1;
                &mut kinds[last].1
            }
        };
        // Every post is looked at: their bodies differ in ways that no other page does.
        if kind == "post" || *count < PAGES_A_KIND {
            *count += 1;
            chosen.push(page.clone());
        }
    }
    chosen
}

fn xmllint(files: &[PathBuf]) -> Result<(), String> {
    for chunk in files.chunks(FILES_A_RUN) {
        shell::run(
            &format!("xmllint: {} files", chunk.len()),
            shell::command("xmllint", &["--noout"]).args(chunk),
        )?;
    }
    Ok(())
}

fn feedparser(tools: &Tools, output: &Path) -> Result<(), String> {
    let script = judges().join("feeds.py");
    shell::run(
        "feedparser",
        shell::command(&tools.python, &[]).arg(script).arg(output),
    )
}

fn nu_html_checker(tools: &Tools, pages: &[PathBuf]) -> Result<(), String> {
    let mut complaints = 0;
    for chunk in pages.chunks(FILES_A_RUN) {
        shell::say(&format!("── Nu Html Checker: {} pages", chunk.len()));
        let mut java = shell::command("java", &["-jar"]);
        java.arg(&tools.vnu)
            .args([
                "--errors-only",
                "--format",
                "json",
                "--stdout",
                "--exit-zero-always",
            ])
            .args(chunk);
        let (_, text) = shell::output(&mut java)?;
        let report: Value = serde_json::from_str(&text)
            .map_err(|error| format!("Nu Html Checker: {error}: {text}"))?;
        for message in report["messages"].as_array().into_iter().flatten() {
            complaints += 1;
            shell::say(&format!(
                "{}:{}: {}",
                message["url"], message["lastLine"], message["message"]
            ));
        }
    }
    if complaints == 0 {
        Ok(())
    } else {
        Err(format!("Nu Html Checker: {complaints} errors"))
    }
}

fn browser(tools: &Tools, name: &str, script: &str, output: &Path) -> Result<(), String> {
    shell::run(
        name,
        shell::command("node", &[])
            .arg(judges().join(script))
            .arg(output)
            .arg(&tools.node_modules),
    )
}
