//! A web server that is right.

use super::client::Server;
use crate::support::{Run, Site};

fn site() -> Site {
    let site = Site::new();
    site.post("新媒体/某报/一.md", "第一篇", "2022-09-26 08:00:00");
    site.file(
        "static/视频.mp4",
        (0..=255).cycle().take(5000).collect::<Vec<u8>>(),
    );
    site.file("static/big.bin", vec![7; 5 * 1024 * 1024]);
    site.file("static/empty.txt", "");
    site.file("static/own.html", "<p>mine");
    site
}

#[test]
fn files_have_the_types_that_hosts_give_them() {
    let site = site();
    let server = Server::of(&site);
    let cases = [
        ("", "text/html; charset=utf-8"),
        ("404.html", "text/html; charset=utf-8"),
        ("atom.xml", "application/xml"),
        ("feed.json", "application/json"),
        ("robots.txt", "text/plain; charset=utf-8"),
        ("视频.mp4", "video/mp4"),
        ("big.bin", "application/octet-stream"),
    ];
    for (path, expected) in cases {
        let answer = server.file(path);
        assert_eq!(answer.header("content-type"), expected, "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(
            answer.header("content-length"),
            answer.body.len().to_string(),
            "{path}"
        );
    }
}

#[test]
fn slashes_and_folders_are_those_of_static_hosts() {
    let site = site();
    site.file(
        "newsprint.toml",
        "base_url = 'https://user.example/repo/'\n",
    );
    let server = Server::of(&site);
    assert_eq!(server.base, "/repo/");
    // path, status, where it leads
    let cases = [
        ("/repo/", 200, ""),
        ("/repo/index.html", 200, ""),
        ("/", 302, "/repo/"),
        ("/repo", 302, "/repo/"),
        ("/repo/categories", 301, "/repo/categories/"),
        ("/repo/categories?a=b", 301, "/repo/categories/?a=b"),
        ("/repo/categories/index.html", 200, ""),
        (
            "/repo/categories/%E6%96%B0%E5%AA%92%E4%BD%93",
            301,
            "/repo/categories/%E6%96%B0%E5%AA%92%E4%BD%93/",
        ),
        ("/repo/categories/%e6%96%b0%e5%aa%92%e4%bd%93/", 200, ""),
        ("/repo/categories/新媒体/", 200, ""),
        ("/repo/2022", 301, "/repo/2022/"),
        ("/repo/robots.txt/", 404, ""),
        ("/repo/Robots.txt", 404, ""),
        ("/repo//", 404, ""),
        ("/repo/categories//", 404, ""),
        ("//evil.example/", 404, ""),
        ("/categories/", 404, ""),
        ("/repository/", 404, ""),
    ];
    for (path, status, to) in cases {
        let answer = server.get(path);
        assert_eq!(
            (answer.status, answer.header("location")),
            (status, to),
            "{path}"
        );
        if status == 404 {
            assert!(
                answer.text().contains("data-kind=\"not_found\""),
                "{path}: the site's own page"
            );
        }
    }
}

#[test]
fn head_says_what_get_would() {
    let site = site();
    let server = Server::of(&site);
    for path in [
        "/",
        "/big.bin",
        "/nowhere",
        "/categories",
        "/__newsprint/live.js",
    ] {
        let (head, get) = (server.ask("HEAD", path, &[]), server.get(path));
        assert!(head.body.is_empty(), "{path}");
        assert_eq!(head.status, get.status, "{path}");
        for name in ["content-type", "content-length", "etag", "location"] {
            assert_eq!(head.header(name), get.header(name), "{path}: {name}");
        }
    }
}

#[test]
fn other_methods_are_refused() {
    let site = site();
    let server = Server::of(&site);
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "BREW"] {
        let answer = server.ask(method, "/", &[]);
        assert_eq!(
            (answer.status, answer.header("allow")),
            (405, "GET, HEAD"),
            "{method}"
        );
    }
}

#[test]
fn ranges_give_the_bytes_asked_for() {
    let site = site();
    let server = Server::of(&site);
    for (path, length) in [
        ("/%E8%A7%86%E9%A2%91.mp4", 5000_usize),
        ("/big.bin", 5 * 1024 * 1024),
    ] {
        let whole = server.get(path);
        assert_eq!(
            (whole.header("accept-ranges"), whole.body.len()),
            ("bytes", length)
        );
        let tag = format!("If-Range: {}", whole.header("etag"));
        let cases: [(&[&str], u16, std::ops::Range<usize>); 7] = [
            (&["Range: bytes=0-0"], 206, 0..1),
            (&["Range: bytes=100-4000"], 206, 100..4001),
            (&["Range: bytes=4990-"], 206, 4990..length),
            (&["Range: bytes=-10"], 206, length - 10..length),
            (&["Range: bytes=0-1,4-5"], 200, 0..length),
            (&["Range: bytes=5-9", &tag], 206, 5..10),
            (
                &["Range: bytes=5-9", "If-Range: \"another\""],
                200,
                0..length,
            ),
        ];
        for (headers, status, range) in cases {
            let answer = server.ask("GET", path, headers);
            assert_eq!(answer.status, status, "{headers:?}");
            assert!(
                answer.body == whole.body[range.clone()],
                "{path} {headers:?}: {} bytes",
                answer.body.len()
            );
            if status == 206 {
                let expected = format!("bytes {}-{}/{length}", range.start, range.end - 1);
                assert_eq!(answer.header("content-range"), expected);
            }
        }
        for range in ["bytes=99999999-", "bytes=9-5", "bytes=-0", "bytes=x"] {
            let answer = server.ask("GET", path, &[&format!("Range: {range}")]);
            assert_eq!(
                (answer.status, answer.header("content-range")),
                (416, &*format!("bytes */{length}")),
                "{range}"
            );
        }
    }
    assert_eq!(
        server.ask("GET", "/empty.txt", &["Range: bytes=0-"]).status,
        416
    );
}

