//! Rule files in [ClearURLs' format](https://docs.clearurls.xyz/latest/specs/rules/).
//!
//! A file lists providers: a pattern for the addresses they concern, exceptions to it, patterns
//! for parameter names, for pieces of the address to drop, and for redirects. The patterns are
//! regular expressions of JavaScript; providers are indexed by the host that their pattern names,
//! so that an address is held against its own providers only.

use std::collections::BTreeMap;

use newsprint_model::Diagnostic;
use newsprint_model::config::Affiliate;
use regex::bytes::{Regex, RegexBuilder};
use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::address::Address;
use super::decode;
use super::hosts::is_plausible;
use super::resolve::{self, Media, Resolved};

/// The file, as it is written.
#[derive(Debug, Deserialize)]
struct File {
    providers: BTreeMap<String, ProviderText>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProviderText {
    url_pattern: String,
    #[serde(default)]
    complete_provider: bool,
    #[serde(default)]
    rules: Vec<String>,
    #[serde(default)]
    referral_marketing: Vec<String>,
    #[serde(default)]
    raw_rules: Vec<String>,
    #[serde(default)]
    exceptions: Vec<String>,
    #[serde(default)]
    redirections: Vec<String>,
    /// How a browser is to carry a redirect out; in a page the link itself changes.
    #[serde(default, rename = "forceRedirection")]
    _force_redirection: bool,
}

#[derive(Debug)]
struct Provider {
    pattern: Regex,
    blocks: bool,
    /// Matches the whole name of a tracking parameter.
    field: Option<Regex>,
    raw: Vec<Regex>,
    exceptions: Vec<Regex>,
    redirections: Vec<Regex>,
}

impl Provider {
    fn concerns(&self, address: &[u8]) -> bool {
        self.pattern.is_match(address) && !self.exceptions.iter().any(|e| e.is_match(address))
    }
}

/// The providers of all files that were added.
#[derive(Debug, Default)]
pub(super) struct ClearUrls {
    providers: Vec<Provider>,
    domains: FxHashMap<Box<str>, Vec<usize>>,
    names: FxHashMap<Box<str>, Vec<usize>>,
    anywhere: Vec<usize>,
}

/// The patterns for the parameters of one address.
pub(super) struct Fields<'r>(Vec<&'r Regex>);

impl Fields<'_> {
    pub(super) fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|field| field.is_match(name.as_bytes()))
    }
}

impl ClearUrls {
    /// Adds a file. See [`LinkRules::add_clearurls`](super::LinkRules::add_clearurls).
    pub(super) fn add(&mut self, json: &str, affiliate: Affiliate) -> Result<(), Diagnostic> {
        let file: File = serde_json::from_str(json).map_err(|error| {
            Diagnostic::error(format!("not a rule file in ClearURLs' format: {error}"))
                .hint("use the file that ClearURLs publishes as data.min.json")
        })?;
        let mut refused = Vec::new();
        for (name, text) in file.providers {
            let mut compiler = Compiler::default();
            let index = Index::of(&text.url_pattern);
            if let Some(provider) = compiler.provider(&text, affiliate) {
                self.insert(provider, index);
            }
            refused.extend(
                compiler
                    .refused
                    .iter()
                    .map(|pattern| format!("{name}: {pattern}")),
            );
        }
        match refused.first() {
            None => Ok(()),
            Some(first) => Err(Diagnostic::warning(format!(
                "{} patterns of the rule file are not understood, the first being {first}",
                refused.len()
            ))
            .hint(
                "the other rules are in force; look-around and back-references are not supported",
            )),
        }
    }

    fn insert(&mut self, provider: Provider, index: Index) {
        let id = self.providers.len();
        self.providers.push(provider);
        match index {
            Index::Domain(domain) => self.domains.entry(domain).or_default().push(id),
            Index::Name(name) => self.names.entry(name).or_default().push(id),
            Index::Anywhere => self.anywhere.push(id),
        }
    }

    /// The providers that concern the address, in the order in which they were added.
    fn concerning(&self, address: &Address<'_>) -> Vec<&Provider> {
        if self.providers.is_empty() {
            return Vec::new();
        }
        let host = address.host.to_ascii_lowercase();
        let mut ids = self.anywhere.clone();
        let starts = std::iter::once(0).chain(host.match_indices('.').map(|(at, _)| at + 1));
        for start in starts {
            let domain = &host[start..];
            ids.extend(self.domains.get(domain).into_iter().flatten());
            let label = domain.split('.').next().unwrap_or_default();
            ids.extend(self.names.get(label).into_iter().flatten());
        }
        ids.sort_unstable();
        ids.dedup();
        ids.into_iter()
            .map(|id| &self.providers[id])
            .filter(|provider| provider.concerns(address.text.as_bytes()))
            .collect()
    }

    /// The address that this one redirects to.
    pub(super) fn target(&self, address: &Address<'_>) -> Option<String> {
        self.concerning(address)
            .into_iter()
            .flat_map(|provider| &provider.redirections)
            .filter_map(|redirection| redirection.captures(address.text.as_bytes())?.get(1))
            .find_map(|target| accept(target.as_bytes()))
    }

