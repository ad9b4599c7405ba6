//! What a build remembers so that the next one need not do it again: what was read of every post (`posts`), and
//! what every file of the output was made of (`routes`).
//!
//! Everything here can be thrown away at any time: a missing cache costs a full build, no more. A cache is believed only
//! by the very program that wrote it, and only if its checksum holds.

pub mod posts;
mod record;
pub mod routes;

use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::OnceLock;

use newsprint_model::Diagnostic;
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use crate::sink::write_scratch;

/// What a cache file begins with: its name and form.
type Magic = [u8; 16];

/// Magic and key.
const HEADER: usize = 24;

/// What stands before each part of the content: its length and checksum.
const PART: usize = 16;

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

/// A cache file that is read part by part.
struct Parts {
    file: fs::File,
    /// How long it is.
    length: u64,
    /// How much of it stands behind the head that was read last.
    left: u64,
    /// The head of the next part.
    next: Option<io::Result<Head>>,
}

/// What stands before a part: its length and checksum.
struct Head {
    length: u64,
    checksum: u64,
}

/// A part of a cache file as it was read.
struct Part {
    bytes: Vec<u8>,
    checksum: u64,
}

impl Parts {
    /// Opens a cache file, if `key` made it. What is there and cannot be used is said.
    fn open(path: &Path, magic: &Magic, key: u64) -> Result<Option<Self>, Diagnostic> {
        let unreadable =
            |error: io::Error| thrown_away(path, &format!("it could not be read: {error}"));
        let mut file = match fs::File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unreadable(error)),
        };
        let length = file.metadata().map_err(unreadable)?.len();
        let mut head = [0; HEADER];
        // Without any part it is half a file.
        if length < (HEADER + PART) as u64
            || file.read_exact(&mut head).is_err()
            || head[..16] != *magic
        {
            return Err(thrown_away(path, "it is no cache of this version"));
        }
        let mut parts = Self {
            file,
            length,
            left: length - HEADER as u64,
            next: None,
        };
        let first = parts.head().map_err(|_| damaged(path))?;
        parts.next = Some(Ok(first));
        // Where another program or other settings made it, nothing is wrong.
        Ok((head[16..] == key.to_le_bytes()).then_some(parts))
    }

    fn head(&mut self) -> io::Result<Head> {
        let mut head = [0; PART];
        self.file.read_exact(&mut head)?;
        self.left = self.left.saturating_sub(PART as u64);
        let number = |at: usize| u64::from_le_bytes(std::array::from_fn(|place| head[at + place]));
        let (length, checksum) = (number(0), number(8));
        match length <= self.left {
            true => Ok(Head { length, checksum }),
            false => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    fn part(&mut self, head: Head) -> io::Result<Part> {
        let mut bytes = Vec::with_capacity(usize::try_from(head.length).unwrap_or_default());
        let read = (&self.file).take(head.length).read_to_end(&mut bytes)? as u64;
        if read != head.length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left -= read;
        self.next = (self.left > 0).then(|| self.head());
        let checksum = head.checksum;
        Ok(Part { bytes, checksum })
    }
}

/// Every part, and an error in place of the first that cannot be read.
impl Iterator for Parts {
    type Item = io::Result<Part>;

    fn next(&mut self) -> Option<Self::Item> {
        let head = self.next.take()?;
        Some(head.and_then(|head| self.part(head)))
    }
}

impl Part {
    /// The part's bytes, if they are what they were.
    fn whole(&self) -> Option<&[u8]> {
        (xxh3_64(&self.bytes) == self.checksum).then_some(&self.bytes)
    }
}

fn thrown_away(path: &Path, reason: &str) -> Diagnostic {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Diagnostic::warning(format!("the cache was thrown away: {reason}"))
        .at(format!(".newsprint/{name}"))
        .hint("this build takes as long as a first one; the output is the same")
}

fn damaged(path: &Path) -> Diagnostic {
    thrown_away(path, "it is damaged")
}

/// Reads a cache file as a whole: the content of all its parts, if `key` made it. What is there and cannot be used is said.
fn open(path: &Path, magic: &Magic, key: u64) -> Result<Option<Vec<u8>>, Diagnostic> {
    let Some(parts) = Parts::open(path, magic, key)? else {
        return Ok(None);
    };
    let mut content = Vec::new();
    for part in parts {
        let part = part.ok().filter(|part| part.whole().is_some());
        let bytes = part.ok_or_else(|| damaged(path))?.bytes;
        // Mostly there is but one, which need not be copied.
        match content.is_empty() {
            true => content = bytes,
            false => content.extend_from_slice(&bytes),
        }
    }
    Ok(Some(content))
}

fn head_of(magic: &Magic, key: u64) -> [u8; HEADER] {
    let mut head = [0; HEADER];
    head[..16].copy_from_slice(magic);
    head[16..].copy_from_slice(&key.to_le_bytes());
    head
}

/// What stands before a part made of these pieces.
fn part_head(pieces: &[&[u8]]) -> [u8; PART] {
    let length: usize = pieces.iter().map(|piece| piece.len()).sum();
    let mut hash = Xxh3::new();
    pieces.iter().for_each(|piece| hash.update(piece));
    let mut head = [0; PART];
    head[..8].copy_from_slice(&(length as u64).to_le_bytes());
    head[8..].copy_from_slice(&hash.digest().to_le_bytes());
    head
}

/// Writes a cache file, whole or not at all, part by part, each from its pieces.
fn store<P: AsRef<[u8]>>(
    path: &Path,
    magic: &Magic,
    key: u64,
    parts: impl Iterator<Item = Vec<P>>,
) -> io::Result<()> {
    write_scratch(path, |file| {
        file.write_all(&head_of(magic, key))?;
        // A file without any part would be taken for half a file.
        let mut parts = parts.peekable();
        if parts.peek().is_none() {
            file.write_all(&part_head(&[]))?;
        }
        for part in parts {
            let pieces: Vec<&[u8]> = part.iter().map(AsRef::as_ref).collect();
            file.write_all(&part_head(&pieces))?;
            pieces.iter().try_for_each(|piece| file.write_all(piece))?;
        }
        Ok(())
    })
}

/// Adds a part to a cache file that was `length` bytes long when it was read. Whether that could be done: it may be another file by now.
fn append(path: &Path, magic: &Magic, key: u64, length: u64, content: &[u8]) -> io::Result<bool> {
    let mut file = fs::OpenOptions::new().read(true).append(true).open(path)?;
    let mut head = [0; HEADER];
    file.read_exact(&mut head)?;
    if head != head_of(magic, key) || file.metadata()?.len() != length {
        return Ok(false);
    }
    // One write: whoever else adds a part at the same time does so before or after.
    let part = [&part_head(&[content]), content].concat();
    if let Err(error) = file.write_all(&part) {
        // Half a part would be taken for damage.
        let _ = file.set_len(length);
        return Err(error);
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAGIC: Magic = *b"a cache for test";

    #[test]
    fn parts_are_read_as_one_and_nothing_half_is_read() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("some.cache");
        let read = |key| open(&path, &MAGIC, key);
        store::<&str>(&path, &MAGIC, 7, std::iter::empty())?;
        assert_eq!(read(7), Ok(Some(Vec::new())));
        let parts = [vec!["ab", "c"], vec![""], vec!["def"]];
        store(&path, &MAGIC, 7, parts.into_iter())?;
        assert_eq!(read(7), Ok(Some(b"abcdef".to_vec())));
        assert_eq!(read(8), Ok(None), "it is another's");
        let length = fs::metadata(&path)?.len();
        assert!(append(&path, &MAGIC, 7, length, b"ghi")?);
        assert_eq!(read(7), Ok(Some(b"abcdefghi".to_vec())));
        assert!(
            !append(&path, &MAGIC, 7, length, b"x")?,
            "it has grown since"
        );
        assert!(!append(&path, &MAGIC, 8, length, b"x")?, "it is another's");
        let whole = fs::read(&path)?;
        let ends = [24, 43, 59, 78];
        for end in 0..whole.len() {
            fs::write(&path, &whole[..end])?;
            assert_eq!(read(7).is_err(), !ends[1..].contains(&end), "{end} bytes");
        }
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            fs::write(&path, damaged)?;
            assert!(!matches!(read(7), Ok(Some(_))), "byte {at}");
        }
        Ok(())
    }
}
