//! `newsprint init`

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::Path;

use newsprint_model::Diagnostic;

use crate::args::Init;
use crate::commands::stopped;
use crate::terminal::Terminal;
use crate::{FAILED, FINE};

const POST: &str = "---\ntitle: 'Hello'\ncategories:\n  - News\ndate: 2024-01-01 08:00:00 +00:00\n---\n\nThis is the first post of a new archive. Posts are Markdown or HTML; see the README.\n";

pub(crate) fn run(init: &Init, terminal: &Terminal) -> u8 {
    match create(init) {
        Ok(made) => {
            made.iter().for_each(|path| terminal.result(path));
            if made.is_empty() {
                terminal.remark("everything was there already; nothing was changed");
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
    let mut files = vec![
        ("newsprint.toml", config.as_str()),
        (
            ".gitignore",
            "/public/\n/.newsprint/lock\n/.newsprint/output-*.tsv\n",
        ),
    ];
    if is_new {
        files.push(("content/hello.md", POST));
    }
    let mut made = Vec::new();
    for (name, text) in files {
        let path = init.dir.join(name);
        match File::create_new(&path) {
            Ok(mut file) => file
                .write_all(text.as_bytes())
                .map_err(|error| failed(&path, &error))?,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
            Err(error) => return Err(failed(&path, &error)),
        }
        made.push(path.display().to_string());
    }
    Ok(made)
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
