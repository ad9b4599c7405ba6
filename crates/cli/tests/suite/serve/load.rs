//! Very many at once.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use super::client::{PATIENCE, Server};
use crate::support::Site;

const CLIENTS: usize = 1000;
const TIME: Duration = Duration::from_secs(10);

/// Asks for a page on a connection that stays, and reads the whole answer.
fn ask(stream: &mut BufReader<TcpStream>, path: &str) -> std::io::Result<u16> {
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    stream.get_mut().write_all(request.as_bytes())?;
    let (mut status, mut length) = (0, 0);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let line = line.trim_end();
        if let Some(rest) = line.strip_prefix("HTTP/1.1 ") {
            status = rest[..3].parse().unwrap_or(0);
        } else if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.parse().unwrap_or(0);
        } else if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok(status)
}

/// A thousand clients ask without a pause for ten seconds, while a file changes again and again.
#[test]
#[ignore = "ten seconds of all cores; .ci/run runs it"]
fn a_thousand_clients_for_ten_seconds_without_an_error() {
    let site = Site::copy_of("examples/minimal");
    let sample = Site::copy_of("content");
    for (path, bytes) in crate::support::tree(sample.path()) {
        site.file(&format!("content/{path}"), bytes);
    }
    site.post("负载/一.md", "第0次", "2022-01-01");
    site.build();
    let paths: Vec<String> = crate::support::tree(&site.public())
        .into_keys()
        .map(|file| format!("/{}", super::client::encoded(&file)))
        .collect();
    let server = Server::of(&site);
    let (stop, answers) = (AtomicBool::new(false), AtomicUsize::new(0));
    let errors = Mutex::new(Vec::new());
    let complain = |what: String| errors.lock().expect("no panic").push(what);
    thread::scope(|scope| {
        for number in 0..CLIENTS {
            let (stop, answers, complain) = (&stop, &answers, &complain);
            let (paths, address) = (&paths, &server.address);
            let client = move || {
                let connect = || {
                    let stream = TcpStream::connect(address)?;
                    stream.set_read_timeout(Some(PATIENCE))?;
                    Ok::<_, std::io::Error>(BufReader::new(stream))
                };
                let mut stream = match connect() {
                    Ok(stream) => stream,
                    Err(error) => return complain(format!("connecting: {error}")),
                };
                let mut at = number;
                while !stop.load(Ordering::Relaxed) {
                    at += 1;
                    let path = &paths[at % paths.len()];
                    match ask(&mut stream, path) {
                        Ok(200) => {
                            answers.fetch_add(1, Ordering::Relaxed);
                        }
                        Ok(status) => complain(format!("{path}: {status}")),
                        Err(error) => return complain(format!("{path}: {error}")),
                    }
                }
            };
            thread::Builder::new()
                .stack_size(128 * 1024)
                .spawn_scoped(scope, client)
                .expect("a thread");
        }
        for round in 0..TIME.as_secs() {
            thread::sleep(Duration::from_secs(1));
            // In one step, so that it is there at every moment.
            site.post("next.txt", &format!("第{round}次"), "2022-01-01");
            let content = site.path().join("content");
            std::fs::rename(content.join("next.txt"), content.join("负载/一.md")).expect("renamed");
        }
        stop.store(true, Ordering::Relaxed);
    });
    let (answers, errors) = (answers.into_inner(), errors.into_inner().expect("no panic"));
    let some: Vec<&String> = errors.iter().take(10).collect();
    assert!(
        errors.is_empty(),
        "{} errors beside {answers} answers: {some:#?}",
        errors.len()
    );
    assert!(answers > CLIENTS, "only {answers} answers");
    assert_eq!(server.file("").status, 200);
}
