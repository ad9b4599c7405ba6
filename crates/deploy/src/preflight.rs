//! Counts a site against what its host takes, before anything is sent. The limits are data: `hosts.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use newsprint_model::Diagnostic;
use newsprint_model::config::Host;
use serde::Deserialize;

use crate::facts::Facts;
use crate::local::Local;

/// One limit of one host.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limit {
    host: Host,
    what: What,
    soft: Option<u64>,
    hard: Option<u64>,
    unless: Option<Unless>,
    advice: String,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum What {
    Files,
    Entries,
    Bytes,
    FileBytes,
    FolderFiles,
    Redirects,
    Headers,
}

/// When a limit does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Unless {
    Archive,
}

#[derive(Deserialize)]
struct Table {
    limit: Vec<Limit>,
}

/// A test reads it too; a table that does not parse never leaves this house, and would mean no limits.
static LIMITS: LazyLock<Vec<Limit>> = LazyLock::new(|| {
    let table: Result<Table, _> = toml::from_str(include_str!("hosts.toml"));
    table.map(|table| table.limit).unwrap_or_default()
});

/// What was counted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Counts {
    files: u64,
    entries: u64,
    bytes: u64,
    largest: (u64, String),
    fullest: (u64, String),
    redirects: u64,
    headers: u64,
}

/// What is wrong with a site for a host.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Findings {
    /// Near a limit.
    pub warnings: Vec<Diagnostic>,
    /// Beyond a limit that the owner may know better about: stops a deploy unless `--yes`.
    pub soft: Vec<Diagnostic>,
    /// Beyond what the host takes: stops a deploy.
    pub hard: Vec<Diagnostic>,
}

/// Counts a site against a host's limits. `archived` says whether all files travel as one.
pub fn preflight(host: Host, local: &Local, facts: &Facts, archived: bool) -> Findings {
    let counts = count(local, facts);
    let mut findings = Findings::default();
    let own = LIMITS.iter().filter(|limit| limit.host == host);
    for limit in own.filter(|limit| !(archived && limit.unless == Some(Unless::Archive))) {
        let (found, place) = counts.of(limit.what);
        let beyond = |limit: Option<u64>| limit.is_some_and(|limit| found > limit);
        let strictest = limit.hard.or(limit.soft).unwrap_or(u64::MAX);
        let say = |diagnostic: fn(String) -> Diagnostic, relation: &str, most: u64| {
            diagnostic(format!(
                "{}: {} {relation} {} that {} takes",
                limit.what.name(),
                amount(limit.what, found),
                amount(limit.what, most),
                title(host)
            ))
            .at(place)
            .hint(&limit.advice)
        };
        if let Some(hard) = limit.hard.filter(|_| beyond(limit.hard)) {
            findings
                .hard
                .push(say(Diagnostic::error, "are more than the", hard));
        } else if let Some(soft) = limit.soft.filter(|_| beyond(limit.soft)) {
            findings
                .soft
                .push(say(Diagnostic::error, "are more than the", soft));
        } else if found.saturating_mul(10) >= strictest.saturating_mul(9) {
            findings
                .warnings
                .push(say(Diagnostic::warning, "are nearly the", strictest));
        }
    }
    let has_path = facts.base_path() != "/";
    let at_root = matches!(host, Host::Cloudflare | Host::Netlify | Host::Vercel);
    if has_path && at_root {
        findings.warnings.push(
            Diagnostic::warning(format!(
                "`base_url` ends with the path `{}`, but {} serves a site at the root of its domain",
                facts.base_path(),
                title(host)
            ))
            .hint("feeds, the sitemap and metadata name addresses that do not exist; set `base_url` to where the site will stand"),
        );
    }
    findings
}

/// How many redirects a host takes at most; rules beyond that are not written.
pub(crate) fn most_redirects(host: Host) -> usize {
    let limits = LIMITS
        .iter()
        .filter(|limit| limit.host == host && limit.what == What::Redirects);
    let most = limits.filter_map(|limit| limit.hard.or(limit.soft)).min();
    most.and_then(|most| usize::try_from(most).ok())
        .unwrap_or(usize::MAX)
}

