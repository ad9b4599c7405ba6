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
        let (user_len, authority_len, host, port) = match plain_host(rest) {
            Some(host) => (0, host.len(), without_dot(host), None),
            None => {
                let end = rest.bytes().position(ends_authority);
                let authority = &rest[..end.unwrap_or(rest.len())];
                let user_len = memchr::memrchr(b'@', authority.as_bytes()).map_or(0, |at| at + 1);
                let (host, port) = split_port(&authority[user_len..])?;
                (user_len, authority.len(), host, port)
            }
        };
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

/// The host that a text begins with if, as nearly always, nothing else stands before the path and no label of it is empty.
fn plain_host(text: &str) -> Option<&str> {
    let (mut length, mut before) = (0, b'.');
    for byte in text.bytes().take_while(|b| HOST_BYTES[usize::from(*b)]) {
        if byte == b'.' && before == b'.' {
            return None;
        }
        before = byte;
        length += 1;
    }
    let (host, rest) = text.split_at(length);
    let is_whole = rest.bytes().next().is_none_or(ends_authority);
    (is_whole && length > 0).then_some(host)
}

fn ends_authority(byte: u8) -> bool {
    matches!(byte, b'/' | b'?' | b'#' | b'\\')
}

/// A host without the dot that may end it.
fn without_dot(host: &str) -> &str {
    host.strip_suffix('.').unwrap_or(host)
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
        (without_dot(host), port)
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
        if !HOST_BYTES[usize::from(byte)] || byte == b'.' && before == b'.' {
            return false;
        }
        before = byte;
    }
    before != b'.'
}

/// Whether a byte may stand in a host.
static HOST_BYTES: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = byte >= 0x80 || (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    let (signs, mut i) = (b"-._~!$&'()*+,;=", 0);
    while i < signs.len() {
        table[signs[i] as usize] = true;
        i += 1;
    }
    table
};
