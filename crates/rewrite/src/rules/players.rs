//! The known players: which frame addresses they have and which page shows the same.
//!
//! `rules/players.toml` lists them. A pattern is a host, which stands for its subdomains too, a path, and
//! perhaps parameters of the query; `{name}` takes a run of letters, digits, `-`, `_`, `.` and `=`.

use std::collections::HashMap;
use std::sync::LazyLock;

use percent_encoding::percent_decode_str;
use serde::Deserialize;

/// The provider of a frame that is none of the known players.
pub(crate) const ANY: &str = "web";

/// What a provider shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Video,
    Audio,
    Post,
    Map,
    Code,
    Page,
}

/// A provider of players.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Provider {
    /// The name in the class, `np-card-<id>`.
    pub(crate) id: String,
    /// The name for readers.
    pub(crate) name: String,
    /// What it shows.
    pub(crate) kind: Kind,
    /// Frame addresses, each with the page that shows the same.
    players: Vec<[String; 2]>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    provider: Vec<Provider>,
}

struct Table {
    providers: Vec<Provider>,
    /// Host of a pattern -> (provider, player).
    hosts: HashMap<String, Vec<(usize, usize)>>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("../../rules/players.toml"))
        .unwrap_or_else(|error| unreachable!("rules/players.toml: {error}"));
    let mut hosts: HashMap<String, Vec<(usize, usize)>> = HashMap::new();
    for (p, provider) in file.provider.iter().enumerate() {
        for (i, [pattern, _]) in provider.players.iter().enumerate() {
            let host = pattern.split(['/', '?']).next().unwrap_or_default();
            hosts.entry(host.to_owned()).or_default().push((p, i));
        }
    }
    Table {
        providers: file.provider,
        hosts,
    }
});

/// A player that was recognised.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) provider: &'static Provider,
    /// The page that shows the same.
    pub(super) page: String,
}

/// The player behind an absolute frame address.
pub(super) fn find(url: &str) -> Option<Found> {
    let table = &*TABLE;
    let (_, rest) = url.split_once("://")?;
    let host_end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(host_end);
    let host = authority
        .rsplit('@')
        .next()?
        .split(':')
        .next()?
        .to_ascii_lowercase();
    let tail = tail.split('#').next().unwrap_or_default();
    let (path, query) = tail.split_once('?').unwrap_or((tail, ""));
    let mut suffix = host.as_str();
    loop {
        for (p, i) in table.hosts.get(suffix).into_iter().flatten() {
            let provider = &table.providers[*p];
            let [pattern, page] = &provider.players[*i];
            if let Some(captures) = captures(pattern, path, query) {
                return Some(Found {
                    provider,
                    page: fill(page, &captures)?,
                });
            }
        }
        suffix = suffix.split_once('.')?.1;
    }
}

/// Whether a provider of that id is known.
pub(crate) fn is_known(id: &str) -> bool {
    id == ANY || TABLE.providers.iter().any(|provider| provider.id == id)
}

/// Whether `address` (host and path) is `known` or below it, by host label or path.
pub(super) fn is_below(address: &str, known: &str) -> bool {
    let (known_host, known_path) = known.split_once('/').unwrap_or((known, ""));
    let host = address
        .split(['/', '?', '#', ':'])
        .next()
        .unwrap_or_default();
    let same = host.len() >= known_host.len() && {
        let (left, right) = host
            .split_at_checked(host.len() - known_host.len())
            .unwrap_or((host, ""));
        right.eq_ignore_ascii_case(known_host) && (left.is_empty() || left.ends_with('.'))
    };
    same && address
        .get(host.len() + 1..)
        .unwrap_or_default()
        .starts_with(known_path)
}

/// What the link says, in the language of the article.
pub(super) fn label(name: &str, kind: Kind, title: &str, language: Option<&str>) -> String {
    if !title.is_empty() && title.chars().count() <= 200 && !title.eq_ignore_ascii_case(name) {
        return format!("{name}: {title}");
    }
    let chinese = language.is_none_or(|tag| {
        tag.get(..2)
            .is_some_and(|tag| tag.eq_ignore_ascii_case("zh"))
    });
    match (chinese, kind) {
        (true, Kind::Video) => format!("在 {name} 上观看"),
        (true, Kind::Audio) => format!("在 {name} 上收听"),
        (true, _) => format!("在 {name} 上打开"),
        (false, Kind::Video) => format!("Watch on {name}"),
        (false, Kind::Audio) => format!("Listen on {name}"),
        (false, _) => format!("Open on {name}"),
    }
}