fn count(local: &Local, facts: &Facts) -> Counts {
    let mut counts = Counts {
        redirects: facts.redirects.len() as u64,
        ..Counts::default()
    };
    let mut folders: BTreeMap<&str, u64> = BTreeMap::new();
    let mut all_folders: BTreeSet<&str> = BTreeSet::new();
    for (path, entry) in &local.manifest.files {
        counts.files += 1;
        counts.bytes += entry.size;
        if entry.size > counts.largest.0 {
            counts.largest = (entry.size, path.clone());
        }
        let folder = path.rfind('/').map_or("", |slash| &path[..slash]);
        *folders.entry(folder).or_default() += 1;
        all_folders.extend(path.match_indices('/').map(|(slash, _)| &path[..slash]));
    }
    counts.entries = counts.files + all_folders.len() as u64;
    if let Some((folder, files)) = folders.iter().max_by_key(|(_, files)| **files) {
        counts.fullest = (*files, format!("{folder}/"));
    }
    // A rule begins in the first column; what belongs to it is indented.
    counts.headers = local
        .bytes("_headers")
        .map(|bytes| {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let is_rule =
                |line: &&str| !line.trim().is_empty() && !line.starts_with([' ', '\t', '#']);
            text.lines().filter(is_rule).count() as u64
        })
        .unwrap_or_default();
    counts
}

impl Counts {
    fn of(&self, what: What) -> (u64, &str) {
        match what {
            What::Files => (self.files, ""),
            What::Entries => (self.entries, ""),
            What::Bytes => (self.bytes, ""),
            What::FileBytes => (self.largest.0, &self.largest.1),
            What::FolderFiles => (self.fullest.0, &self.fullest.1),
            What::Redirects => (self.redirects, ""),
            What::Headers => (self.headers, "_headers"),
        }
    }
}

impl What {
    fn name(self) -> &'static str {
        match self {
            Self::Files => "number of files",
            Self::Entries => "number of files and folders",
            Self::Bytes => "size of the site",
            Self::FileBytes => "size of a file",
            Self::FolderFiles => "files in one folder",
            Self::Redirects => "number of redirects",
            Self::Headers => "rules for headers",
        }
    }
}

/// A host's own name.
fn title(host: Host) -> &'static str {
    match host {
        Host::GithubPages => "GitHub Pages",
        Host::GitlabPages => "GitLab Pages",
        Host::Cloudflare => "Cloudflare Pages",
        Host::Netlify => "Netlify",
        Host::Vercel => "Vercel",
    }
}

/// `12,345`, or `1.2 GB`.
fn amount(what: What, number: u64) -> String {
    match what {
        What::Bytes | What::FileBytes => bytes(number),
        _ => grouped(number),
    }
}

/// A size in decimal units, as hosts count.
pub fn bytes(number: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    match UNITS.iter().find(|(size, _)| number >= *size) {
        Some((size, unit)) => {
            let tenths = number / (size / 10);
            format!("{}.{} {unit}", tenths / 10, tenths % 10)
        }
        None => format!("{number} bytes"),
    }
}

