//! Who may ask: only those who call the server by a name of its own.
//!
//! A web page from elsewhere can make a browser ask any address for anything, and where its name is made to point at this
//! machine ("DNS rebinding") it can read the answers. What it cannot do is change the name that the browser puts into
//! `Host` (RFC 9112, section 3.2). An address written as numbers needs no name server and cannot be made to point elsewhere.

use std::net::IpAddr;

use hyper::Request;
use hyper::header::HOST;

/// The names that may be asked for.
#[derive(Debug, Clone)]
pub(crate) struct Guard {
    bind: IpAddr,
    hosts: Vec<String>,
}

/// Why a request is not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It names no host, several, or something that is none.
    Malformed,
    /// It names this host, which is not the server's.
    Stranger(String),
}

impl Guard {
    pub(crate) fn new(bind: IpAddr, hosts: &[String]) -> Self {
        let hosts = hosts
            .iter()
            .map(|host| host.trim_end_matches('.').to_ascii_lowercase());
        Self {
            bind,
            hosts: hosts.collect(),
        }
    }

    /// Looks at what a request calls the server.
    pub(crate) fn check<B>(&self, request: &Request<B>) -> Result<(), Refusal> {
        let mut named = request.headers().get_all(HOST).iter();
        let header = match (named.next(), named.next()) {
            (Some(host), None) => Some(host.to_str().map_err(|_| Refusal::Malformed)?),
            (None, None) if request.version() < hyper::Version::HTTP_11 => None,
            _ => return Err(Refusal::Malformed),
        };
        // A request through a proxy carries the name in its first line, and that one counts (RFC 9112, section 3.2.2).
        let target = request
            .uri()
            .authority()
            .map(hyper::http::uri::Authority::as_str);
        header
            .into_iter()
            .chain(target)
            .try_for_each(|host| self.check_host(host))
    }

    fn check_host(&self, host: &str) -> Result<(), Refusal> {
        let name = without_port(host).ok_or(Refusal::Malformed)?;
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        let stranger = || Err(Refusal::Stranger(host.chars().take(100).collect()));
        if name == "localhost" || self.hosts.contains(&name) {
            return Ok(());
        }
        match name
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse::<IpAddr>()
        {
            Ok(ip) if ip.is_loopback() || ip == self.bind || self.bind.is_unspecified() => Ok(()),
            _ => stranger(),
        }
    }
}

/// A host without its port; none where it is no host.
fn without_port(host: &str) -> Option<&str> {
    let (name, port) = match host.rfind(':') {
        Some(colon) if !host.ends_with(']') => (&host[..colon], &host[colon + 1..]),
        _ => (host, ""),
    };
    let is_port = port.bytes().all(|byte| byte.is_ascii_digit());
    let is_name = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"@/\\?#".contains(&byte));
    (is_port && is_name).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(host: &str) -> Request<()> {
        Request::builder()
            .header(HOST, host)
            .body(())
            .expect("a request")
    }

    #[test]
    fn only_names_of_its_own_are_answered() {
        let local = Guard::new(
            "127.0.0.1".parse().expect("an address"),
            &["Preview.Example".into()],
        );
        let lan = Guard::new("192.168.1.9".parse().expect("an address"), &[]);
        let all = Guard::new("0.0.0.0".parse().expect("an address"), &[]);
        // host, on the loopback interface, on one address, on all
        let cases = [
            ("localhost", true, true, true),
            ("LOCALHOST:8080", true, true, true),
            ("localhost.:8080", true, true, true),
            ("127.0.0.1:8080", true, true, true),
            ("127.8.8.8", true, true, true),
            ("[::1]:8080", true, true, true),
            ("192.168.1.9:8080", false, true, true),
            ("10.0.0.1", false, false, true),
            ("preview.example", true, false, false),
            ("evil.example", false, false, false),
            ("localhost.evil.example", false, false, false),
            ("127.0.0.1.evil.example", false, false, false),
            ("evil.example:8080", false, false, false),
        ];
        for (host, on_local, on_lan, on_all) in cases {
            for (guard, expected) in [(&local, on_local), (&lan, on_lan), (&all, on_all)] {
                assert_eq!(
                    guard.check(&request(host)).is_ok(),
                    expected,
                    "{host} {guard:?}"
                );
            }
        }
        for host in [
            "",
            ":80",
            "a b",
            "user@localhost",
            "localhost:80x",
            "localhost/",
        ] {
            assert_eq!(
                local.check(&request(host)),
                Err(Refusal::Malformed),
                "{host:?}"
            );
        }
    }

    #[test]
    fn a_request_names_exactly_one_host() {
        let guard = Guard::new("127.0.0.1".parse().expect("an address"), &[]);
        let none = Request::builder().body(()).expect("a request");
        assert_eq!(guard.check(&none), Err(Refusal::Malformed));
        let old = Request::builder()
            .version(hyper::Version::HTTP_10)
            .body(())
            .expect("a request");
        assert_eq!(guard.check(&old), Ok(()));
        let two = Request::builder()
            .header(HOST, "localhost")
            .header(HOST, "localhost")
            .body(())
            .expect("a request");
        assert_eq!(guard.check(&two), Err(Refusal::Malformed));
        let through = Request::builder()
            .uri("http://evil.example/")
            .header(HOST, "localhost")
            .body(())
            .expect("a request");
        assert!(matches!(guard.check(&through), Err(Refusal::Stranger(_))));
    }
}
