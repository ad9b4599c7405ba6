//! Permalink patterns in Hexo's tokens: `:year/:month/:day/:id.html`, `p/:abbrlink/`, ...

use chrono::{DateTime, Datelike, Timelike};
use chrono_tz::Tz;
use newsprint_model::config::{AbbrlinkConfig, AbbrlinkInput};
use newsprint_model::{Archive, Diagnostic, Post, UrlPath, config};
use serde_json::Value;
use sha1::{Digest, Sha1};

use crate::abbrlink::abbrlink;
use crate::names;

/// The tokens that Hexo documents, and `:slug`.
const TOKENS: [&str; 17] = [
    "year",
    "month",
    "i_month",
    "day",
    "i_day",
    "hour",
    "minute",
    "second",
    "title",
    "name",
    "post_title",
    "category",
    "hash",
    "id",
    "abbrlink",
    "slug",
    "timestamp",
];

/// A permalink pattern, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    pieces: Vec<Piece>,
    abbrlink: AbbrlinkConfig,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Literal(String),
    /// One of [`TOKENS`].
    Token(&'static str),
    /// Any other name: a front-matter key.
    Key(String),
}

impl Pattern {
    /// Reads a pattern. A name that is no token stands for the front-matter key of that name.
    ///
    /// # Errors
    /// A pattern that is empty, names another site, or climbs out of the output folder.
    pub fn parse(pattern: &str, abbrlink: AbbrlinkConfig) -> Result<Self, Diagnostic> {
        let wrong = |reason: String| {
            Err(Diagnostic::error(reason)
                .at(config::FILE_NAME)
                .hint("a permalink looks like `:year/:month/:day/:id.html`"))
        };
        let text = pattern.trim().trim_start_matches('/');
        if text.is_empty() {
            return wrong(
                "the permalink pattern is empty: every post would want the home page".into(),
            );
        }
        if text.contains("://") || text.split('/').any(|part| part == ".." || part == ".") {
            return wrong(format!("`{pattern}` is not a path below the base URL"));
        }
        if let Some(odd) = text.find(|c: char| c.is_control() || "?#%*<>|\\\"".contains(c)) {
            let odd = text[odd..].chars().next().unwrap_or_default();
            return wrong(format!(
                "`{pattern}` holds {odd:?}, which has no place in a file's name"
            ));
        }
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(colon) = rest.find(':') {
            let (before, after) = (&rest[..colon], &rest[colon + 1..]);
            let word_len = after
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .unwrap_or(after.len());
            let word = &after[..word_len];
            push_literal(&mut pieces, before);
            if word.is_empty() {
                push_literal(&mut pieces, "_");
            } else if let Some(token) = longest_token(word) {
                pieces.push(Piece::Token(token));
                push_literal(&mut pieces, &word[token.len()..]);
            } else {
                pieces.push(Piece::Key(word.to_owned()));
            }
            rest = &after[word_len..];
        }
        push_literal(&mut pieces, rest);
        // Without an extension the address is a folder's, as Hexo and every static host have it.
        let last = text.rsplit('/').next().unwrap_or_default();
        if !text.ends_with('/')
            && !last.to_ascii_lowercase().ends_with(".html")
            && !last.ends_with(".htm")
        {
            push_literal(&mut pieces, "/");
        }
        Ok(Self { pieces, abbrlink })
    }

    /// One warning for each name in the pattern that is no token and no key of any post: most likely a slip.
    pub fn unknown_names(&self, archive: &Archive) -> Vec<Diagnostic> {
        let is_unknown = |key: &&String| {
            let has_key = |post: &Post| post.extra().is_some_and(|extra| extra.contains_key(*key));
            !archive.posts().is_empty() && !archive.posts().iter().any(has_key)
        };
        let keys = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Key(key) => Some(key),
            _ => None,
        });
        keys.filter(is_unknown)
            .map(|key| {
                let warning = Diagnostic::warning(format!(
                    "`:{key}` in the permalink is no token, and no post has a key of that name"
                ));
                let near = config::nearest(key, TOKENS.into_iter());
                let hint = match near {
                    Some(token) => format!("did you mean `:{token}`?"),
                    None => "it counts as empty".to_owned(),
                };
                warning.at(config::FILE_NAME).hint(hint)
            })
            .collect()
    }

    /// The URL that the pattern gives a post whose permanent id is `id`.
    ///
    /// A front-matter key that the post does not have, or that is no plain value, counts as empty.
    pub fn expand(&self, archive: &Archive, post: &Post, id: &str) -> UrlPath {
        let date = archive.local(post.seconds);
        let mut url = String::with_capacity(48);
        for piece in &self.pieces {
            match piece {
                Piece::Literal(text) => url.push_str(text),
                Piece::Token(token) => {
                    url.push_str(&self.token(token, archive, post, &date, id));
                }
                Piece::Key(key) => match plain(post, key) {
                    value if value.is_empty() => {}
                    value => url.push_str(&names::component(&value)),
                },
            }
        }
        tidy(&url)
    }

    fn token(
        &self,
        token: &str,
        archive: &Archive,
        post: &Post,
        date: &DateTime<Tz>,
        id: &str,
    ) -> String {
        match token {
            "year" => format!("{:04}", date.year()),
            "month" => format!("{:02}", date.month()),
            "i_month" => date.month().to_string(),
            "day" => format!("{:02}", date.day()),
            "i_day" => date.day().to_string(),
            "hour" => format!("{:02}", date.hour()),
            "minute" => format!("{:02}", date.minute()),
            "second" => format!("{:02}", date.second()),
            "timestamp" => post.seconds.to_string(),
            "title" => names::path(&without_extension(&post.file.key())),
            "name" => names::component(&file_stem(post)),
            "slug" => names::component(post.slug().unwrap_or(&file_stem(post))),
            "post_title" => names::component(&post.title),
            "category" => category(archive, post),
            "hash" => hash(post),
            "abbrlink" => self.abbrlink(post, date),
            _ => id.to_owned(),
        }
    }

    /// The checksum of the title, unless the front matter carries the one that the Hexo plugin wrote into it.
    fn abbrlink(&self, post: &Post, date: &DateTime<Tz>) -> String {
        let written = plain(post, "abbrlink");
        if !written.is_empty() {
            return names::component(&written);
        }
        // The plugin sums the title as it was written, invisible characters and all.
        let title = post.written_title().unwrap_or(&post.title);
        match self.abbrlink.of {
            AbbrlinkInput::Title => abbrlink(title, self.abbrlink),
            AbbrlinkInput::TitleAndDate => {
                let text = format!("{title}{}", date.format("%Y-%m-%d %H:%M:%S"));
                abbrlink(&text, self.abbrlink)
            }
        }
    }
}

