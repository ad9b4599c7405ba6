//! The rule files, compiled into tables that are asked by host.

use std::sync::LazyLock;

use memchr::memmem::Finder;
use newsprint_model::config::Affiliate;
use rustc_hash::{FxHashMap, FxHashSet};

use super::address::Address;
use super::matcher::{NameSet, PathPattern};
use super::schema::{Encoding, Place, Redirect, RuleFile, Site};
use crate::escape::lower;

/// Embeds rule files, each with its name for error messages.
macro_rules! rule_files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../rules/", $name)))),*]
    };
}

const RULE_FILES: &[(&str, &str)] = rule_files![
    "global.toml",
    "china-networks.toml",
    "china-shops.toml",
    "china-press.toml",
    "china-redirects.toml",
    "world-networks.toml",
    "world-media.toml",
    "world-press.toml",
    "articles.toml",
    "shops.toml",
    "redirects.toml",
    "link-services.toml",
    "affiliates.toml",
    "proxies.toml",
    "pixels.toml",
    "shares.toml",
];

/// At most this many rule sets apply to one host; the deepest known host has four.
const MAX_ENTRIES: usize = 8;

/// All rules, by host.
#[derive(Debug, Default)]
pub(super) struct Tables {
    /// Hosts with their subdomains.
    domains: FxHashMap<Box<str>, Entry>,
    /// Hosts without.
    hosts: FxHashMap<Box<str>, Entry>,
    /// Names under any top-level domain, with subdomains.
    names: FxHashMap<Box<str>, Entry>,
    /// Beginnings of first labels.
    labels: Vec<(Box<str>, Entry)>,
    anywhere: Entry,
    sites: Vec<SiteRule>,
    redirects: Vec<RedirectRule>,
    pixels: Vec<Paths>,
    shares: Vec<Paths>,
    pub(super) remove: NameSet,
    pub(super) protect: NameSet,
    pub(super) path_parameters: Vec<String>,
    pixel_files: FxHashSet<String>,
}

/// The rules of one host, as positions in the tables.
#[derive(Debug, Default)]
struct Entry {
    sites: Vec<usize>,
    redirects: Vec<usize>,
    pixels: Vec<usize>,
    shares: Vec<usize>,
}

/// The path patterns of a rule; none means every path.
#[derive(Debug)]
struct Paths(Vec<PathPattern>);

impl Paths {
    fn new(patterns: &[String]) -> Self {
        Self(patterns.iter().map(|p| PathPattern::new(p)).collect())
    }

    fn match_path(&self, path: &str) -> bool {
        self.0.is_empty() || self.0.iter().any(|pattern| pattern.matches(path))
    }
}

/// What a site's parameters mean.
#[derive(Debug)]
pub(super) struct SiteRule {
    paths: Paths,
    pub(super) remove: NameSet,
    pub(super) keep: NameSet,
    pub(super) only: NameSet,
    pub(super) bare: bool,
    pub(super) fragment: NameSet,
    pub(super) fragments: Vec<String>,
    pub(super) segment: Option<String>,
    pub(super) exempt: bool,
}

/// Where an address carries another one.
#[derive(Debug)]
pub(super) struct RedirectRule {
    paths: Paths,
    pub(super) query: Vec<String>,
    pub(super) fragment: Vec<String>,
    pub(super) after: Option<String>,
    pub(super) until: Option<String>,
    pub(super) bare: bool,
    pub(super) skip: Option<String>,
    pub(super) prefix: Option<String>,
    pub(super) https_if: Option<String>,
    pub(super) encoding: Encoding,
    pub(super) field: Option<String>,
}

impl RedirectRule {
    pub(super) fn applies_to(&self, address: &Address<'_>) -> bool {
        self.paths.match_path(address.path)
    }
}

impl Tables {
    /// The rules that come with the program.
    pub(super) fn built_in(affiliate: Affiliate) -> Self {
        let mut tables = Self::default();
        for (name, text) in RULE_FILES {
            match toml::from_str(text) {
                Ok(file) => tables.add(file, affiliate),
                // The files are part of the program, and a test reads each of them.
                Err(error) => unreachable!("rules/{name}: {error}"),
            }
        }
        tables
    }

