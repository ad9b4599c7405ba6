//! The socket: which port, and by which addresses it can be reached.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, UdpSocket};

use newsprint_model::Diagnostic;

use crate::{Place, Port};

/// The port that is tried first; the base URL of a site without one names it too.
pub const FIRST_PORT: u16 = 8080;

/// So many ports are tried one after the other before the system is asked for any.
const TRIED: u16 = 100;

/// Listens.
///
/// # Errors
/// An address that is not this machine's, or a port that is taken or not allowed.
pub(crate) fn listen(bind: IpAddr, port: Port) -> Result<TcpListener, Diagnostic> {
    let at = |port| TcpListener::bind(SocketAddr::new(bind, port));
    let listener = match port {
        Port::Fixed(port) => at(port).map_err(|error| refused(bind, port, &error)),
        Port::Free => first_free(at).map_err(|error| refused(bind, FIRST_PORT, &error)),
    }?;
    listener
        .set_nonblocking(true)
        .map_err(|error| Diagnostic::error(format!("the server could not be started: {error}")))?;
    Ok(listener)
}

fn first_free(at: impl Fn(u16) -> io::Result<TcpListener>) -> io::Result<TcpListener> {
    for port in FIRST_PORT..FIRST_PORT + TRIED {
        match at(port) {
            Err(error) if is_taken(&error) => {}
            other => return other,
        }
    }
    at(0)
}

fn is_taken(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::AddrInUse | ErrorKind::PermissionDenied
    )
}

fn refused(bind: IpAddr, port: u16, error: &io::Error) -> Diagnostic {
    let address = SocketAddr::new(bind, port);
    match error.kind() {
        ErrorKind::AddrInUse => {
            Diagnostic::error(format!("port {port} is taken by another program"))
                .hint("name another with --port; `--port 0` takes the next free one")
        }
        ErrorKind::PermissionDenied => {
            Diagnostic::error(format!("port {port} may not be used: {error}"))
                .hint("ports below 1024 are for the system; name another with --port")
        }
        ErrorKind::AddrNotAvailable => Diagnostic::error(format!(
            "{bind} is no address of this machine"
        ))
        .hint("`--bind 0.0.0.0` listens on all of them, 127.0.0.1 on none that others reach"),
        _ => Diagnostic::error(format!("{address} could not be listened on: {error}")),
    }
}

/// Where a browser finds the server, below this path.
pub(crate) fn place(address: SocketAddr, path: &str) -> Place {
    let port = address.port();
    let url = |ip: IpAddr| format!("http://{}{path}", SocketAddr::new(ip, port));
    let ip = address.ip();
    if !ip.is_unspecified() {
        return Place {
            local: url(ip),
            network: (!ip.is_loopback()).then(|| url(ip)),
        };
    }
    let loopback = match ip {
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
    };
    Place {
        local: url(loopback),
        network: outward(ip).map(url),
    }
}

/// The address that this machine would use to reach others. Nothing is sent: the system only chooses a way.
fn outward(bound: IpAddr) -> Option<IpAddr> {
    // Addresses that are set aside for documentation (RFC 5737, RFC 3849): every way out would do.
    let (any, far): (IpAddr, IpAddr) = match bound {
        IpAddr::V4(_) => (
            Ipv4Addr::UNSPECIFIED.into(),
            Ipv4Addr::new(192, 0, 2, 1).into(),
        ),
        IpAddr::V6(_) => (
            Ipv6Addr::UNSPECIFIED.into(),
            Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1).into(),
        ),
    };
    let socket = UdpSocket::bind(SocketAddr::new(any, 0)).ok()?;
    socket.connect(SocketAddr::new(far, 9)).ok()?;
    let ip = socket.local_addr().ok()?.ip();
    (!ip.is_unspecified() && !ip.is_loopback()).then_some(ip)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_said_and_the_next_free_one_found() {
        let loopback = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let first = listen(loopback, Port::Free).expect("a free port");
        let port = first.local_addr().expect("an address").port();
        let error = listen(loopback, Port::Fixed(port)).expect_err("taken");
        assert_eq!(
            error.reason,
            format!("port {port} is taken by another program")
        );
        assert!(error.hint.is_some_and(|hint| hint.contains("--port 0")));
        let second = listen(loopback, Port::Free).expect("another");
        assert_ne!(second.local_addr().expect("an address").port(), port);
    }

    #[test]
    fn an_address_of_another_machine_is_refused() {
        let error =
            listen(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), Port::Fixed(0)).expect_err("not ours");
        assert!(
            error.reason.contains("is no address of this machine"),
            "{}",
            error.reason
        );
    }

    #[test]
    fn places_are_urls() {
        let cases = [
            ("127.0.0.1:8080", "/", "http://127.0.0.1:8080/", None),
            ("[::1]:81", "/a/", "http://[::1]:81/a/", None),
            (
                "192.168.1.9:80",
                "/",
                "http://192.168.1.9:80/",
                Some("http://192.168.1.9:80/"),
            ),
        ];
        for (address, path, local, network) in cases {
            let place = place(address.parse().expect("an address"), path);
            assert_eq!(
                (place.local.as_str(), place.network.as_deref()),
                (local, network)
            );
        }
        let all = place("0.0.0.0:8080".parse().expect("an address"), "/");
        assert_eq!(all.local, "http://127.0.0.1:8080/");
    }
}
