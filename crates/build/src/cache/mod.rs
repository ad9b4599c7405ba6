//! What a build remembers so that the next one need not do it again: what was read of every post (`posts`), and
//! what every file of the output was made of (`routes`).
//!
//! Everything here can be thrown away at any time: a missing cache costs a full build, no more. A cache is believed only
//! by the very program that wrote it, and only if its checksum holds.

pub mod posts;
pub mod routes;

use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::sync::OnceLock;

use newsprint_model::Diagnostic;
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use crate::sink::write_scratch;

/// What a cache file begins with: its name and form.
type Magic = [u8; 16];

/// Magic, key and checksum.
const HEADER: usize = 32;

/// Collects what a fingerprint is made of. Every piece is followed by its length, so that `ab`, `c` differs from `a`, `bc`.
#[derive(Default)]
pub struct Mixer(Xxh3);

impl Mixer {
    /// Adds a text.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.0.update(text.as_bytes());
        self.number(text.len() as u64)
    }

    /// Adds a text or its absence.
    pub fn maybe(&mut self, text: Option<&str>) -> &mut Self {
        match text {
            Some(text) => self.number(1).text(text),
            None => self.number(0),
        }
    }

    /// Adds a number.
    pub fn number(&mut self, number: u64) -> &mut Self {
        self.0.update(&number.to_le_bytes());
        self
    }

    /// The fingerprint of all that was added.
    pub fn finish(&self) -> u64 {
        self.0.digest()
    }
}

/// Identifies the program: two that differ in a byte may make different pages of the same post.
fn program() -> u64 {
    static PROGRAM: OnceLock<u64> = OnceLock::new();
    *PROGRAM.get_or_init(|| {
        let version = || xxh3_64(env!("CARGO_PKG_VERSION").as_bytes());
        std::env::current_exe()
            .and_then(|path| hash_of_file(&path))
            .unwrap_or_else(|_| version())
    })
}

fn hash_of_file(path: &Path) -> io::Result<u64> {
    let mut file = fs::File::open(path)?;
    let mut hash = Xxh3::new();
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hash.digest()),
            length => hash.update(&buffer[..length]),
        }
    }
}

/// Reads a cache file: its content, if `key` made it and it is whole. What is there and cannot be used is said.
fn open(path: &Path, magic: &Magic, key: u64) -> Result<Option<Vec<u8>>, Diagnostic> {
    let told = |reason: &str| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Diagnostic::warning(format!("the cache was thrown away: {reason}"))
            .at(format!(".newsprint/{name}"))
            .hint("this build takes as long as a first one; the output is the same")
    };
    let (header, bytes) = match read(path) {
        Ok(parts) => parts,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            return Err(told("it is no cache of this version"));
        }
        Err(error) => return Err(told(&format!("it could not be read: {error}"))),
    };
    if header[..16] != *magic {
        return Err(told("it is no cache of this version"));
    }
    let number = |at: usize| {
        let mut number = [0; 8];
        number.copy_from_slice(&header[at..at + 8]);
        u64::from_le_bytes(number)
    };
    if number(24) != xxh3_64(&bytes) {
        return Err(told("it is damaged"));
    }
    if number(16) != key {
        // Another program or other settings made it: nothing is wrong.
        return Ok(None);
    }
    Ok(Some(bytes))
}

/// Header and content, each by itself: the content is too long to be moved.
fn read(path: &Path) -> io::Result<([u8; HEADER], Vec<u8>)> {
    let mut file = fs::File::open(path)?;
    let mut header = [0; HEADER];
    file.read_exact(&mut header)?;
    let mut content = Vec::new();
    file.read_to_end(&mut content)?;
    Ok((header, content))
}

/// Writes a cache file, whole or not at all.
fn store(path: &Path, magic: &Magic, key: u64, content: &[u8]) -> io::Result<()> {
    let mut header = Vec::with_capacity(HEADER);
    header.extend_from_slice(magic);
    header.extend_from_slice(&key.to_le_bytes());
    header.extend_from_slice(&xxh3_64(content).to_le_bytes());
    write_scratch(path, &[&header, content])
}