/// `12,345`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::manifest::{Content, Entry, Hash, Manifest};

    fn site(files: impl Iterator<Item = (String, u64)>) -> Local {
        let content = Content::Is(Hash::of(b""));
        let files = files
            .map(|(path, size)| {
                let entry = Entry {
                    content,
                    size,
                    headers: 0,
                };
                (path, entry)
            })
            .collect();
        Local::new(Path::new("none"), Manifest { files })
    }

    fn files(number: usize, a_folder: usize, size: u64) -> Local {
        site((0..number).map(|n| (format!("{}/{n}.html", n / a_folder), size)))
    }

    /// host, site, archived, redirects -> near, beyond what is usual, beyond all
    #[test]
    fn every_limit_is_counted() {
        use Host::{Cloudflare, GithubPages, GitlabPages, Netlify, Vercel};
        let cases: [(Host, Local, bool, usize, [usize; 3]); 20] = [
            (GithubPages, files(100, 10, 1000), false, 0, [0, 0, 0]),
            (GithubPages, files(10, 10, 91_000_000), false, 0, [1, 0, 0]),
            (GithubPages, files(11, 10, 91_000_000), false, 0, [0, 1, 0]),
            (GithubPages, files(1, 1, 104_857_601), false, 0, [0, 0, 1]),
            (GithubPages, files(100_001, 100, 1), false, 0, [0, 1, 0]),
            (GitlabPages, files(180_000, 1000, 1), false, 0, [1, 0, 0]),
            (GitlabPages, files(199_900, 1000, 1), false, 0, [0, 0, 1]),
            (
                GitlabPages,
                files(3, 10, 400_000_000),
                false,
                1001,
                [0, 1, 1],
            ),
            (Cloudflare, files(17_999, 100, 1), false, 0, [0, 0, 0]),
            (Cloudflare, files(18_000, 100, 1), false, 0, [1, 0, 0]),
            (Cloudflare, files(20_000, 100, 1), false, 0, [1, 0, 0]),
            (Cloudflare, files(20_001, 100, 1), false, 2001, [0, 2, 0]),
            (Cloudflare, files(100_001, 100, 1), false, 0, [0, 1, 1]),
            (Cloudflare, files(1, 1, 26_214_401), false, 0, [0, 0, 1]),
            (Netlify, files(100_000, 48_000, 1), false, 0, [0, 0, 0]),
            (Netlify, files(60_000, 50_000, 1), false, 10_001, [1, 1, 0]),
            (Netlify, files(60_000, 54_001, 1), false, 0, [0, 0, 1]),
            (Vercel, files(15_001, 100, 1), false, 0, [0, 0, 1]),
            (Vercel, files(15_001, 100, 1), true, 0, [0, 0, 0]),
            (Vercel, files(2, 100, 60_000_000), true, 2049, [0, 2, 0]),
        ];
        for (place, (host, local, archived, redirects, expected)) in cases.into_iter().enumerate() {
            let facts = Facts {
                base_url: "https://news.example/".into(),
                redirects: vec![("a".into(), "b".into()); redirects],
                policy: String::new(),
            };
            let found = preflight(host, &local, &facts, archived);
            let numbers = [found.warnings.len(), found.soft.len(), found.hard.len()];
            assert_eq!(numbers, expected, "case {place}: {found:?}");
            let all = found.warnings.iter().chain(&found.soft).chain(&found.hard);
            assert!(all.into_iter().all(|diagnostic| diagnostic.hint.is_some()));
        }
    }

    #[test]
    fn a_path_in_the_address_does_not_fit_hosts_that_serve_roots() {
        let facts = Facts {
            base_url: "https://news.example/archive/".into(),
            ..Facts::default()
        };
        for (host, expected) in [(Host::Cloudflare, 1), (Host::GithubPages, 0)] {
            assert_eq!(
                preflight(host, &files(1, 1, 1), &facts, false)
                    .warnings
                    .len(),
                expected
            );
        }
    }

    #[test]
    fn every_host_has_limits_and_every_limit_a_number() {
        assert!(toml::from_str::<Table>(include_str!("hosts.toml")).is_ok());
        for host in Host::ALL {
            assert!(LIMITS.iter().any(|limit| limit.host == host), "{host:?}");
        }
        assert!(
            LIMITS
                .iter()
                .all(|limit| limit.soft.or(limit.hard).is_some())
        );
        assert_eq!(most_redirects(Host::Cloudflare), 2000);
    }

    #[test]
    fn sizes_are_told_in_decimal_units() {
        for (number, expected) in [
            (0, "0 bytes"),
            (999, "999 bytes"),
            (1_550, "1.5 kB"),
            (26_214_400, "26.2 MB"),
            (1_000_000_000, "1.0 GB"),
        ] {
            assert_eq!(bytes(number), expected);
        }
    }
}