/// A path that the owner wrote into the front matter, made safe; none where it names no file below the root.
pub fn explicit(permalink: &str) -> Option<UrlPath> {
    let path = permalink.trim();
    if path.is_empty() || path.contains("://") || path.starts_with("//") {
        return None;
    }
    let folder = path.ends_with('/') || !path.rsplit('/').next().unwrap_or_default().contains('.');
    let safe = names::path(path);
    if safe.is_empty() {
        return None;
    }
    let safe = names::limit(&safe);
    Some(UrlPath::new(if folder { format!("{safe}/") } else { safe }))
}

/// A URL with a suffix in its last part: before `.html`, or before the final slash.
pub fn with_suffix(url: &UrlPath, suffix: &str) -> UrlPath {
    let text = url.as_str();
    if let Some(folder) = text.strip_suffix('/') {
        return UrlPath::new(format!("{folder}-{suffix}/"));
    }
    let name_at = text.rfind('/').map_or(0, |slash| slash + 1);
    let dot = text[name_at..]
        .rfind('.')
        .map_or(text.len(), |dot| name_at + dot);
    UrlPath::new(format!("{}-{suffix}{}", &text[..dot], &text[dot..]))
}

fn push_literal(pieces: &mut Vec<Piece>, text: &str) {
    if text.is_empty() {
        return;
    }
    match pieces.last_mut() {
        Some(Piece::Literal(before)) => before.push_str(text),
        _ => pieces.push(Piece::Literal(text.to_owned())),
    }
}

fn longest_token(word: &str) -> Option<&'static str> {
    TOKENS
        .into_iter()
        .filter(|token| {
            word.strip_prefix(token)
                .is_some_and(|rest| rest.bytes().all(|byte| byte == b'_'))
        })
        .max_by_key(|token| token.len())
}

/// Drops empty parts, which come from empty tokens, and keeps the final slash.
fn tidy(url: &str) -> UrlPath {
    let mut out = String::with_capacity(url.len());
    for part in url.split('/').filter(|part| !part.is_empty()) {
        if !out.is_empty() {
            out.push('/');
        }
        // A token may have been all there was before an extension.
        if part == ".html" || part == ".htm" {
            out.push('_');
        }
        out.push_str(part);
    }
    if url.ends_with('/') && !out.is_empty() {
        out.push('/');
    }
    let out = names::limit(&out);
    UrlPath::new(if out.is_empty() { "_/".to_owned() } else { out })
}

fn without_extension(path: &str) -> String {
    let name_at = path.rfind('/').map_or(0, |slash| slash + 1);
    match path[name_at..].rfind('.') {
        Some(dot) if dot > 0 => path[..name_at + dot].to_owned(),
        _ => path.to_owned(),
    }
}

fn file_stem(post: &Post) -> String {
    let key = without_extension(&post.file.key());
    key.rsplit('/').next().unwrap_or_default().to_owned()
}

fn category(archive: &Archive, post: &Post) -> String {
    let Some(leaf) = post.categories.first() else {
        return "uncategorized".to_owned();
    };
    let parts: Vec<String> = archive
        .category_path(*leaf)
        .into_iter()
        .map(|id| names::component(&archive.category(id).name))
        .collect();
    parts.join("/")
}

/// Hexo's `:hash`: the first 12 hexadecimal digits of SHA-1 over the slug and the Unix time.
fn hash(post: &Post) -> String {
    let text = format!("{}{}", without_extension(&post.file.key()), post.seconds);
    let digest = Sha1::digest(text.as_bytes());
    digest
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// A front-matter value as text; empty where there is none or it is a list or a table.
fn plain(post: &Post, key: &str) -> String {
    match post.extra().and_then(|extra| extra.get(key)) {
        Some(Value::String(text)) => text.clone(),
        Some(value @ (Value::Number(_) | Value::Bool(_))) => value.to_string(),
        _ => String::new(),
    }
}
