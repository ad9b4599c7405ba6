//! Matches paths and parameter names against the patterns of the rule files.

use rustc_hash::FxHashSet;

use crate::escape::find_ignoring_case;

/// The longest parameter name that is looked at.
pub(super) const MAX_NAME: usize = 64;

/// A path pattern: `*` stands for any run of characters, letters match in either case, and a
/// trailing slash is ignored.
#[derive(Debug)]
pub(super) struct PathPattern {
    /// What stands between the asterisks, in lower case.
    pieces: Vec<Box<str>>,
}

impl PathPattern {
    pub(super) fn new(pattern: &str) -> Self {
        let pattern = without_trailing_slash(pattern).to_ascii_lowercase();
        Self {
            pieces: pattern.split('*').map(Box::from).collect(),
        }
    }

    pub(super) fn matches(&self, path: &str) -> bool {
        let path = without_trailing_slash(path).as_bytes();
        let Some((first, rest)) = self.pieces.split_first() else {
            return path.is_empty();
        };
        let Some(mut path) = strip_prefix_ignoring_case(path, first.as_bytes()) else {
            return false;
        };
        let Some((last, middle)) = rest.split_last() else {
            return path.is_empty();
        };
        for piece in middle {
            let Some(at) = find_ignoring_case(path, piece.as_bytes()) else {
                return false;
            };
            path = &path[at + piece.len()..];
        }
        path.len() >= last.len()
            && path[path.len() - last.len()..].eq_ignore_ascii_case(last.as_bytes())
    }
}

/// The path of a site's root is a slash, whether it is written or not.
fn without_trailing_slash(path: &str) -> &str {
    if !path.ends_with('/') && !path.is_empty() {
        return path;
    }
    match path.trim_end_matches('/') {
        "" => "/",
        path => path,
    }
}

fn strip_prefix_ignoring_case<'a>(text: &'a [u8], prefix: &[u8]) -> Option<&'a [u8]> {
    let (head, tail) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(tail)
}

/// A set of parameter patterns: `name`, `name=value`, `prefix*` or `*suffix`.
#[derive(Debug, Default)]
pub(super) struct NameSet {
    exact: FxHashSet<Box<str>>,
    pairs: FxHashSet<Box<str>>,
    /// By length, so that a name is looked up once for each.
    prefix_lengths: Vec<usize>,
    prefixes: FxHashSet<Box<str>>,
    suffixes: Vec<Box<str>>,
}

impl NameSet {
    pub(super) fn new<'a>(patterns: impl IntoIterator<Item = &'a str>) -> Self {
        let mut set = Self::default();
        for pattern in patterns {
            set.insert(pattern);
        }
        set
    }

    pub(super) fn insert(&mut self, pattern: &str) {
        if let Some(prefix) = pattern.strip_suffix('*') {
            if !self.prefix_lengths.contains(&prefix.len()) {
                self.prefix_lengths.push(prefix.len());
                self.prefix_lengths.sort_unstable();
            }
            self.prefixes.insert(prefix.into());
        } else if let Some(suffix) = pattern.strip_prefix('*') {
            self.suffixes.push(suffix.into());
        } else if pattern.contains('=') {
            self.pairs.insert(pattern.into());
        } else {
            self.exact.insert(pattern.into());
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.exact.is_empty()
            && self.pairs.is_empty()
            && self.prefixes.is_empty()
            && self.suffixes.is_empty()
    }

    /// Whether a pattern of the set matches the parameter.
    pub(super) fn contains(&self, name: &str, value: &str) -> bool {
        self.exact.contains(name)
            || self
                .prefix_lengths
                .iter()
                .filter_map(|&len| name.get(..len))
                .any(|prefix| self.prefixes.contains(prefix))
            || self.suffixes.iter().any(|suffix| name.ends_with(&**suffix))
            || self.contains_pair(name, value)
    }

    fn contains_pair(&self, name: &str, value: &str) -> bool {
        let len = name.len() + 1 + value.len();
        if self.pairs.is_empty() || len > MAX_NAME {
            return false;
        }
        let mut pair = [0; MAX_NAME];
        pair[..name.len()].copy_from_slice(name.as_bytes());
        pair[name.len()] = b'=';
        pair[name.len() + 1..len].copy_from_slice(value.as_bytes());
        std::str::from_utf8(&pair[..len]).is_ok_and(|pair| self.pairs.contains(pair))
    }
}
