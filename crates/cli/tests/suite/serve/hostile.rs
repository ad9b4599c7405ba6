//! Those who do not mean well, and those who are only slow.

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use super::client::Server;
use crate::support::Site;

fn site() -> Site {
    let site = Site::new();
    site.post("一.md", "第一篇", "2022-09-26 08:00:00");
    site.file("secret.txt", "SECRET")
        .file("static/robots2.txt", "open");
    site
}

#[test]
fn no_path_leads_out_of_the_site() {
    let site = site();
    let server = Server::of(&site);
    let long = format!("/{}", "a".repeat(9_000));
    let deep = format!("/{}", "a/".repeat(4_000));
    let cases = [
        ("/../secret.txt", 400),
        ("/static/../../secret.txt", 400),
        ("/%2e%2e/secret.txt", 400),
        ("/%2E%2E%2Fsecret.txt", 400),
        ("/..%5csecret.txt", 400),
        ("/..;/secret.txt", 404),
        ("/%252e%252e/secret.txt", 404),
        ("/%c0%ae%c0%ae/secret.txt", 400),
        ("/secret.txt", 404),
        ("/.newsprint/ledger.tsv", 404),
        ("/content/一.md", 404),
        ("/一.md", 404),
        ("/newsprint.toml", 404),
        ("/static/robots2.txt", 404),
        ("/robots2.txt", 200),
        ("/robots2.txt%00.html", 400),
        ("/robots2.txt%0d%0aSet-Cookie:%20a=b", 400),
        ("/__newsprint/../secret.txt", 404),
        ("/__newsprint/%2e%2e/secret.txt", 404),
        (&long, 414),
        (&deep, 404),
    ];
    for (path, status) in cases {
        let answer = server.get(path);
        assert_eq!(answer.status, status, "{}", &path[..path.len().min(60)]);
        assert!(!answer.text().contains("SECRET"), "{path}");
        assert_eq!(answer.header("set-cookie"), "", "{path}");
    }
}

#[cfg(unix)]
#[test]
fn links_out_of_the_site_are_not_followed() {
    use std::os::unix::fs::symlink;
    let elsewhere = tempfile::TempDir::new().expect("a folder");
    std::fs::write(elsewhere.path().join("secret.txt"), "SECRET").expect("written");
    let site = site();
    symlink(
        elsewhere.path().join("secret.txt"),
        site.path().join("static/leak.txt"),
    )
    .expect("a link");
    symlink(elsewhere.path(), site.path().join("static/all")).expect("a link");
    symlink(
        site.path().join("static/robots2.txt"),
        site.path().join("static/inside.txt"),
    )
    .expect("a link");
    let server = Server::of(&site);
    for path in ["/leak.txt", "/all/secret.txt"] {
        let answer = server.get(path);
        assert_eq!(answer.status, 403, "{path}");
        assert!(!answer.text().contains("SECRET"), "{path}");
    }
    server.says("leak.txt was asked for, but is a link to");
    assert_eq!(server.get("/inside.txt").text(), "open");
    // A file that becomes a link while the server runs.
    std::fs::remove_file(site.path().join("static/robots2.txt")).expect("removed");
    symlink(
        elsewhere.path().join("secret.txt"),
        site.path().join("static/robots2.txt"),
    )
    .expect("a link");
    assert!(!server.get("/robots2.txt").text().contains("SECRET"));
}

#[test]
fn only_who_knows_the_name_is_answered() {
    let site = site();
    let server = Server::with(&site, &["--allow-host", "preview.example"]);
    let ask = |host: &str| {
        server
            .raw(format!("GET / HTTP/1.1\r\n{host}Connection: close\r\n\r\n").as_bytes())
            .status
    };
    let cases = [
        ("Host: localhost\r\n", 200),
        ("Host: localhost:8080\r\n", 200),
        ("Host: 127.0.0.1\r\n", 200),
        ("Host: [::1]:80\r\n", 200),
        ("Host: preview.example:8080\r\n", 200),
        ("Host: evil.example\r\n", 403),
        ("Host: localhost.evil.example\r\n", 403),
        ("Host: 192.168.1.9\r\n", 403),
        ("Host: localhost, evil.example\r\n", 400),
        ("Host: localhost\r\nHost: evil.example\r\n", 400),
        ("Host:\r\n", 400),
        ("", 400),
    ];
    for (host, status) in cases {
        assert_eq!(ask(host), status, "{host:?}");
    }
    let through = server
        .raw(b"GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assert_eq!(through.status, 403);
    let events = server.raw(
        b"GET /__newsprint/events HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
    );
    assert_eq!(events.status, 403);
}

#[test]
fn nonsense_gets_an_answer_or_none_but_ends_nothing() {
    let site = site();
    let server = Server::of(&site);
    let header = format!(
        "GET / HTTP/1.1\r\nHost: localhost\r\nX: {}\r\n\r\n",
        "x".repeat(70_000)
    );
    let headers = format!(
        "GET / HTTP/1.1\r\nHost: localhost\r\n{}\r\n",
        "X: y\r\n".repeat(500)
    );
    let address = format!(
        "GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "a".repeat(200_000)
    );
    let cases: [(&[u8], &[u16]); 9] = [
        (b"\x16\x03\x01\x02\x00\x01\x00", &[0, 400]),
        (b"\0\0\0\0\r\n\r\n", &[0, 400]),
        (b"GET\r\n\r\n", &[0, 400]),
        (b"GET / HTTP/9.9\r\n\r\n", &[0, 400]),
        (b"GET /\0 HTTP/1.1\r\nHost: localhost\r\n\r\n", &[0, 400]),
        (header.as_bytes(), &[0, 431]),
        (headers.as_bytes(), &[0, 431]),
        (address.as_bytes(), &[0, 414, 431]),
        (
            b"POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 99999999999\r\n\r\nabc",
            &[405],
        ),
    ];
    for (request, statuses) in cases {
        let shown = String::from_utf8_lossy(&request[..request.len().min(50)]);
        let mut stream = server.connect();
        let _ = stream.write_all(request);
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let text = String::from_utf8_lossy(&bytes);
        let status: u16 = text
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .unwrap_or(0);
        assert!(statuses.contains(&status), "{shown:?}: {text}");
    }
    assert_eq!(server.get("/").status, 200);
}

#[test]
fn slow_and_silent_clients_keep_nobody_waiting() {
    let site = site();
    site.file("static/big.bin", vec![7; 40 * 1024 * 1024]);
    let server = Server::of(&site);
    let mut slow = Vec::new();
    for number in 0..200 {
        let mut stream = server.connect();
        let begun: &[u8] = match number % 4 {
            0 => b"",
            1 => b"GET / HT",
            2 => b"GET / HTTP/1.1\r\nHost: localhost\r\nX",
            // Asks for much and takes nothing of it.
            _ => b"GET /big.bin HTTP/1.1\r\nHost: localhost\r\n\r\n",
        };
        stream.write_all(begun).expect("sent");
        slow.push(stream);
    }
    let since = Instant::now();
    for _ in 0..20 {
        assert_eq!(server.get("/").status, 200);
    }
    assert!(
        since.elapsed() < Duration::from_secs(5),
        "{:?}",
        since.elapsed()
    );
    // Who never finishes the question is let go.
    let mut half = slow.swap_remove(1);
    half.set_read_timeout(Some(Duration::from_secs(25)))
        .expect("a timeout");
    let mut rest = Vec::new();
    half.read_to_end(&mut rest).expect("closed by the server");
}