    pub(super) fn add(&mut self, file: RuleFile, affiliate: Affiliate) {
        for pattern in &file.everywhere.remove {
            self.remove.insert(pattern);
        }
        for pattern in &file.everywhere.protect {
            self.protect.insert(pattern);
        }
        self.path_parameters.extend(file.everywhere.path_parameters);
        self.pixel_files.extend(file.pixel_files);
        for site in file.site {
            self.add_site(site, affiliate);
        }
        for redirect in file.redirect {
            if affiliate == Affiliate::Strip || !redirect.affiliate {
                self.add_redirect(redirect);
            }
        }
        for place in file.pixel {
            let id = self.pixels.len();
            self.pixels.push(Paths::new(&place.path));
            self.add_place(&place, |entry| entry.pixels.push(id));
        }
        for place in file.share {
            let id = self.shares.len();
            self.shares.push(Paths::new(&place.path));
            self.add_place(&place, |entry| entry.shares.push(id));
        }
    }

    fn add_place(&mut self, place: &Place, add: impl Fn(&mut Entry)) {
        for host in &place.hosts {
            add(self.entry(host));
        }
    }

    fn add_site(&mut self, site: Site, affiliate: Affiliate) {
        let id = self.sites.len();
        let paid = match affiliate {
            Affiliate::Strip => site.affiliate.as_slice(),
            Affiliate::Keep => &[],
        };
        let set = |patterns: &[String]| NameSet::new(patterns.iter().map(String::as_str));
        let mut only = set(&site.only);
        if affiliate == Affiliate::Keep && !only.is_empty() {
            for name in &site.affiliate {
                only.insert(name);
            }
        }
        self.sites.push(SiteRule {
            paths: Paths::new(&site.path),
            remove: NameSet::new(site.remove.iter().chain(paid).map(String::as_str)),
            keep: set(&site.keep),
            only,
            bare: site.bare,
            fragment: set(&site.fragment),
            fragments: site.fragments,
            segment: site.segment,
            exempt: site.exempt,
        });
        for host in &site.hosts {
            self.entry(host).sites.push(id);
        }
    }

    fn add_redirect(&mut self, redirect: Redirect) {
        let id = self.redirects.len();
        self.redirects.push(RedirectRule {
            paths: Paths::new(&redirect.path),
            query: redirect.query,
            fragment: redirect.fragment,
            after: redirect.after,
            until: redirect.until,
            bare: redirect.bare,
            skip: redirect.skip,
            prefix: redirect.prefix,
            https_if: redirect.https_if,
            encoding: redirect.decode,
            field: redirect.field,
        });
        for host in &redirect.hosts {
            self.entry(host).redirects.push(id);
        }
    }

    /// The rules of a host pattern, as [`Place`] describes it.
    fn entry(&mut self, pattern: &str) -> &mut Entry {
        if pattern == "*" {
            return &mut self.anywhere;
        }
        if let Some(label) = pattern.strip_suffix("*.") {
            let known = self.labels.iter().position(|(known, _)| &**known == label);
            let at = known.unwrap_or_else(|| {
                self.labels.push((label.into(), Entry::default()));
                self.labels.len() - 1
            });
            return &mut self.labels[at].1;
        }
        let (map, key) = if let Some(host) = pattern.strip_prefix('=') {
            (&mut self.hosts, host)
        } else if let Some(name) = pattern.strip_suffix(".*") {
            (&mut self.names, name)
        } else {
            (&mut self.domains, pattern)
        };
        map.entry(key.into()).or_default()
    }

