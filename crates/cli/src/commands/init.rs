//! `newsprint init`

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::Path;

use newsprint_model::config::{self, FILE_NAME};
use newsprint_model::{Config, Diagnostic};

use crate::args::{Host, Init};
use crate::commands::hosting::{self, Start};
use crate::commands::stopped;
use crate::terminal::Terminal;
use crate::{FAILED, FINE};

const POST: &str = "---\ntitle: 'Hello'\ncategories:\n  - News\ndate: 2024-01-01 08:00:00 +00:00\n---\n\nThis is the first post of a new archive. Posts are Markdown or HTML; see the README.\n";

/// The ledger alone is worth keeping under version control; everything else can be made again.
const IGNORED: &str = "/public/\n/.newsprint/*\n!/.newsprint/ledger.tsv\n";

pub(crate) fn run(init: &Init, terminal: &Terminal) -> u8 {
    match create(init) {
        Ok(made) => {
            made.iter().for_each(|path| terminal.result(path));
            if made.is_empty() {
                terminal.remark("everything was there already; nothing was changed");
            }
            if let Some(host) = init.host {
                terminal.remark(&format!("next: {}", hosting::start(known(host), "").next));
            }
            FINE
        }
        Err(error) => {
            stopped(&[error], terminal);
            FAILED
        }
    }
}

/// Makes what is missing and touches nothing that is there; returns what was made.
fn create(init: &Init) -> Result<Vec<String>, Diagnostic> {
    let failed = |path: &Path, error: &std::io::Error| {
        Diagnostic::error(error.to_string()).at(path.display().to_string())
    };
    let content = init.dir.join("content");
    let is_new = !content.exists();
    fs::create_dir_all(&content).map_err(|error| failed(&content, &error))?;
    let config = format!(
        "# Every key and its default: see the README.\ntitle = {}\n# Where the site will stand; feeds and the sitemap need it.\n# base_url = \"https://news.example/\"\n",
        toml_string(&init.title)
    );
    let mut files = vec![(FILE_NAME, config.as_str()), (".gitignore", IGNORED)];
    if is_new {
        files.push(("content/hello.md", POST));
    }
    let start = init.host.map(|host| {
        let folder = std::path::absolute(&init.dir).unwrap_or_else(|_| init.dir.clone());
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        hosting::start(known(host), &hosting::project_name(&name))
    });
    if let Some(start) = &start {
        files.push((start.file, start.workflow.as_str()));
    }
    let mut made = Vec::new();
    for (name, text) in files {
        let path = init.dir.join(name);
        let folder = path.parent().unwrap_or(&init.dir);
        fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
        match File::create_new(&path) {
            Ok(mut file) => file
                .write_all(text.as_bytes())
                .map_err(|error| failed(&path, &error))?,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
            Err(error) => return Err(failed(&path, &error)),
        }
        made.push(path.display().to_string());
    }
    if let Some(start) = &start
        && add_section(&init.dir.join(FILE_NAME), start)?
    {
        made.push(format!(
            "{} [deploy.{}]",
            init.dir.join(FILE_NAME).display(),
            start.name
        ));
    }
    Ok(made)
}

/// Adds a target at the end of the configuration, unless it has one of that name. Nothing that stands there is touched.
fn add_section(path: &Path, start: &Start) -> Result<bool, Diagnostic> {
    let failed = |error: &std::io::Error| {
        Diagnostic::error(error.to_string()).at(path.display().to_string())
    };
    let text = fs::read_to_string(path).map_err(|error| failed(&error))?;
    let config = Config::parse(text.trim_start_matches('\u{feff}'))?;
    if config.deploy.contains_key(start.name) {
        return Ok(false);
    }
    let line_end = if text.is_empty() || text.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    let added = format!("{line_end}{}", start.section);
    Config::parse(&format!("{}{added}", text.trim_start_matches('\u{feff}'))).map_err(|error| {
        error.hint(format!(
            "`deploy` is written there in a way that nothing can be added to; add it by hand:\n{}",
            start.section
        ))
    })?;
    File::options()
        .append(true)
        .open(path)
        .and_then(|mut file| file.write_all(added.as_bytes()))
        .map_err(|error| failed(&error))?;
    Ok(true)
}

/// What was typed, as the configuration knows it.
fn known(host: Host) -> config::Host {
    match host {
        Host::GithubPages => config::Host::GithubPages,
        Host::GitlabPages => config::Host::GitlabPages,
        Host::Cloudflare => config::Host::Cloudflare,
        Host::Netlify => config::Host::Netlify,
        Host::Vercel => config::Host::Vercel,
    }
}

/// A TOML basic string (TOML 1.0, "String").
fn toml_string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