#[test]
fn what_the_browser_has_is_not_sent_again() {
    let site = site();
    let server = Server::of(&site);
    for path in ["/", "/big.bin", "/robots.txt"] {
        for encoding in ["identity", "gzip"] {
            let accept = format!("Accept-Encoding: {encoding}");
            let first = server.ask("GET", path, &[&accept]);
            let tag = first.header("etag").to_owned();
            assert!(tag.starts_with('"'), "{path}: {tag}");
            for condition in [tag.clone(), format!("\"x\", W/{tag}"), "*".to_owned()] {
                let again = server.ask(
                    "GET",
                    path,
                    &[&accept, &format!("If-None-Match: {condition}")],
                );
                assert_eq!(
                    (again.status, again.body.len()),
                    (304, 0),
                    "{path} {condition}"
                );
            }
            let other = server.ask("GET", path, &[&accept, "If-None-Match: \"x\""]);
            assert_eq!(other.status, 200);
        }
    }
}

#[test]
fn pages_that_nobody_made_get_the_script_too() {
    let site = site();
    let server = Server::of(&site);
    let page = server.get("/own.html");
    assert!(
        page.text()
            .starts_with("<p>mine<script src=\"/__newsprint/live.js\""),
        "{}",
        page.text()
    );
    assert_eq!(
        server.get("/__newsprint/live.css").header("content-type"),
        "text/css; charset=utf-8"
    );
    assert_eq!(server.get("/__newsprint/other").status, 404);
}

#[test]
fn a_port_that_is_taken_is_said() {
    let site = site();
    let server = Server::of(&site);
    let port = server.address.rsplit(':').next().expect("a port");
    Run::of(&mut site.command(&["serve", "--port", port]))
        .expect_code(1)
        .expect_error(&format!("error: port {port} is taken by another program"))
        .expect_error("`--port 0` takes the next free one");
    Run::of(&mut site.command(&["serve", "--port", "65536"])).expect_code(2);
    let other = Server::with(&site, &["--port", "0"]);
    assert_ne!(other.address, server.address);
}

#[test]
fn a_folder_that_is_no_site_is_said() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let mut command = crate::support::program();
    command
        .arg("--site")
        .arg(folder.path())
        .args(["serve", "--port", "0"]);
    Run::of(&mut command)
        .expect_code(1)
        .expect_error("there is no folder `content` here");
}

#[test]
fn who_lets_others_look_is_warned() {
    let site = site();
    let server = Server::with(&site, &["--bind", "0.0.0.0", "--qr"]);
    server.says("--bind: warning: everybody who can reach 0.0.0.0 can read this preview");
    assert!(
        server.address.starts_with("127.0.0.1:"),
        "{}",
        server.address
    );
    // The address for others may come first, where this machine has one.
    let mut line = server.prints();
    if line.starts_with("http://") {
        line = server.prints();
    }
    assert!(
        line.chars().count() > 20 && line.chars().all(|c| "█▀▄ ".contains(c)),
        "{line}"
    );
    let numbers =
        server.raw(b"GET / HTTP/1.1\r\nHost: 192.168.7.7:8080\r\nConnection: close\r\n\r\n");
    assert_eq!(numbers.status, 200);
    let name = server.raw(b"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
    assert_eq!(name.status, 403);
}

#[cfg(target_os = "linux")]
#[test]
fn the_browser_is_opened() {
    use std::os::unix::fs::PermissionsExt;
    let site = site();
    let opened = site.path().join("opened.txt");
    let script = format!("#!/bin/sh\nprintf %s \"$1\" > '{}'\n", opened.display());
    site.file("bin/xdg-open", script);
    let program = site.path().join("bin/xdg-open");
    std::fs::set_permissions(program, std::fs::Permissions::from_mode(0o755))
        .expect("made a program");
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = site.command(&["serve", "--port", "auto", "--open"]);
    command.env(
        "PATH",
        format!("{}:{path}", site.path().join("bin").display()),
    );
    let server = Server::run(command);
    let since = std::time::Instant::now();
    let said = loop {
        let said = std::fs::read_to_string(&opened).unwrap_or_default();
        if !said.is_empty() || since.elapsed() > super::client::PATIENCE {
            break said;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    };
    assert_eq!(said, format!("http://{}/", server.address));
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_at_once_whoever_listens() {
    let site = site();
    for signal in ["-INT", "-TERM"] {
        let server = Server::of(&site);
        let _events = server.listen("/");
        let _idle = server.connect();
        let (status, time) = server.end(signal);
        assert_eq!(status.code(), Some(0), "{signal}");
        assert!(time.as_millis() < 1000, "{signal}: {time:?}");
    }
}
