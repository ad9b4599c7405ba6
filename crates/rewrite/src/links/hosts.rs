//! Which hosts exist for everybody, and which only in somebody's own network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use super::address::Address;
use super::resolve::Media;

/// Top-level labels that never lead out of a private network
/// ([RFC 6761](https://www.rfc-editor.org/rfc/rfc6761), RFC 6762, RFC 8375 and ICANN's
/// reservation of `internal`).
const PRIVATE_TLDS: &[&str] = &[
    "localhost",
    "local",
    "localdomain",
    "internal",
    "intranet",
    "lan",
];

/// Whether the address leads into a private network, where an archive's reader finds nothing or,
/// worse, something of his own.
///
/// A bare loopback address is an example in a text about networks and stays as a link; with a
/// port it is a server on the author's desk. Nothing local is ever fetched as an image.
pub(super) fn is_local(address: &Address<'_>, media: Media) -> bool {
    if !is_numeric(address.host) {
        return is_private_name(address.host);
    }
    match ip(address.host) {
        Some(ip) if media == Media::Link && is_own_machine(ip) => address.port.is_some(),
        Some(ip) => is_private_ip(ip),
        None => false,
    }
}

/// Whether a host found inside another address can be somebody's public site.
pub(super) fn is_plausible(host: &str) -> bool {
    if is_numeric(host) {
        return ip(host).is_some_and(|ip| !is_private_ip(ip));
    }
    let Some((before, tld)) = host.rsplit_once('.') else {
        return false;
    };
    let tld_is_plausible = tld.len() >= 2
        && (!tld.is_ascii()
            || tld.bytes().all(|b| b.is_ascii_alphabetic())
            || tld
                .get(..4)
                .is_some_and(|head| head.eq_ignore_ascii_case("xn--")));
    tld_is_plausible && !before.is_empty() && !before.contains("..") && !is_private_name(host)
}

fn is_private_name(host: &str) -> bool {
    let tld = last_label(host);
    PRIVATE_TLDS
        .iter()
        .any(|private| tld.eq_ignore_ascii_case(private))
        || host
            .len()
            .checked_sub("home.arpa".len())
            .and_then(|at| host.get(at..))
            .is_some_and(|end| end.eq_ignore_ascii_case("home.arpa"))
}

fn last_label(host: &str) -> &str {
    &host[memchr::memrchr(b'.', host.as_bytes()).map_or(0, |at| at + 1)..]
}

/// Whether browsers may read the host as a number: its last label has a digit first, it stands in
/// brackets, or it is not ASCII (full-width digits are digits).
fn is_numeric(host: &str) -> bool {
    let last = last_label(host);
    host.starts_with('[') || !host.is_ascii() || last.starts_with(|c: char| c.is_ascii_digit())
}

/// The number that a browser makes of the host: `2130706433`, `0x7f.1` and `[::ffff:127.0.0.1]`
/// are all the same machine.
fn ip(host: &str) -> Option<IpAddr> {
    match Url::parse(&format!("http://{host}/")).ok()?.host()? {
        Host::Ipv4(v4) => Some(v4.into()),
        Host::Ipv6(v6) => Some(v6.to_ipv4_mapped().map_or(v6.into(), IpAddr::from)),
        Host::Domain(_) => None,
    }
}

fn is_own_machine(ip: IpAddr) -> bool {
    ip.is_loopback() || ip.is_unspecified()
}

fn is_private_ip(ip: IpAddr) -> bool {
    is_own_machine(ip)
        || match ip {
            IpAddr::V4(v4) => is_private_v4(v4),
            IpAddr::V6(v6) => is_private_v6(v6),
        }
}

fn is_private_v4(ip: Ipv4Addr) -> bool {
    let shared_by_carrier = ip.octets()[0] == 100 && ip.octets()[1] & 0xc0 == 64;
    ip.is_private() || ip.is_link_local() || ip.is_broadcast() || shared_by_carrier
}

fn is_private_v6(ip: Ipv6Addr) -> bool {
    ip.is_unique_local() || ip.is_unicast_link_local()
}
