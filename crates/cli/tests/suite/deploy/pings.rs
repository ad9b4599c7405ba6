//! Who is told after a `deploy`, by a web server of a few lines.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;

use serde_json::Value;

use super::{FOLDER, site};

/// A web server that answers every request with `status` and hands on what it was sent.
fn listener(status: &'static str) -> (u16, std::sync::mpsc::Receiver<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
            let (mut first, mut length) = (String::new(), 0);
            reader.read_line(&mut first).expect("a request");
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).expect("a header");
                if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().expect("a length");
                }
                if line.trim().is_empty() {
                    break;
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).expect("a body");
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            );
            if sender
                .send((first, String::from_utf8(body).expect("UTF-8")))
                .is_err()
            {
                return;
            }
        }
    });
    (port, receiver)
}

#[test]
fn pings_name_new_pages_only_and_only_if_the_owner_wants_them() {
    let (port, heard) = listener("202 Accepted");
    let target = format!(
        "{FOLDER}indexnow = 'abcd1234'\nindexnow_endpoint = 'http://127.0.0.1:{port}/indexnow'\nwebsub = 'http://127.0.0.1:{port}/hub'\n"
    );
    let site = site(3, &target);
    site.run(&["deploy"]).expect_code(0);
    assert_eq!(
        fs::read_to_string(site.path().join("live/abcd1234.txt")).expect("the key"),
        "abcd1234"
    );
    let _first: Vec<_> = heard.try_iter().collect();
    site.run(&["deploy"]).expect_code(0);
    assert_eq!(heard.try_iter().count(), 0, "nothing new, nobody told");
    site.posts(3..4);
    site.build();
    site.run(&["deploy", "--dry-run"]).expect_code(0);
    assert_eq!(heard.try_iter().count(), 0, "a dry run tells nobody");
    let post = site.posts_with("正文：第3篇。")[0].clone();
    site.run(&["deploy"]).expect_code(0);
    let said: Vec<(String, String)> = heard.try_iter().collect();
    let indexnow: Value = serde_json::from_str(&said[0].1).expect("JSON");
    assert!(said[0].0.starts_with("POST /indexnow "));
    assert_eq!(indexnow["host"], "news.example");
    assert_eq!(indexnow["keyLocation"], "https://news.example/abcd1234.txt");
    let urls: Vec<&str> = indexnow["urlList"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert!(
        urls.contains(&format!("https://news.example/{post}").as_str()),
        "{urls:?}"
    );
    assert!(
        !urls.contains(&"https://news.example/"),
        "the home page is not new: {urls:?}"
    );
    let topics: Vec<&str> = said[1..].iter().map(|(_, body)| body.as_str()).collect();
    assert!(
        topics.contains(&"hub.mode=publish&hub.url=https%3A%2F%2Fnews.example%2Fatom.xml"),
        "{topics:?}"
    );
}

#[test]
fn feeds_name_every_hub_once() {
    let target = |name: &str, hub: &str| {
        format!("[deploy.{name}]\ntype = 'folder'\npath = '{name}'\nwebsub = '{hub}'\n")
    };
    let hubs = ["https://a.example/?x=1&y=2", "https://b.example/"];
    let targets = [(0, "one"), (1, "two"), (0, "three")].map(|(hub, name)| target(name, hubs[hub]));
    let named = site(2, &targets.concat());
    let escaped = hubs.map(|hub| hub.replace('&', "&amp;"));
    for (feed, element) in [("atom.xml", "link"), ("rss.xml", "atom:link")] {
        let links = escaped
            .each_ref()
            .map(|hub| format!("<{element} rel=\"hub\" href=\"{hub}\"/>"));
        let text = named.output(feed);
        assert!(text.contains(&links.concat()), "{text}");
        assert_eq!(text.matches("rel=\"hub\"").count(), 2);
    }
    let json: Value = serde_json::from_str(&named.output("feed.json")).expect("JSON");
    let told = hubs.map(|url| serde_json::json!({"type": "WebSub", "url": url}));
    assert_eq!(json["hubs"], Value::from(told.to_vec()));
    let silent = site(2, FOLDER);
    for feed in ["atom.xml", "rss.xml", "feed.json"] {
        assert!(!silent.output(feed).contains("hub"), "{feed}");
    }
}

#[test]
fn a_ping_that_fails_does_not_take_the_deploy_back() {
    let (port, _heard) = listener("403 Forbidden");
    let target = format!(
        "{FOLDER}indexnow = 'abcd1234'\nindexnow_endpoint = 'http://127.0.0.1:{port}/'\nwebsub = 'http://127.0.0.1:1/'\n"
    );
    let site = site(2, &target);
    site.run(&["deploy"])
        .expect_code(0)
        .expect_error("a ping failed: the answer was 403")
        .expect_error("127.0.0.1:1/: warning: a ping failed");
    assert!(site.path().join("live/index.html").exists());
}
