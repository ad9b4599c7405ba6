//! Takes the tracking parameters off an address and leaves every other byte where it was.

use percent_encoding::percent_decode_str;

use super::address::Address;
use super::clearurls::{self, ClearUrls};
use super::matcher::MAX_NAME;
use super::resolve::is_margin;
use super::rules::{Matched, SiteRule, Tables};

/// At most this many site rules are applied to one address.
const MAX_SITES: usize = 12;

/// The address without its trackers, or `None` if it has none.
pub(super) fn clean(
    tables: &Tables,
    clearurls: &ClearUrls,
    matched: &Matched<'_>,
    address: &Address<'_>,
) -> Option<String> {
    let cleaner = Cleaner {
        tables,
        sites: Sites::new(matched, address),
        extra: clearurls.fields(address),
    };
    let built_in = cleaner.clean(address);
    let text = built_in.as_deref().unwrap_or(address.text);
    let mut cleaned = clearurls.without_raw(text).or(built_in)?;
    // A blank that stood before what went stands at the end now, where it means nothing.
    cleaned.truncate(cleaned.trim_end_matches(is_margin).len());
    Some(cleaned)
}

/// The rules for one address.
struct Cleaner<'r> {
    tables: &'r Tables,
    sites: Sites<'r>,
    extra: clearurls::Fields<'r>,
}

struct Sites<'r> {
    rules: [Option<&'r SiteRule>; MAX_SITES],
    len: usize,
}

impl<'r> Sites<'r> {
    fn new(matched: &Matched<'r>, address: &Address<'_>) -> Self {
        let mut sites = Self {
            rules: [None; MAX_SITES],
            len: 0,
        };
        for site in matched.sites(address).take(MAX_SITES) {
            sites.rules[sites.len] = Some(site);
            sites.len += 1;
        }
        sites
    }

    fn iter(&self) -> impl Iterator<Item = &'r SiteRule> {
        self.rules[..self.len].iter().copied().flatten()
    }
}

/// What is to become of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Stays,
    Goes,
    /// It signs the address: nothing may be touched.
    Protects,
}

impl Cleaner<'_> {
    fn clean(&self, address: &Address<'_>) -> Option<String> {
        if self.sites.iter().any(|site| site.exempt) {
            return None;
        }
        let query = match address
            .query
            .map(|query| self.parameters(query, Part::Query))
        {
            Some(Outcome::Protected) => return None,
            Some(Outcome::Changed(query)) => Some(query),
            Some(Outcome::Unchanged) | None => None,
        };
        let path = self.path(address.path);
        let fragment = address
            .fragment
            .and_then(|fragment| self.fragment(fragment));
        if query.is_none() && path.is_none() && fragment.is_none() {
            return None;
        }
        let mut text = String::with_capacity(address.text.len());
        text.push_str(&address.text[..address.path_start]);
        text.push_str(path.as_deref().unwrap_or(address.path));
        push_part(&mut text, '?', address.query, query.as_deref());
        push_part(&mut text, '#', address.fragment, fragment.as_deref());
        Some(text)
    }

    /// The path without a session, without parameters that lost their question mark, and
    /// without the site's tracking segment.
    fn path(&self, path: &str) -> Option<String> {
        let mut rest = path;
        let end = self
            .sites
            .iter()
            .filter_map(|site| path.find(site.segment.as_deref()?))
            .min();
        if let Some(end) = end {
            rest = &path[..end];
        }
        if memchr::memchr2(b';', b'&', rest.as_bytes()).is_none() {
            return end.map(|_| rest.to_owned());
        }
        let (plain, parameters) = rest.split_at(rest.find([';', '&']).unwrap_or(rest.len()));
        let mut text = String::from(plain);
        for piece in Pieces::new(parameters) {
            if !self.is_stray(piece) {
                text.push_str(piece.separator);
                text.push_str(piece.text);
            }
        }
        (text != path).then_some(text)
    }

    /// Whether a parameter in the path is a session's, or a tracker that belongs in the query.
    fn is_stray(&self, piece: Piece<'_>) -> bool {
        let Some((name, value)) = piece.text.split_once('=') else {
            return false;
        };
        // What has a slash in it goes on to name a page.
        if value.contains('/') {
            return false;
        }
        if piece.separator == ";" {
            return self
                .tables
                .path_parameters
                .iter()
                .any(|known| name.eq_ignore_ascii_case(known));
        }
        self.tables
            .remove
            .contains(Name::read(name).as_written(), value)
    }

    fn fragment(&self, fragment: &str) -> Option<String> {
        let is_marker =
            self.sites
                .iter()
                .flat_map(|site| &site.fragments)
                .any(|marker| match marker.strip_suffix('*') {
                    Some(beginning) => fragment.starts_with(beginning),
                    None => marker == fragment,
                });
        if is_marker {
            return Some(String::new());
        }
        // A text fragment quotes the page, where anything may stand.
        if fragment.starts_with(":~:") || !fragment.contains('=') {
            return None;
        }
        let start = fragment.find('?').map_or(0, |at| at + 1);
        let Outcome::Changed(parameters) = self.parameters(&fragment[start..], Part::Fragment)
        else {
            return None;
        };
        let before = &fragment[..start];
        Some(if parameters.is_empty() {
            before.trim_end_matches('?').to_owned()
        } else {
            format!("{before}{parameters}")
        })
    }

    fn parameters(&self, text: &str, part: Part) -> Outcome {
        let mut any_goes = false;
        for piece in Pieces::new(text) {
            match self.fate(piece.text, part) {
                Fate::Stays => {}
                Fate::Goes => any_goes = true,
                Fate::Protects => return Outcome::Protected,
            }
        }
        if !any_goes {
            return Outcome::Unchanged;
        }
        let mut kept = String::with_capacity(text.len());
        let mut is_first = true;
        let mut is_blank = true;
        for piece in Pieces::new(text).filter(|piece| self.fate(piece.text, part) == Fate::Stays) {
            if !is_first {
                kept.push_str(piece.separator);
            }
            kept.push_str(piece.text);
            is_first = false;
            is_blank &= piece.text.is_empty();
        }
        if is_blank {
            kept.clear();
        }
        Outcome::Changed(kept)
    }

    fn fate(&self, piece: &str, part: Part) -> Fate {
        // Without a value there is nothing in a parameter that could identify anybody.
        let (name, value) = match piece.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (piece, None),
        };
        let name = Name::read(name);
        let Some(value) = value else {
            let protects = part == Part::Query && self.tables.protect.contains(name.lower(), "");
            return if protects {
                Fate::Protects
            } else {
                Fate::Stays
            };
        };
        match part {
            Part::Query => self.fate_in_query(&name, value),
            Part::Fragment => self.fate_in_fragment(&name, value),
        }
    }

    fn fate_in_query(&self, name: &Name, value: &str) -> Fate {
        let (written, lower) = (name.as_written(), name.lower());
        let mut is_listed = true;
        for site in self.sites.iter() {
            if site.keep.contains(lower, value) {
                return Fate::Stays;
            }
            is_listed &= !site.bare && (site.only.is_empty() || site.only.contains(lower, value));
        }
        if self
            .sites
            .iter()
            .any(|site| site.remove.contains(lower, value))
        {
            return Fate::Goes;
        }
        if self.tables.protect.contains(lower, value) {
            return Fate::Protects;
        }
        if !is_listed || self.tables.remove.contains(written, value) || self.extra.contains(written)
        {
            Fate::Goes
        } else {
            Fate::Stays
        }
    }

    fn fate_in_fragment(&self, name: &Name, value: &str) -> Fate {
        let by_site = |site: &SiteRule| site.fragment.contains(name.lower(), value);
        let written = name.as_written();
        if self.tables.remove.contains(written, value)
            || self.sites.iter().any(by_site)
            || self.extra.contains(written)
        {
            Fate::Goes
        } else {
            Fate::Stays
        }
    }
}

