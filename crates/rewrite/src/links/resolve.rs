//! From an attribute's value to an absolute web address, or the reason why there is none.
//!
//! Follows the [URL Standard](https://url.spec.whatwg.org/#concept-basic-url-parser) where it
//! decides what a browser would do, and mends the damage that copying and scraping leave behind:
//! `http//host`, `ttps://host`, `http：//host`, `http://https://host`, `www.host`.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use url::Url;

use super::RemovedReason;
use super::address::Address;
use super::decode::is_web;

/// Schemes that a reader's device handles without anything to install that this archive knows of.
const HARMLESS_SCHEMES: &[&str] = &[
    "mailto", "tel", "sms", "ftp", "ftps", "sftp", "magnet", "ed2k", "geo", "irc", "ircs", "news",
    "xmpp",
];

/// Schemes whose address is a program or a document.
const SCRIPT_SCHEMES: &[&str] = &[
    "javascript",
    "vbscript",
    "livescript",
    "mocha",
    "data",
    "blob",
    "filesystem",
    "about",
    "view-source",
    "srcdoc",
];

/// Misspelt web schemes, and what was meant.
const MISSPELT_SCHEMES: &[(&str, &str)] = &[
    ("ttp", "http"),
    ("ttps", "https"),
    ("hhttp", "http"),
    ("hhttps", "https"),
    ("htttp", "http"),
    ("htttps", "https"),
    ("htpp", "http"),
    ("htpps", "https"),
    ("htps", "https"),
];

/// The picture formats that may stand in an address: all raster, so that nothing in them runs.
const INLINE_IMAGES: &[&str] = &[
    "image/png",
    "image/jpeg",
    "image/jpg",
    "image/gif",
    "image/webp",
    "image/avif",
    "image/bmp",
];

/// What the address is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Media {
    /// The reader may follow it.
    Link,
    /// The browser fetches it.
    Image,
}

/// An address as a browser would understand it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Resolved<'a> {
    /// Begins with `http://` or `https://` and a host.
    Web(Cow<'a, str>),
    /// Another address that may stand.
    Other(Cow<'a, str>),
    /// Must not be published.
    Removed(RemovedReason),
}

/// Makes `url` absolute against `base`.
pub(super) fn absolute<'a>(url: &'a str, base: Option<&str>, media: Media) -> Resolved<'a> {
    let text = tidy(url);
    if text.is_empty() {
        return Resolved::Removed(RemovedReason::Empty);
    }
    // To the end, whatever is found: so it goes by many bytes at a time.
    let is_control = |byte: u8| (byte < b' ') | (byte == 0x7f);
    if text.bytes().fold(false, |any, b| any | is_control(b)) {
        return Resolved::Removed(RemovedReason::Unparsable);
    }
    if text.starts_with('#') {
        return Resolved::Other(text);
    }
    let scheme_len = scheme_len(&text);
    match scheme_len {
        Some(len) if is_web_scheme(&text[..len]) => web(text, len),
        Some(len) => with_scheme(text, len, media),
        None => without_scheme(text, base),
    }
}

/// Drops what the standard drops (blanks and controls around, tabs and line ends inside), and the
/// invisible characters that editors leave around an address.
fn tidy(url: &str) -> Cow<'_, str> {
    let trimmed = url.trim_matches(is_margin);
    if memchr::memchr3(b'\t', b'\n', b'\r', trimmed.as_bytes()).is_none() {
        return Cow::Borrowed(trimmed);
    }
    Cow::Owned(trimmed.replace(['\t', '\n', '\r'], ""))
}