    /// Whether all of the address is a tracker.
    pub(super) fn blocks(&self, address: &Address<'_>) -> bool {
        self.concerning(address)
            .iter()
            .any(|provider| provider.blocks)
    }

    /// What is known about the parameters of the address.
    pub(super) fn fields(&self, address: &Address<'_>) -> Fields<'_> {
        let fields = self.concerning(address).into_iter();
        Fields(
            fields
                .filter_map(|provider| provider.field.as_ref())
                .collect(),
        )
    }

    /// The address without the pieces that raw rules match, or `None` if there are none.
    pub(super) fn without_raw(&self, text: &str) -> Option<String> {
        if self.providers.is_empty() {
            return None;
        }
        let address = Address::parse(text)?;
        let mut changed: Option<String> = None;
        for raw in self
            .concerning(&address)
            .iter()
            .flat_map(|provider| &provider.raw)
        {
            let current = changed.as_deref().unwrap_or(text);
            if !raw.is_match(current.as_bytes()) {
                continue;
            }
            let bytes = raw.replace_all(current.as_bytes(), &b""[..]).into_owned();
            // A pattern that cuts a character or the host in two has no say.
            let Ok(shorter) = String::from_utf8(bytes) else {
                continue;
            };
            if Address::parse(&shorter).is_some_and(|a| a.host == address.host) {
                changed = Some(shorter);
            }
        }
        changed
    }
}

fn accept(target: &[u8]) -> Option<String> {
    let target = decode::percent_layers(std::str::from_utf8(target).ok()?);
    let Resolved::Web(text) = resolve::absolute(&target, None, Media::Link) else {
        return None;
    };
    let address = Address::parse(&text)?;
    is_plausible(address.host).then(|| text.into_owned())
}

/// Compiles patterns, and remembers those that it could not.
#[derive(Default)]
struct Compiler {
    refused: Vec<String>,
}

impl Compiler {
    fn provider(&mut self, text: &ProviderText, affiliate: Affiliate) -> Option<Provider> {
        let pattern = self.regex(&text.url_pattern)?;
        let paid = match affiliate {
            Affiliate::Strip => text.referral_marketing.as_slice(),
            Affiliate::Keep => &[],
        };
        let fields: Vec<&str> = text
            .rules
            .iter()
            .chain(paid)
            .map(String::as_str)
            .filter(|rule| self.regex(rule).is_some())
            .collect();
        let field = match fields.as_slice() {
            [] => None,
            fields => self.regex(&format!("^(?:{})$", fields.join("|"))),
        };
        Some(Provider {
            pattern,
            blocks: text.complete_provider,
            field,
            raw: self.regexes(&text.raw_rules),
            exceptions: self.regexes(&text.exceptions),
            redirections: self.regexes(&text.redirections),
        })
    }

    fn regexes(&mut self, patterns: &[String]) -> Vec<Regex> {
        patterns
            .iter()
            .filter_map(|pattern| self.regex(pattern))
            .collect()
    }

    /// Compiles as JavaScript would without the `u` flag: byte by byte, in either case.
    fn regex(&mut self, pattern: &str) -> Option<Regex> {
        let regex = RegexBuilder::new(pattern)
            .case_insensitive(true)
            .unicode(false)
            .build();
        match regex {
            Ok(regex) => Some(regex),
            Err(_) => {
                self.refused.push(pattern.to_owned());
                None
            }
        }
    }
}

/// Where to look for a provider.
#[derive(Debug, PartialEq, Eq)]
enum Index {
    /// A host and its subdomains.
    Domain(Box<str>),
    /// A label under any top-level domain.
    Name(Box<str>),
    /// The pattern names no host that can be read off.
    Anywhere,
}

impl Index {
    /// Reads the host off the beginning of a URL pattern.
    fn of(pattern: &str) -> Self {
        Self::read(&pattern.replace("\\/", "/")).unwrap_or(Self::Anywhere)
    }

    fn read(pattern: &str) -> Option<Self> {
        let rest = pattern.strip_prefix('^').unwrap_or(pattern);
        let rest = rest.strip_prefix("http")?.trim_start_matches("s?");
        let mut rest = rest.strip_prefix("://")?;
        for any_subdomain in [
            "(?:[a-z0-9-]+\\.)*?",
            "(?:[a-z0-9-]+\\.)*",
            "([a-z0-9-.]*\\.)",
        ] {
            rest = rest.strip_prefix(any_subdomain).unwrap_or(rest);
        }
        let literal_len = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '\\')))
            .unwrap_or(rest.len());
        let (literal, rest) = rest.split_at(literal_len);
        // Of the escapes only that of the dot is a literal.
        if literal.replace("\\.", "").contains('\\') && literal.strip_suffix('\\').is_none() {
            return None;
        }
        let host = literal.replace("\\.", ".").to_ascii_lowercase();
        let host = host.trim_end_matches('\\');
        if rest.starts_with("(?:\\.[a-z]{2,}){1,}") && !host.is_empty() && !host.contains('.') {
            return Some(Self::Name(host.into()));
        }
        let ends = rest.is_empty() || rest.starts_with(['/', '?', '#']) && !rest.starts_with("?:");
        (ends && host.contains('.') && !host.ends_with('.')).then(|| Self::Domain(host.into()))
    }
}