/// Which part of an address parameters stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Query,
    Fragment,
}

/// What is left of a list of parameters.
enum Outcome {
    Unchanged,
    Changed(String),
    Protected,
}

/// Writes a part with its mark, unless everything in it went.
fn push_part(text: &mut String, mark: char, original: Option<&str>, cleaned: Option<&str>) {
    let part = match (original, cleaned) {
        (None, _) | (Some(_), Some("")) => return,
        (Some(_), Some(cleaned)) => cleaned,
        (Some(original), None) => original,
    };
    text.push(mark);
    text.push_str(part);
}

/// One parameter, with what separates it from the one before.
#[derive(Debug, Clone, Copy)]
struct Piece<'a> {
    separator: &'a str,
    text: &'a str,
}

/// Cuts a query at `&`, and at `;` or `?` where another parameter begins there: damaged queries
/// have these instead of an ampersand, or `&amp;`.
struct Pieces<'a> {
    rest: Option<&'a str>,
    separator: &'a str,
}

impl<'a> Pieces<'a> {
    /// `text` may begin with a separator of its own, as in a path.
    fn new(text: &'a str) -> Self {
        Self {
            rest: Some(text),
            separator: "",
        }
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        let text = self.rest?;
        let end = memchr::memchr3_iter(b'&', b';', b'?', text.as_bytes())
            .find(|&at| text.as_bytes()[at] == b'&' || begins_parameter(&text[at + 1..]));
        let piece = Piece {
            separator: self.separator,
            text: &text[..end.unwrap_or(text.len())],
        };
        let Some(end) = end else {
            self.rest = None;
            return Some(piece);
        };
        let mut next = end + 1;
        while text.as_bytes()[end] == b'&' && text[next..].starts_with("amp;") {
            next += "amp;".len();
        }
        self.separator = &text[end..next];
        self.rest = Some(&text[next..]);
        Some(piece)
    }
}

/// Whether the text begins with a name and an equals sign.
fn begins_parameter(text: &str) -> bool {
    let name_len = text
        .bytes()
        .take(MAX_NAME)
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'[' | b']'))
        .count();
    name_len > 0 && text.as_bytes().get(name_len) == Some(&b'=')
}

/// A parameter's name, percent-decoded and without the marks of damage before it, as it is
/// written and in lower case.
struct Name {
    written: [u8; MAX_NAME],
    lower: [u8; MAX_NAME],
    len: usize,
}

impl Name {
    /// Reads no further than any rule's name is long; what is longer can only match by its
    /// beginning.
    fn read(name: &str) -> Self {
        let name = name.trim_matches([' ', '+']);
        let name = ["amp;", "%3F", "%3f", "%26", "?", "#"]
            .iter()
            .find_map(|damage| name.strip_prefix(damage))
            .unwrap_or(name);
        let mut written = [0; MAX_NAME];
        let mut len = 0;
        for (place, byte) in written.iter_mut().zip(percent_decode_str(name)) {
            *place = byte;
            len += 1;
        }
        if let Err(error) = std::str::from_utf8(&written[..len]) {
            len = error.valid_up_to();
        }
        Self {
            lower: written.map(|byte| byte.to_ascii_lowercase()),
            written,
            len,
        }
    }

    fn as_written(&self) -> &str {
        std::str::from_utf8(&self.written[..self.len]).unwrap_or_default()
    }

    fn lower(&self) -> &str {
        std::str::from_utf8(&self.lower[..self.len]).unwrap_or_default()
    }
}