/// Whether a character belongs to an address only if something follows it or stands before it.
pub(super) fn is_margin(c: char) -> bool {
    c <= ' ' || c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

fn scheme_len(text: &str) -> Option<usize> {
    let end = text
        .bytes()
        .position(|b| matches!(b, b':' | b'/' | b'?' | b'#' | b'\\'))?;
    let mut bytes = text.as_bytes()[..end].iter();
    let is_scheme = bytes.next().is_some_and(u8::is_ascii_alphabetic)
        && bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
    (is_scheme && text.as_bytes()[end] == b':').then_some(end)
}

fn is_web_scheme(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
}

/// An `http` or `https` address, with one scheme and exactly two slashes after it.
fn web(text: Cow<'_, str>, scheme_len: usize) -> Resolved<'_> {
    let mut scheme = &text[..scheme_len];
    let mut authority = after_slashes(&text[scheme_len + 1..]);
    while let Some((inner, rest)) = doubled_scheme(authority) {
        scheme = inner;
        authority = rest;
    }
    let is_whole = scheme.len() + "://".len() + authority.len() == text.len()
        && text[scheme_len..].starts_with("://");
    if is_whole {
        return with_readable_host(text);
    }
    let mended = format!("{scheme}://{authority}");
    with_readable_host(Cow::Owned(mended))
}

fn after_slashes(text: &str) -> &str {
    text.trim_start_matches(['/', '\\'])
}

/// `http://https://host` and `http://https//host`: the inner address is the one that was meant.
fn doubled_scheme(authority: &str) -> Option<(&str, &str)> {
    let end = authority
        .bytes()
        .position(|b| matches!(b, b':' | b'/'))
        .filter(|&end| is_web_scheme(&authority[..end]))?;
    let rest = authority[end..].trim_start_matches(':');
    let slashes = rest.bytes().take_while(|b| matches!(b, b'/' | b'\\'));
    (slashes.count() >= 2).then(|| (&authority[..end], after_slashes(rest)))
}

fn scheme_len_of_web(text: &str) -> Option<usize> {
    scheme_len(text).filter(|&len| is_web_scheme(&text[..len]))
}

/// Leaves a host alone that can be read as it is written, and has the standard's own parser decide about
/// percent-escapes, backslashes and other oddities in it. Who is said to ask (`user:password@`) is left out: it is nobody
/// else's business, or made to look like a host.
fn with_readable_host(text: Cow<'_, str>) -> Resolved<'_> {
    if let Some(address) = Address::parse(&text)
        && !text[address.path_start..].starts_with('\\')
        && is_ordinary(address.host)
    {
        return match plain_of(&address) {
            None => Resolved::Web(text),
            Some(plain) => plain,
        };
    }
    let Ok(parsed) = Url::parse(&text) else {
        return Resolved::Removed(RemovedReason::Unparsable);
    };
    let is_readable = Address::parse(&text)
        .filter(|address| !text[address.path_start..].starts_with('\\'))
        .map(|address| (address.host_start, address.host.len()));
    match (is_readable, parsed.host_str()) {
        // One in another script stays as it is; one that only looks so is what browsers make of it.
        (Some((start, length)), Some(host)) => {
            let written = &text[start..][..length];
            let is_plain = !written.is_ascii() && !host.contains("xn--");
            plainly_written(if is_plain {
                Cow::Owned(format!(
                    "{}{host}{}",
                    &text[..start],
                    &text[start + length..]
                ))
            } else {
                text
            })
        }
        // Written anew, it can be read, or else never will be; and it may show a second scheme.
        _ if Address::parse(parsed.as_str()).is_some() => {
            web(Cow::Owned(parsed.to_string()), parsed.scheme().len())
        }
        _ => Resolved::Removed(RemovedReason::Unparsable),
    }
}

/// The address without user information and without the dot that may end a host. What is left of `user@https://host` is
/// the inner address, as it is without a user.
fn plainly_written(text: Cow<'_, str>) -> Resolved<'_> {
    let Some(address) = Address::parse(&text) else {
        return Resolved::Removed(RemovedReason::Unparsable);
    };
    match plain_of(&address) {
        None => Resolved::Web(text),
        Some(plain) => plain,
    }
}

/// The same for its parts; none if it is as it should be.
fn plain_of(address: &Address<'_>) -> Option<Resolved<'static>> {
    let text = address.text;
    let host_end = address.host_start + address.host.len();
    let authority = address.authority_start();
    let is_dotted = text[host_end..].starts_with('.');
    if address.host_start == authority && !is_dotted {
        return None;
    }
    let plain = format!(
        "{}{}{}",
        &text[..authority],
        address.host,
        &text[host_end + usize::from(is_dotted)..]
    );
    Some(match doubled_scheme(&plain[authority..]) {
        Some(_) => web(Cow::Owned(plain), authority - "://".len()),
        None => Resolved::Web(Cow::Owned(plain)),
    })
}

/// Whether a host is written as nearly all are, so that no browser refuses it. About addresses in figures, other scripts and
/// other signs the standard's tables decide (URL Standard, "host parsing"; UTS 46).
fn is_ordinary(host: &str) -> bool {
    let (mut before, mut first_of_label) = (b'.', b'.');
    for byte in host.bytes() {
        // Of two hyphens, those of `xn--` have a meaning, in either case.
        let is_plain =
            byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-' && before != b'-';
        if !is_plain {
            return false;
        }
        if before == b'.' {
            first_of_label = byte;
        }
        before = byte;
    }
    first_of_label.is_ascii_alphabetic()
}

/// An address with a scheme that is not the web's, or that merely looks like a scheme.
fn with_scheme(text: Cow<'_, str>, scheme_len: usize, media: Media) -> Resolved<'_> {
    let scheme = text[..scheme_len].to_ascii_lowercase();
    let rest = &text[scheme_len + 1..];
    if let Some((_, meant)) = MISSPELT_SCHEMES.iter().find(|(wrong, _)| *wrong == scheme)
        && rest.starts_with("//")
    {
        return web(Cow::Owned(format!("{meant}:{rest}")), meant.len());
    }
    if HARMLESS_SCHEMES.contains(&scheme.as_str()) {
        return match media {
            Media::Link => Resolved::Other(text),
            Media::Image => Resolved::Removed(RemovedReason::AppScheme),
        };
    }
    if scheme == "data" && media == Media::Image && is_inline_image(rest) {
        return Resolved::Other(text);
    }
    if SCRIPT_SCHEMES.contains(&scheme.as_str()) {
        return Resolved::Removed(RemovedReason::Script);
    }
    if scheme == "file" || scheme.len() == 1 {
        return Resolved::Removed(RemovedReason::Local);
    }
    let is_host_and_port = rest.starts_with(|c: char| c.is_ascii_digit())
        && (scheme.contains('.') || scheme == "localhost");
    if is_host_and_port {
        return with_readable_host(Cow::Owned(format!("http://{text}")));
    }
    Resolved::Removed(RemovedReason::AppScheme)
}

fn is_inline_image(rest: &str) -> bool {
    let media_type = rest.split([';', ',']).next().unwrap_or_default().trim();
    INLINE_IMAGES
        .iter()
        .any(|known| media_type.eq_ignore_ascii_case(known))
}

fn without_scheme<'a>(text: Cow<'a, str>, base: Option<&str>) -> Resolved<'a> {
    if is_disguised_script(&text) {
        return Resolved::Removed(RemovedReason::Script);
    }
    if text.starts_with("\\\\") {
        return Resolved::Removed(RemovedReason::Local);
    }
    if text.starts_with("//") {
        return web(Cow::Owned(format!("https:{text}")), "https".len());
    }
    if let Some(mended) = mended(&text) {
        return match scheme_len_of_web(&mended) {
            Some(len) => web(Cow::Owned(mended), len),
            None => Resolved::Removed(RemovedReason::Unparsable),
        };
    }
    match base.and_then(|base| join(base, &text)) {
        Some(joined) => match scheme_len_of_web(&joined) {
            Some(len) => web(Cow::Owned(joined), len),
            None => Resolved::Removed(RemovedReason::Unparsable),
        },
        None => Resolved::Removed(RemovedReason::Relative),
    }
}

/// An address whose scheme was lost or damaged on the way, made whole.
fn mended(text: &str) -> Option<String> {
    let tail_after = |head: &str| {
        text.get(..head.len())
            .filter(|start| start.eq_ignore_ascii_case(head))
            .map(|_| &text[head.len()..])
    };
    for scheme in ["https", "http"] {
        for mark in ["//", "：//", "：／／", "%3A//", "%3A%2F%2F"] {
            if let Some(tail) = tail_after(&format!("{scheme}{mark}")) {
                return Some(format!("{scheme}://{tail}"));
            }
        }
    }
    let host = tail_after("www.")?.split(['/', '?', '#']).next()?;
    let is_host = host.contains('.') && !host.contains([' ', '%', '\\', '@']);
    is_host.then(|| format!("http://{text}"))
}

/// Whether a script hides behind percent-escapes or characters that are not seen. No browser
/// would run it; it is no link either.
fn is_disguised_script(text: &str) -> bool {
    let head: Vec<u8> = percent_decode_str(text)
        .filter(u8::is_ascii_graphic)
        .map(|byte| byte.to_ascii_lowercase())
        .take_while(|&byte| byte != b'/')
        .take(24)
        .collect();
    ["javascript:", "vbscript:", "livescript:", "data:"]
        .iter()
        .any(|script| head.starts_with(script.as_bytes()))
}

/// Resolves a relative reference. An absolute path is put behind the origin byte for byte; what
/// takes more than that is left to the standard's parser.
fn join(base: &str, text: &str) -> Option<String> {
    let is_plain_path = text.starts_with('/') && !text.contains("/.") && !text.contains('\\');
    if is_plain_path && is_web(base) {
        let base = Address::parse(base)?;
        return Some(format!("{}{text}", &base.text[..base.path_start]));
    }
    let joined = Url::parse(base).ok()?.join(text).ok()?;
    is_web(joined.as_str()).then(|| joined.into())
}