    /// The rules for the address's host, from those for every host to the most special.
    pub(super) fn matched(&self, address: &Address<'_>) -> Matched<'_> {
        let host = lower(address.host);
        let carries = names_an_address(address.tail());
        let mut matched = Matched::new(self, carries);
        let bytes = host.as_bytes();
        let mut dots = (0..bytes.len()).rev().filter(|at| bytes[*at] == b'.');
        let Some(suffix) = dots.next() else {
            return matched;
        };
        // The public suffix may have two labels: `co.uk`, `com.au`.
        let long_suffix = dots
            .clone()
            .next()
            .filter(|&dot| suffix - dot <= "com.".len());
        // From the domain under the top level down to the whole host.
        for start in dots.map(|dot| dot + 1).chain([0]) {
            matched.push_some(self.domains.get(&host[start..]));
            for end in [Some(suffix), long_suffix].into_iter().flatten() {
                if start < end {
                    matched.push_some(self.names.get(&host[start..end]));
                }
            }
        }
        matched.push_some(self.hosts.get(&*host));
        let first_label = host.split('.').next().unwrap_or_default();
        for (label, entry) in &self.labels {
            if first_label.starts_with(&**label) {
                matched.push(entry);
            }
        }
        matched
    }

    pub(super) fn is_share_dialog(&self, address: &Address<'_>) -> bool {
        self.matched(address).is_share_dialog(address)
    }
}

/// Whether another address may stand in the text.
fn names_an_address(text: &str) -> bool {
    static BEGINNINGS: LazyLock<[Finder<'_>; 2]> =
        LazyLock::new(|| [Finder::new("http"), Finder::new("aHR0")]);
    BEGINNINGS
        .iter()
        .any(|beginning| beginning.find(text.as_bytes()).is_some())
}

/// The rules that concern one host.
#[derive(Debug)]
pub(super) struct Matched<'t> {
    tables: &'t Tables,
    entries: [Option<&'t Entry>; MAX_ENTRIES],
    len: usize,
    /// Whether the address looks as if it carried another one.
    carries: bool,
}

impl<'t> Matched<'t> {
    fn new(tables: &'t Tables, carries: bool) -> Self {
        Self {
            tables,
            entries: [None; MAX_ENTRIES],
            len: 0,
            carries,
        }
    }

    fn push(&mut self, entry: &'t Entry) {
        if let Some(place) = self.entries.get_mut(self.len) {
            *place = Some(entry);
            self.len += 1;
        }
    }

    fn push_some(&mut self, entry: Option<&'t Entry>) {
        if let Some(entry) = entry {
            self.push(entry);
        }
    }

    fn entries(&self) -> impl DoubleEndedIterator<Item = &'t Entry> {
        self.entries[..self.len].iter().copied().flatten()
    }

    /// What is known about the parameters of the address. Of an address that has none (most images), what is known about its path.
    pub(super) fn sites(&self, address: &Address<'_>) -> impl Iterator<Item = &'t SiteRule> {
        let sites = &self.tables.sites;
        let path = address.path;
        let has_parameters = address.query.is_some() || address.fragment.is_some();
        std::iter::once(&self.tables.anywhere)
            .chain(self.entries())
            .flat_map(|entry| entry.sites.iter())
            .map(|&id| &sites[id])
            .filter(move |site| has_parameters || site.exempt || site.segment.is_some())
            .filter(move |site| site.paths.match_path(path))
    }

    /// Where the address may carry another one; the most special rule first.
    pub(super) fn redirects(&self) -> impl Iterator<Item = &'t RedirectRule> {
        let redirects = &self.tables.redirects;
        let anywhere = self.carries.then_some(&self.tables.anywhere);
        self.entries()
            .rev()
            .chain(anywhere)
            .flat_map(|entry| entry.redirects.iter())
            .map(|&id| &redirects[id])
    }

    pub(super) fn is_pixel(&self, address: &Address<'_>) -> bool {
        let name = memchr::memrchr(b'/', address.path.as_bytes()).map_or(0, |at| at + 1);
        self.tables
            .pixel_files
            .contains(&*lower(&address.path[name..]))
            || self
                .paths(&self.tables.pixels, |entry| &entry.pixels)
                .any(|paths| paths.match_path(address.path))
    }

    pub(super) fn is_share_dialog(&self, address: &Address<'_>) -> bool {
        self.paths(&self.tables.shares, |entry| &entry.shares)
            .any(|paths| paths.match_path(address.path))
    }

    fn paths(
        &self,
        table: &'t [Paths],
        ids: impl Fn(&'t Entry) -> &'t Vec<usize>,
    ) -> impl Iterator<Item = &'t Paths> {
        self.entries()
            .flat_map(move |entry| ids(entry).iter())
            .map(|&id| &table[id])
    }
}
