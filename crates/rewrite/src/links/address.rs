//! An absolute web address, cut into its parts without copying or changing a byte.

/// The parts of an `http` or `https` address, as they are written.
///
/// The names are those of the [URL Standard](https://url.spec.whatwg.org/#concept-url), except
/// that `host` has neither user information nor a trailing dot.
#[derive(Debug, Clone, Copy)]
pub(super) struct Address<'a> {
    /// The whole of it.
    pub(super) text: &'a str,
    pub(super) host: &'a str,
    pub(super) port: Option<&'a str>,
    /// From the first slash to the query; may be empty.
    pub(super) path: &'a str,
    /// What follows the question mark, if there is one.
    pub(super) query: Option<&'a str>,
    /// What follows the number sign, if there is one.
    pub(super) fragment: Option<&'a str>,
    /// Where in `text` the host begins.
    pub(super) host_start: usize,
    /// Where in `text` the path begins.
    pub(super) path_start: usize,
}

impl<'a> Address<'a> {
    /// Cuts an address of the form `http://host…`; `None` if a browser would refuse its host
    /// or port.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let scheme_end = text.bytes().position(|b| b == b':')?;
        let rest = text[scheme_end..].strip_prefix("://")?;
        let authority_start = scheme_end + 3;
        let authority_len = rest
            .bytes()
            .position(|b| matches!(b, b'/' | b'?' | b'#' | b'\\'))
            .unwrap_or(rest.len());
        let authority = &rest[..authority_len];
        let user_len = authority
            .bytes()
            .rposition(|b| b == b'@')
            .map_or(0, |at| at + 1);
        let (host, port) = split_port(&authority[user_len..])?;
        let path_start = authority_start + authority_len;

        let after = &text[path_start..];
        let (before_fragment, fragment) = cut(after, b'#');
        let (path, query) = cut(before_fragment, b'?');
        Some(Self {
            text,
            host,
            port,
            path,
            query,
            fragment,
            host_start: authority_start + user_len,
            path_start,
        })
    }

    /// Where in `text` the authority begins: user information if there is any, else the host.
    pub(super) fn authority_start(&self) -> usize {
        let before = &self.text.as_bytes()[..self.host_start];
        before
            .windows("://".len())
            .position(|window| window == b"://")
            .map_or(self.host_start, |at| at + "://".len())
    }

    /// Path and query together, as a server is asked for them.
    pub(super) fn request_target(&self) -> &'a str {
        cut(&self.text[self.path_start..], b'#').0
    }

    /// Path, query and fragment.
    pub(super) fn tail(&self) -> &'a str {
        &self.text[self.path_start..]
    }
}

/// The text before the first `mark` and, if there is one, the text after it.
fn cut(text: &str, mark: u8) -> (&str, Option<&str>) {
    match memchr::memchr(mark, text.as_bytes()) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    }
}

fn split_port(authority: &str) -> Option<(&str, Option<&str>)> {
    let (host, port) = if authority.starts_with('[') {
        let end = authority.find(']')? + 1;
        let port = match &authority[end..] {
            "" => None,
            rest => Some(rest.strip_prefix(':')?),
        };
        (&authority[..end], port)
    } else {
        let (host, port) = cut(authority, b':');
        (host.strip_suffix('.').unwrap_or(host), port)
    };
    let port_is_valid = port.is_none_or(|p| p.is_empty() || p.parse::<u16>().is_ok());
    (port_is_valid && is_host(host)).then_some((host, port.filter(|p| !p.is_empty())))
}

/// Whether the text may be a host: the forbidden code points of the URL Standard are not in it.
///
/// A percent sign is refused as well; [`resolve`](super::resolve) has decoded such hosts.
fn is_host(host: &str) -> bool {
    let inner = match host.strip_prefix('[') {
        Some(rest) => {
            let Some(inner) = rest.strip_suffix(']') else {
                return false;
            };
            return inner.parse::<std::net::Ipv6Addr>().is_ok();
        }
        None => host,
    };
    // No label is empty.
    let mut before = b'.';
    for byte in inner.bytes() {
        if !is_host_byte(byte) || byte == b'.' && before == b'.' {
            return false;
        }
        before = byte;
    }
    before != b'.'
}

fn is_host_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || !byte.is_ascii()
        || matches!(
            byte,
            b'-' | b'.'
                | b'_'
                | b'~'
                | b'!'
                | b'$'
                | b'&'
                | b'\''
                | b'('
                | b')'
                | b'*'
                | b'+'
                | b','
                | b';'
                | b'='
        )
}
