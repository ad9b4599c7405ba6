//! The owner's own words about the archive: `about.md` or `about.html` beside `newsprint.toml`.

use std::io;
use std::path::PathBuf;

use newsprint_model::{BodyKind, Config, Diagnostic, SourceFile, TitleOrigin};
use newsprint_source::{Outcome, Reader};

use crate::folder::SiteFolder;
use crate::read::unreadable;

/// The names under which the text is looked for; the first that is there counts.
pub const FILE_NAMES: [&str; 2] = ["about.md", "about.html"];

/// What the owner says about the archive.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// The title, if the text has one.
    pub title: Option<String>,
    /// One sentence or two, for search engines.
    pub description: String,
    /// When the text last changed, seconds since 1970, if it says so.
    pub updated: Option<i64>,
    /// The text as HTML, not yet cleaned.
    pub html: String,
}

/// Reads the text, if there is one, and what had to be repaired in it.
///
/// # Errors
/// A file that is there and cannot be read or holds nothing that could be shown.
pub fn read(
    folder: &SiteFolder,
    config: &Config,
    now: i64,
) -> Result<(Option<About>, Vec<Diagnostic>), Vec<Diagnostic>> {
    for name in FILE_NAMES {
        let bytes = match std::fs::read(folder.root.join(name)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(vec![unreadable(name, &error)]),
        };
        let reader = Reader::new(config.timezone, config.excerpt_width, now);
        return match parse(&reader, name, &bytes) {
            Ok((about, warnings)) => Ok((Some(about), warnings)),
            Err(error) => Err(vec![error]),
        };
    }
    Ok((None, Vec::new()))
}

/// Reads it like a post, of which only title, summary, dates and body are used.
fn parse(
    reader: &Reader,
    name: &str,
    bytes: &[u8],
) -> Result<(About, Vec<Diagnostic>), Diagnostic> {
    let file = SourceFile {
        path: PathBuf::from(name),
        size: bytes.len() as u64,
        mtime: 0,
    };
    let (meta, mut warnings) = match reader.parse(file, bytes) {
        Outcome::Post { meta, warnings } => (*meta, warnings),
        Outcome::SetAside(error) => return Err((*error).at(name)),
    };
    for warning in &mut warnings {
        warning.path = name.into();
    }
    let text = newsprint_source::decode_text(bytes);
    let mut body = text.get(meta.body.clone()).unwrap_or(&text);
    // That a page about the archive has no front matter is no news to its author.
    let front = text.get(..meta.body.start).unwrap_or_default();
    if front.trim().is_empty() {
        warnings.clear();
    }
    let kind = if name.ends_with(".html") {
        BodyKind::Html
    } else {
        meta.body_kind
    };
    if kind == BodyKind::Markdown && meta.title_origin == TitleOrigin::Heading {
        body = without_heading(body);
    }
    let title = (meta.title_origin != TitleOrigin::FileName).then(|| meta.title.to_string());
    let about = About {
        title,
        description: meta.excerpt.to_string(),
        updated: meta
            .uncommon()
            .updated
            .or(meta.date.map(|date| date.seconds)),
        html: newsprint_source::body_to_html(kind, body).into_owned(),
    };
    Ok((about, warnings))
}

/// The text below a heading `# ...` that it begins with: the page shows its title itself.
fn without_heading(body: &str) -> &str {
    let text = body.trim_start();
    match text.split_once('\n') {
        Some((first, rest)) if first.starts_with("# ") => rest,
        _ => body,
    }
}
