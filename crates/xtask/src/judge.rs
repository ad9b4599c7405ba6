//! Judges that no one here wrote: the Nu Html Checker, xmllint, feedparser, axe-core in a real browser.
//!
//! They need Java, Python, Node and Chromium. What is missing is named with the way to get it, all at once.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use walkdir::WalkDir;

use crate::shell;

/// Pages of each kind that the slower judges look at.
const PAGES_A_KIND: usize = 6;
/// Files handed to one run of a judge.
const FILES_A_RUN: usize = 200;

pub(crate) fn run(site: &Path) -> Result<(), String> {
    let tools = Tools::find()?;
    let output = build(site)?;
    let files = files(&output);
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
    feedparser(&tools, &output)?;
    nu_html_checker(&tools, &one_of_each_kind(&pages))?;
    axe(&tools, &output)
}

/// Takes the pictures for the documentation; makes them small where pngquant is there.
pub(crate) fn screenshots() -> Result<(), String> {
    let tools = Tools::find()?;
    let output = build(Path::new("."))?;
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

/// Builds a site where judges can look at it.
fn build(site: &Path) -> Result<PathBuf, String> {
    let site = shell::root().join(site).display().to_string();
    let output = shell::root().join("target").join("judge").join("site");
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

/// Where the judges are.
struct Tools {
    python: String,
    vnu: PathBuf,
    node_modules: PathBuf,
}

impl Tools {
    fn find() -> Result<Self, String> {
        let node_modules = std::env::var_os("NEWSPRINT_NODE_MODULES").map_or_else(
            || {
                shell::root()
                    .join("target")
                    .join("judge")
                    .join("node_modules")
            },
            PathBuf::from,
        );
        let vnu = node_modules
            .join("vnu-jar")
            .join("build")
            .join("dist")
            .join("vnu.jar");
        let python = "python3".to_owned();
        let mut missing = Vec::new();
        let mut need = |present: bool, what: &str, how: &str| {
            if !present {
                missing.push(format!("  {what}: {how}"));
            }
        };
        need(
            shell::exists("xmllint", "--version"),
            "xmllint",
            "apt-get install libxml2-utils",
        );
        need(
            shell::exists("java", "-version"),
            "a Java runtime",
            "apt-get install default-jre-headless",
        );
        need(
            shell::exists("node", "--version"),
            "Node.js",
            "apt-get install nodejs npm",
        );
        need(
            shell::exists("chromium", "--version"),
            "Chromium",
            "apt-get install chromium fonts-noto-cjk",
        );
        let import = shell::output(&mut shell::command(&python, &["-c", "import feedparser"]));
        need(
            import.is_ok_and(|(ok, _)| ok),
            "feedparser",
            "python3 -m pip install feedparser",
        );
        let npm = "npm install --prefix target/judge vnu-jar axe-core playwright-core";
        need(vnu.is_file(), "the Nu Html Checker", npm);
        need(node_modules.join("axe-core").is_dir(), "axe-core", npm);
        need(
            node_modules.join("playwright-core").is_dir(),
            "playwright-core",
            npm,
        );
        if missing.is_empty() {
            Ok(Self {
                python,
                vnu,
                node_modules,
            })
        } else {
            Err(format!("judges are missing:\n{}", missing.join("\n")))
        }
    }
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

fn axe(tools: &Tools, output: &Path) -> Result<(), String> {
    let script = judges().join("axe.mjs");
    shell::run(
        "axe-core",
        shell::command("node", &[])
            .arg(script)
            .arg(output)
            .arg(&tools.node_modules),
    )
}

fn judges() -> PathBuf {
    shell::root().join("crates").join("xtask").join("judges")
}
