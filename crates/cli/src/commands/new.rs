//! `newsprint new`

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::PathBuf;

use newsprint_build::folder::SiteFolder;
use newsprint_build::names;
use newsprint_model::Diagnostic;

use crate::args::{Global, New};
use crate::commands::{now, stopped};
use crate::terminal::Terminal;
use crate::{FAILED, FINE};

pub(crate) fn run(global: &Global, new: &New, terminal: &Terminal) -> u8 {
    match create(global, new) {
        Ok(path) => {
            terminal.result(&path.display().to_string());
            FINE
        }
        Err(error) => {
            stopped(&[error], terminal);
            FAILED
        }
    }
}

fn create(global: &Global, new: &New) -> Result<PathBuf, Diagnostic> {
    if new.title.trim().is_empty() {
        return Err(Diagnostic::error("a post needs a title"));
    }
    let folder = SiteFolder::open(&global.site, None)?;
    let config = folder.config()?;
    let categories: Vec<&str> = new
        .category
        .split('/')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    let mut path = folder.content.clone();
    path.extend(categories.iter().map(|category| names::component(category)));
    let failed = |path: &PathBuf, error: &std::io::Error| {
        Diagnostic::error(error.to_string()).at(path.display().to_string())
    };
    fs::create_dir_all(&path).map_err(|error| failed(&path, &error))?;
    path.push(format!("{}.md", names::component(&new.title)));
    let date = chrono::DateTime::from_timestamp(now(), 0)
        .unwrap_or_default()
        .with_timezone(&config.timezone);
    let text = front_matter(
        new,
        &categories,
        &date.format("%Y-%m-%d %H:%M:%S %:z").to_string(),
    );
    match File::create_new(&path) {
        Ok(mut file) => file
            .write_all(text.as_bytes())
            .map_err(|error| failed(&path, &error))?,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            return Err(Diagnostic::error("there is such a post already")
                .at(path.display().to_string())
                .hint("give the new one another title or category"));
        }
        Err(error) => return Err(failed(&path, &error)),
    }
    Ok(path)
}

fn front_matter(new: &New, categories: &[&str], date: &str) -> String {
    let mut text = format!("---\ntitle: {}\n", quoted(&new.title));
    let mut list = |key: &str, values: &[&str]| {
        if !values.is_empty() {
            text.push_str(&format!("{key}:\n"));
            values
                .iter()
                .for_each(|value| text.push_str(&format!("  - {}\n", quoted(value))));
        }
    };
    list("categories", categories);
    let tags: Vec<&str> = new.tag.iter().map(String::as_str).collect();
    list("tags", &tags);
    if let Some(author) = &new.author {
        text.push_str(&format!("author: {}\n", quoted(author)));
    }
    text.push_str(&format!("date: {date}\n"));
    if new.draft {
        text.push_str("draft: true\n");
    }
    text.push_str("---\n\n");
    text
}

/// A YAML single-quoted scalar (YAML 1.2, section 7.3.2): a quote in it is doubled, and it holds one line.
fn quoted(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    format!("'{}'", line.replace('\'', "''"))
}