type Captures<'a> = Vec<(&'a str, String)>;

fn captures<'p>(pattern: &'p str, path: &str, query: &str) -> Option<Captures<'p>> {
    let path_start = pattern.find(['/', '?'])?;
    let (pattern_path, pattern_query) = pattern[path_start..]
        .split_once('?')
        .unwrap_or((&pattern[path_start..], ""));
    let mut found = Vec::new();
    match_text(pattern_path, path, &mut found)?;
    for wanted in pattern_query.split('&').filter(|part| !part.is_empty()) {
        let (name, shape) = wanted.split_once('=')?;
        let value = query
            .split('&')
            .flat_map(|part| part.split("amp;"))
            .find_map(|part| part.strip_prefix(name)?.strip_prefix('='))?;
        if let Some(capture) = shape
            .strip_prefix("{url:")
            .and_then(|s| s.strip_suffix('}'))
        {
            let decoded = percent_decode_str(value).decode_utf8().ok()?.into_owned();
            super::has_web_scheme(&decoded).then(|| found.push((capture, decoded)))?;
        } else {
            match_text(shape, value, &mut found)?;
        }
    }
    Some(found)
}

/// Matches a text against a pattern with `{name}` in it; a final `*` takes any ending.
fn match_text<'p>(pattern: &'p str, text: &str, found: &mut Captures<'p>) -> Option<()> {
    let (mut pattern, mut text) = (pattern, text);
    while let Some(open) = pattern.find('{') {
        text = text.strip_prefix(&pattern[..open])?;
        let close = open + pattern[open..].find('}')?;
        let end = text
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '=')))
            .unwrap_or(text.len());
        // A literal right after the capture ends it early: `{id}.html`.
        let literal = pattern[close + 1..]
            .split(['{', '*'])
            .next()
            .unwrap_or_default();
        let end = if literal.is_empty() {
            end
        } else {
            text[..text.len().min(end + literal.len())]
                .rfind(literal)
                .unwrap_or(end)
                .min(end)
        };
        let value = &text[..end];
        if value.is_empty() || value.bytes().all(|b| b == b'.') {
            return None;
        }
        found.push((&pattern[open + 1..close], value.to_owned()));
        text = &text[end..];
        pattern = &pattern[close + 1..];
    }
    match pattern.strip_suffix('*') {
        Some(beginning) => text.starts_with(beginning).then_some(()),
        None => (text == pattern || text.strip_suffix('/') == Some(pattern)).then_some(()),
    }
}

fn fill(page: &str, captures: &Captures<'_>) -> Option<String> {
    let mut out = String::with_capacity(page.len() + 16);
    let mut rest = page;
    while let Some((head, tail)) = rest.split_once('{') {
        let (name, after) = tail.split_once('}')?;
        out.push_str(head);
        out.push_str(&captures.iter().find(|(n, _)| *n == name)?.1);
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An address of the form of a pattern.
    fn sample(pattern: &str) -> String {
        let mut out = String::from("https://");
        let mut rest = pattern;
        while let Some((head, tail)) = rest.split_once('{') {
            let (name, after) = tail.split_once('}').expect("a closing brace");
            out.push_str(head);
            out.push_str(if name.starts_with("url:") {
                "https%3A%2F%2Fx.test%2Fa"
            } else {
                "a1"
            });
            rest = after;
        }
        out.push_str(rest.trim_end_matches('*'));
        out.replace('*', "")
    }

    #[test]
    fn every_player_is_found_by_its_own_address() {
        for provider in &TABLE.providers {
            assert!(
                provider
                    .id
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b == b'-'),
                "{}",
                provider.id
            );
            for [pattern, _] in &provider.players {
                let address = sample(pattern);
                let found = find(&address).unwrap_or_else(|| panic!("{address} is not found"));
                assert_eq!(found.provider.id, provider.id, "{address}");
                assert!(
                    super::super::has_web_scheme(&found.page),
                    "{address} leads to {}",
                    found.page
                );
            }
        }
    }

    #[test]
    fn other_addresses_are_not_taken_for_players() {
        let cases = [
            "https://www.youtube.com/",
            "https://www.youtube.com/embed/",
            "https://www.youtube.com/embed/..",
            "https://notyoutube.com/embed/x",
            "https://youtube.com.evil.test/embed/x",
            "https://w.soundcloud.com/player/?url=javascript%3Ax",
            "https://",
            "x",
        ];
        for address in cases {
            assert!(find(address).is_none(), "{address}");
        }
    }
}
