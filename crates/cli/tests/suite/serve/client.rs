//! The running program, and the plainest client there is.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::{Site, program};

/// Longer than anything here takes on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A running preview; it ends with the test.
pub struct Server {
    child: Child,
    /// `127.0.0.1:8080`
    pub address: String,
    /// The path below which the site stands.
    pub base: String,
    stdout: Receiver<String>,
    stderr: Receiver<String>,
}

impl Server {
    /// Serves a site on a free port.
    pub fn of(site: &Site) -> Self {
        Self::with(site, &[])
    }

    /// The same, with more arguments.
    pub fn with(site: &Site, arguments: &[&str]) -> Self {
        let mut all = vec!["serve"];
        if !arguments.contains(&"--port") {
            all.extend(["--port", "auto"]);
        }
        all.extend(arguments);
        let mut command = program();
        command.arg("--site").arg(site.path()).args(all);
        Self::run(command)
    }

    /// Starts this command, which serves something.
    pub fn run(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("starts");
        let stderr = lines(child.stderr.take().expect("a pipe"));
        let stdout = lines(child.stdout.take().expect("a pipe"));
        let url = stdout.recv_timeout(PATIENCE).expect("the address");
        let rest = url.strip_prefix("http://").expect("an address");
        let slash = rest.find('/').expect("a path");
        Self {
            child,
            address: rest[..slash].to_owned(),
            base: rest[slash..].to_owned(),
            stdout,
            stderr,
        }
    }

    /// Asks for a path of the server and expects an answer.
    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[])
    }

    /// Asks for a file of the output, by its name there.
    pub fn file(&self, file: &str) -> Answer {
        self.get(&format!("{}{}", self.base, encoded(file)))
    }

    /// Asks with any method and these header lines.
    pub fn ask(&self, method: &str, path: &str, headers: &[&str]) -> Answer {
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n",
            self.address
        );
        for header in headers {
            request.push_str(header);
            request.push_str("\r\n");
        }
        self.raw(format!("{request}\r\n").as_bytes())
    }

    /// Sends these bytes and reads until the other side is done.
    pub fn raw(&self, request: &[u8]) -> Answer {
        let mut stream = self.connect();
        // Whoever refuses a request need not read all of it.
        let _ = stream.write_all(request);
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        Answer::parse(&bytes)
    }

    /// A connection to the server.
    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).expect("connects");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        stream
    }

    /// Listens for changes as the script of a page at this path does.
    pub fn listen(&self, path: &str) -> Events {
        let page = self.get(path);
        let text = page.text();
        let (_, rest) = text.split_once("data-since=\"").expect("the script");
        let since = rest.split('"').next().expect("a version");
        let mut stream = self.connect();
        let request = format!(
            "GET /__newsprint/events?since={since}&page={path} HTTP/1.1\r\nHost: {}\r\n\r\n",
            self.address
        );
        stream.write_all(request.as_bytes()).expect("asked");
        let events = Events {
            lines: lines(stream),
        };
        events.until("retry: 500");
        events
    }

    /// The next line on standard output after the address.
    pub fn prints(&self) -> String {
        self.stdout.recv_timeout(PATIENCE).expect("a line")
    }

    /// Waits for a line on standard error that holds this.
    pub fn says(&self, text: &str) -> String {
        wait(&self.stderr, text)
    }

    /// Sends a signal and waits for the end.
    #[cfg(unix)]
    pub fn end(mut self, signal: &str) -> (ExitStatus, Duration) {
        let since = Instant::now();
        let pid = self.child.id().to_string();
        let sent = Command::new("kill")
            .args([signal, &pid])
            .status()
            .expect("kill");
        assert!(sent.success());
        (self.child.wait().expect("ends"), since.elapsed())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a page would hear.
pub struct Events {
    lines: Receiver<String>,
}

impl Events {
    /// Waits for a line that holds this.
    pub fn until(&self, text: &str) -> String {
        wait(&self.lines, text)
    }

    /// Waits until pages are told to load again.
    pub fn reload(&self) {
        self.until("event: reload");
    }

    /// The lines that come while it is quiet for so long.
    pub fn during(&self, time: Duration) -> Vec<String> {
        let since = Instant::now();
        let mut heard = Vec::new();
        while let Some(left) = time.checked_sub(since.elapsed()) {
            match self.lines.recv_timeout(left) {
                Ok(line) => heard.push(line),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
            }
        }
        heard
    }
}

fn wait(lines: &Receiver<String>, text: &str) -> String {
    let since = Instant::now();
    let mut heard = Vec::new();
    while let Some(left) = PATIENCE.checked_sub(since.elapsed()) {
        match lines.recv_timeout(left) {
            Ok(line) if line.contains(text) => return line,
            Ok(line) => heard.push(line),
            Err(_) => break,
        }
    }
    panic!("no `{text}` in: {heard:#?}");
}

/// The lines of something, read by a thread of their own.
fn lines(from: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in BufReader::new(from).lines() {
            let Ok(line) = line else { return };
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

/// An answer of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// 0 where there was none.
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    fn parse(bytes: &[u8]) -> Self {
        let end = bytes
            .windows(4)
            .position(|window| window == b"\r\n\r\n")
            .unwrap_or(bytes.len());
        let head = String::from_utf8_lossy(&bytes[..end]);
        let mut lines = head.lines();
        let status = lines
            .next()
            .and_then(|line| line.split(' ').nth(1)?.parse().ok());
        let headers = lines.filter_map(|line| line.split_once(": "));
        Self {
            status: status.unwrap_or(0),
            headers: headers
                .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
                .collect(),
            body: bytes.get(end + 4..).unwrap_or_default().to_vec(),
        }
    }

    /// A header's value; empty where it is not there.
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body without the script of the preview.
    pub fn as_built(&self) -> Vec<u8> {
        without_script(&self.body)
    }
}

/// A page without the script of the preview.
pub fn without_script(page: &[u8]) -> Vec<u8> {
    const BEGIN: &[u8] = b"<script src=\"/__newsprint/live.js\" data-since=\"";
    const END: &[u8] = b"\" defer></script>";
    let find = |part: &[u8], from: usize| {
        page[from..]
            .windows(part.len())
            .position(|window| window == part)
            .map(|at| from + at)
    };
    let Some(begin) = find(BEGIN, 0) else {
        return page.to_vec();
    };
    let Some(end) = find(END, begin) else {
        return page.to_vec();
    };
    [&page[..begin], &page[end + END.len()..]].concat()
}

/// A path as a browser writes it.
pub fn encoded(path: &str) -> String {
    path.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect()
}
